import Foundation
import Glibc
import LinuxNetworking
import NeutronClient
import Testing

@testable import Lab

extension Integration {
    /// Bytes of people who mean harm, or something else, at every place that listens.
    @Suite(
        "Crash: hostile bytes", .serialized,
        .lab(
            "hostile",
            """
            sites:
              - name: site1
                underlay: 192.168.192.0/24
                hosts: [{name: host}]
                networks: [{name: net, project: p, subnets: [{cidr: 10.0.1.0/24}]}]
                vms: [{name: one, host: host, network: net}, {name: two, host: host, network: net, address: 10.0.1.22}]
            """))
    struct CrashHostileTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        enum Door: String, CaseIterable, Sendable, CustomTestStringConvertible {
            case api = "the API's port"
            case agents = "the agents' port"
            case join = "the join port"
            case control = "the control socket"

            var testDescription: String { rawValue }
        }

        /// Python's, where it stands: sends what `make(random)` gives, `count` times, and then keeps `idle` connections.
        private func attack(_ door: Door, count: Int, make: String, idle: Int = 0) async throws {
            let site = try lab.lab.site("site1")
            let connect =
                switch door {
                case .control: "socket.AF_UNIX), '\(lab.lab.directory.controlSocket("site1", "host"))'"
                case .api: "socket.AF_INET), ('\(site.manager)', \(LabPort.api))"
                case .agents: "socket.AF_INET), ('\(site.manager)', \(LabPort.agents))"
                case .join: "socket.AF_INET), ('\(site.manager)', \(LabPort.join))"
                }
            let script = """
                import random, socket
                random.seed(7)
                def connection():
                    made, address = socket.socket(\(connect)
                    made.settimeout(1)
                    made.connect(address)
                    return made
                def make(random):
                    return \(make)
                for _ in range(\(count)):
                    try:
                        with connection() as one:
                            one.sendall(make(random))
                            one.settimeout(0.05)
                            one.recv(4096)
                    except OSError:
                        pass
                kept = []
                try:
                    for _ in range(\(idle)):
                        kept.append(connection())
                except OSError:
                    pass
                """
            let result = try await ProcessSpawner.run(
                "/usr/bin/python3", ["-c", script], in: try lab.namespace("site1"), timeout: .seconds(60))
            try #require(result.isSuccess, "\(result.errorText)")
        }

        private func residentMegabytes(_ name: String) throws -> Int {
            let process = try #require(try lab.lab.processIDs(of: try lab.process(name)).first)
            let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return try #require(Int(line.filter(\.isNumber))) / 1024
        }

        private static let payloads = [
            "random.randbytes(random.choice([1, 10, 500, 5000]))",
            "b'A' * 8_000_000",
            "b'\\n' * 200_000",
            "b'[' * 100_000 + b'\\n'",
            "b'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n' + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]) + random.randbytes(3000)",
            // TLS records of nothing, and a hello that promises more than it holds.
            "bytes([22, 3, 1, 0, 0]) * 3000 + bytes([22, 3, 1, 63, 255]) + random.randbytes(900)",
            "b'POST /v2.0/networks HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: 90000000\\r\\n\\r\\n{' + b' ' * 6_000_000",
            "b'GET /v2.0/' + b'a' * 200_000 + b' HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n'",
            "b'POST /v2.0/ports HTTP/1.1\\r\\nhost: x\\r\\ntransfer-encoding: chunked\\r\\n\\r\\nfffffffff\\r\\n' + b'{' * 100_000",
        ]

        @Test(
            "whatever is sent to a port, everybody else is served, and memory stays bounded", arguments: Door.allCases)
        func hostile(door: Door) async throws {
            let before =
                try lab.lab.processIDs(of: .manager(site: "site1"))
                + lab.lab.processIDs(of: .agent(site: "site1", host: "host"))
            let traffic: KeyValuePairs = ["one": "10.0.1.22"]
            try await lab.expectNoLoss(of: traffic) {
                for payload in Self.payloads { try await attack(door, count: 5, make: payload) }
                try await attack(door, count: 0, make: "b''", idle: 400)
            }
            // The same processes still, which do their work.
            #expect(
                try lab.lab.processIDs(of: .manager(site: "site1"))
                    + lab.lab.processIDs(of: .agent(site: "site1", host: "host")) == before)
            let network = try await lab.api("site1").create(NeutronClient.Network.self, .init(name: "still there"))
            try await lab.api("site1").delete(NeutronClient.Network.self, network.id)
            try await lab.eventually("the agent answers") { (try? await lab.status("site1/host").connected) == true }
            #expect(try await lab.status("site1/host").lastError == "")
            // About 70 MB each at rest in a debug build.
            for name in ["site1", "site1/host"] { #expect(try residentMegabytes(name) < 250, "\(name)") }
        }
    }
}
