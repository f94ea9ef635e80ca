import CForwardingPipeline
import PipelineSupport

/// What must hold for every packet, garbage too. A broken rule ends the process, which is how libFuzzer learns of it.
struct Rules {
    /// What was received and explained by the counters of each scene's ports.
    private var accounts: [Account: UInt64] = [:]

    private struct Account: Hashable { var scene: Int, port: UInt32 }

    mutating func check(_ input: PacketInput, at scene: FuzzedScene, number: Int) {
        let arrival = input.arrival(at: scene)
        let outcome = scene.machine.run(
            arrival.program, arrival.frame, on: arrival.interface, linear: input.linear, segmentSize: input.segmentSize,
            vlanPresent: input.vlanPresent, encapsulated: input.encapsulated)
        let wrong = scene.judge.violations(of: arrival, outcome)
        demand(wrong.isEmpty, wrong.joined(separator: "; "))

        // Each packet that was received ends in exactly one counter; one that was not received, in none.
        guard let port = scene.judge.counters(of: arrival) else { return }
        let account = Account(scene: number, port: port)
        let received = scene.machine.counters(port: port).received
        let expected = accounts[account, default: 0] + (outcome.isPassed ? 0 : 1)
        let explained = scene.machine.explained(port: port)
        demand(received == expected, "\(received) packets were received, \(expected) arrived")
        demand(received == explained, "\(received) packets were received, \(explained) explained")
        accounts[account] = received
    }

    private func demand(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { fatalError(message()) }
    }
}
