import Addresses
import CForwardingPipeline
import ForwardingTables
import PipelineSupport
import SeededRandom
import Testing
import VirtualTopology

/// Random topologies and random packets, judged by a reference that knows the topology and no table (`Judge`).
@Suite struct RandomSceneTests {
    @Test(
        "invariants 1, 4, 7, 8, 9: whatever arrives in whatever topology stays with its tenant, leaves to named endpoints only, with its time to live and checksums right, and is accounted for",
        arguments: 0..<48 as Range<UInt64>)
    func judged(seed: UInt64) {
        let scene = HostScene.random(seed: seed)
        let (judge, traffic, machine) = (Judge(scene), SceneTraffic(scene), scene.machine)
        var random = SplitMix64(seed: seed &+ 1000)
        var received: [UInt32: UInt64] = [:]
        for _ in 0..<1000 {
            let arrival = traffic.random(&random)
            machine.setUnderlay(
                found: Int.random(in: 0..<8, using: &random) > 0, resolved: Int.random(in: 0..<4, using: &random) > 0)
            let linear = Bool.random(using: &random) ? Int.random(in: 0...arrival.frame.count, using: &random) : nil
            let outcome = machine.run(arrival.program, arrival.frame, on: arrival.interface, linear: linear)
            let wrong = judge.violations(of: arrival, outcome)
            #expect(
                wrong == [],
                "\(arrival.kind) on \(arrival.interface): \(hex(arrival.frame)); left: \(outcome.exits.map { ($0.interface, hex($0.bytes)) })"
            )
            if let port = judge.counters(of: arrival), !outcome.isPassed { received[port, default: 0] += 1 }
            guard wrong.isEmpty else { return }
        }
        for (port, count) in received {
            #expect(machine.counters(port: port).received == count)
            #expect(machine.explained(port: port) == count)
        }
    }

    /// Or the tests above prove little.
    @Test("the random scenes and packets meet every way through the pipeline, and two of three reasons to drop")
    func coverage() {
        var total = port_counters()
        var reasons: Set<DropReason> = []
        var routers: Set<Int> = []
        for seed in 0..<16 as Range<UInt64> {
            let scene = HostScene.random(seed: seed)
            let (traffic, machine, reference) = (SceneTraffic(scene), scene.machine, Reference(scene))
            var random = SplitMix64(seed: seed)
            for _ in 0..<600 {
                let arrival = traffic.random(&random)
                _ = machine.run(arrival.program, arrival.frame, on: arrival.interface)
            }
            for case .port(let port) in scene.topology.objects.values {
                let counters = machine.counters(port: port.number)
                total.delivered += counters.delivered
                total.flooded += counters.flooded
                total.punted += counters.punted
                total.icmp_errors += counters.icmp_errors
                guard case .router(let role) = port.role else { continue }
                for address in [v4("10.0.0.10"), v4("10.0.1.10"), v4("10.0.2.10"), v4("10.100.0.1"), v4("10.50.0.1")] {
                    let way = reference.way(from: role.attachment, to: port.mac, destination: address.value)
                    routers.insert(way?.routers ?? 0)
                }
            }
            for row in machine.tables.rows where row.table == .portCounters {
                let port = row.key.bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
                total.tunnelled += machine.counters(port: port).tunnelled
                total.answered += machine.counters(port: port).answered
                reasons.formUnion(DropReason.allCases.filter { machine.drops($0, port: port) > 0 })
            }
        }
        for count in [total.delivered, total.flooded, total.punted, total.icmp_errors, total.tunnelled, total.answered]
        {
            #expect(count > 50)
        }
        #expect(reasons.count * 3 >= DropReason.allCases.count * 2, "\(reasons)")
        #expect(routers.isSuperset(of: [0, 1, 2]), "\(routers)")
    }

    @Test("invariants 1, 7, 8: the demo's hosts stand before the same judge")
    func demo() {
        let scene = HostScene(Scenario())
        let (judge, machine) = (Judge(scene), scene.machine)
        var random = SplitMix64(seed: 11)
        for arrival in Traffic.examples + (0..<5000).map({ _ in Traffic.random(&random) }) {
            #expect(
                judge.violations(of: arrival, machine.run(arrival.program, arrival.frame, on: arrival.interface)) == [],
                "\(arrival.kind)")
        }
    }

    /// The reference must not be one that lets everything pass.
    @Test("the judge sees a packet that goes astray, keeps its time to live, or leaves by another VNI")
    func judgeIsStrict() {
        let scene = HostScene(Scenario())
        let (judge, machine) = (Judge(scene), scene.machine)
        let ping = Arrival(
            program: .fromPort, frame: Scenario.ping(to: "10.0.0.3"), interface: Scenario.vm(1), kind: "")
        let right = machine.run(.fromPort, ping.frame, on: ping.interface)
        #expect(judge.violations(of: ping, right) == [])
        let bytes = right.bytes
        // Outer destination, VNI, inner time to live, inner checksum, inner target MAC, a byte of the payload.
        for offset in [33, 47, 72, 74, 50, 110] {
            var wrong = bytes
            wrong[offset] ^= 1
            let outcome = Machine.Outcome(verdict: 7, exits: [.redirected(to: Scenario.uplink, wrong)])
            #expect(judge.violations(of: ping, outcome) != [], "byte \(offset)")
        }
        let other = Machine.Outcome(verdict: 7, exits: [.redirected(to: Scenario.vm(2), ping.frame)])
        #expect(judge.violations(of: ping, other) != [])
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
