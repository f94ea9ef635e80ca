import Foundation
import Glibc
import LinuxNetworking
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    func playUpgrade(in world: World) async throws {
        let ports = try await world.withManager { site in
            let network = try await site.makeNetwork()
            _ = try await site.makeSubnet(network, "10.1.0.0/24")
            let ports = [try await site.makePort(network), try await site.makePort(network)]
            try await world.withAgent {
                for (port, vm) in zip(ports, world.vms) { try await world.plug(port.id, into: vm.name ?? "") }
            }
            return ports
        }
        let rows = try PinnedRows(world.pins)
        // What the new version finds under the name of a table has another layout: here, another table.
        let maps = world.pins + "/maps"
        try #require(rename(maps + "/router_ports", maps + "/fdb") == 0)

        let pings = Task {
            try await world.ping(ports[1].address, from: world.vms[0], count: 300, interval: "0.01")
        }
        try await Task.sleep(for: .milliseconds(300))
        // No manager: the journal is enough.
        try await world.withAgent {
            let status = try await world.status()
            #expect(status.lastError == "")
            #expect(status.mendedRows > 0, "the new table is filled")
            #expect(try PinnedRows(world.pins) == rows)
            #expect(try await pings.value == 300, "no packet is lost")
            #expect(try await world.ping(ports[0].address, from: world.vms[1]) == 3)
        }

        // The same without any knowledge: the old programs go on with their old tables.
        try #require(rename(maps + "/router_ports", maps + "/fdb") == 0)
        try FileManager.default.removeItem(atPath: world.agentData + "/topology.journal")
        for _ in 0..<2 {
            try await world.withAgent { () async throws in
                #expect(try await world.status().mendedRows == 0)
                #expect(try await world.ping(ports[1].address, from: world.vms[0]) == 3)
            }
        }
        // Until the manager is there.
        try await world.withManager { _ in
            try await world.withAgent {
                try await world.eventually("filled") { try PinnedRows(world.pins) == rows }
                #expect(try await world.ping(ports[1].address, from: world.vms[0]) == 3)
                #expect(try await world.ports().filter(\.active).count == 2)
            }
        }
    }
}
