import LinuxNetworking
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    func playSilence(in world: World) async throws {
        try await world.withManager { site in
            let network = try await site.makeNetwork()
            _ = try await site.makeSubnet(network, "10.1.0.0/24")
            let ports = [try await site.makePort(network), try await site.makePort(network)]
            let relay = try Relay(from: 7000, to: 9697)
            try await world.withAgent({ $0.manager = "127.0.0.1:7000" }) {
                for (port, vm) in zip(ports, world.vms) { try await world.plug(port.id, into: vm.name ?? "") }
                for _ in 0..<2 {
                    // TCP stays up, and would for many minutes; nothing comes any more: three heartbeats of a second are
                    // missing.
                    relay.hang()
                    try await world.eventually("given up") { try await !world.status().connected }
                    #expect(try await world.ping(ports[1].address, from: world.vms[0]) == 3)
                    relay.resume()
                    try await world.eventually("back") { try await world.status().connected }
                }
                #expect(world.lines.contains { $0.contains("the manager has said nothing for 3.0 seconds") })
                try await world.eventually("ACTIVE") { ports.allSatisfy { site.port($0.id)?.status == .active } }
                // Stopping (measured by `withAgent`) does not wait for a manager that hangs.
                relay.hang()
            }
            // Nor does starting, or stopping in the middle of a handshake.
            try await world.withAgent({ $0.manager = "127.0.0.1:7000" }) { () async throws in
                #expect(try await world.status().mendedRows == 0)
                #expect(try await !world.status().connected)
                #expect(try await world.ports().filter(\.active).count == 2)
            }
            relay.resume()
        }
    }
}
