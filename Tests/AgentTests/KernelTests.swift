import Foundation
import LinuxNetworking
import Testing

/// The agent and a manager in the kernel. All threads of a process have to be in the host's namespace, so each scenario
/// runs in a process of its own: this test program once more, started in the namespace with a /sys and a BPF filesystem
/// that nobody else sees, and told which scenario it is to play.
@Suite("The agent in the kernel", .serialized, .timeLimit(.minutes(5)))
struct KernelTests {
    enum Scenario: String, CaseIterable {
        case plugging, adoption, dhcp, failures, silence, purging, neighbours, upgrade, uplinks, certificates
    }

    /// Set in the process that plays a scenario.
    static let variable = "TOMBOLO_AGENT_SCENARIO"
    static var chosen: Scenario? {
        ProcessInfo.processInfo.environment[variable].flatMap { Scenario(rawValue: $0) }
    }

    @Test("In the kernel", arguments: Scenario.allCases)
    func play(_ scenario: Scenario) async throws {
        let directory = "/tmp/tombolo-agent-tests-\(getpid())-\(scenario.rawValue)"
        try FileManager.default.createDirectory(atPath: directory + "/bpf", withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) } }
        try await Namespaces.with(scenario.rawValue, others: 4) { namespaces in
            var spawner = ProcessSpawner(
                "/proc/self/exe", ["--testing-library", "swift-testing", "--filter", "ScenarioTests"],
                in: namespaces.host)
            spawner.environment = ProcessSpawner.inheritedEnvironment.merging([
                Self.variable: scenario.rawValue, "TOMBOLO_AGENT_DIRECTORY": directory,
                "TOMBOLO_AGENT_NAMESPACES": namespaces.others.compactMap(\.name).joined(separator: ","),
            ]) { $1 }
            spawner.privateSysfs = true
            spawner.deathSignal = SIGKILL
            spawner.output = .file(directory + "/log", append: false)
            spawner.error = .sameAsOutput
            let child = try spawner.spawn()
            let status = try await child.wait(atMost: .seconds(120))
            if status == nil { _ = try await child.terminate() }
            let log = try String(contentsOfFile: directory + "/log", encoding: .utf8)
            if let keep = ProcessInfo.processInfo.environment["TOMBOLO_AGENT_KEEP_LOGS"] {
                try log.write(toFile: keep + "/\(scenario.rawValue).log", atomically: true, encoding: .utf8)
            }
            let lines = log.split(separator: "\n").filter { !$0.hasPrefix("◇") }.suffix(60).joined(separator: "\n")
            #expect(status == .exited(0), "\(scenario.rawValue):\n\(lines)")
        }
    }
}

extension KernelTests.Scenario: CustomTestStringConvertible {
    var testDescription: String {
        switch self {
        case .plugging:
            "ports are plugged, become ACTIVE, reach each other on a bridge and over a router; deleted, nothing is left"
        case .adoption: "a restarted agent writes no row, with and without its manager, and without knowing anything"
        case .dhcp: "a real DHCP client gets its port's address, gateway and MTU"
        case .failures: "what can't be plugged is refused for its reason, and leaves nothing"
        case .silence: "a manager that says nothing is given up, forwarding goes on, and the agent comes back"
        case .purging: "purge leaves nothing, and not while an agent runs"
        case .neighbours: "next hops are kept resolved by the kernel; only ours are removed"
        case .upgrade: "tables of another layout are made anew without losing a packet"
        case .certificates:
            "a certificate renews itself; with an expired one a host joins again as itself, or says that it must"
        case .uplinks: "an uplink comes and goes; a port's interface that vanishes is no error"
        }
    }
}
