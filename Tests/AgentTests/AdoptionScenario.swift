import Addresses
import Foundation
import LinuxNetworking
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    /// Invariants 2 and 3.
    func playAdoption(in world: World) async throws {
        let ports = try await world.withManager { site in
            let network = try await site.makeNetwork()
            _ = try await site.makeSubnet(network, "10.1.0.0/24")
            let ports = [try await site.makePort(network), try await site.makePort(network)]
            try await world.withAgent {
                for (port, vm) in zip(ports, world.vms) { try await world.plug(port.id, into: vm.name ?? "") }
            }
            let rows = try PinnedRows(world.pins)
            try await expectForwarding(world, ports, "no agent")

            // Again, with the manager there.
            try await world.withAgent {
                try await world.eventually("connected") { try await world.status().connected }
                try await expectUntouched(world, rows)
                try await world.eventually("ACTIVE") { ports.allSatisfy { site.port($0.id)?.status == .active } }
            }
            return ports
        }
        let rows = try PinnedRows(world.pins)

        // Without a manager: what the journal says is what the kernel has.
        try await world.withAgent {
            try await expectUntouched(world, rows)
            #expect(try await !world.status().connected)
            #expect(try await world.ports().filter(\.active).count == 2)
            try await expectForwarding(world, ports, "no manager")
        }

        // Without a manager and without knowing anything: what is there stays, be it for long.
        let journal = world.agentData + "/topology.journal"
        let kept = try Data(contentsOf: URL(fileURLWithPath: journal))
        for content in [nil, Data("nonsense".utf8), kept.dropLast(50) + Data(count: 80)] {
            try? FileManager.default.removeItem(atPath: journal)
            try content?.write(to: URL(fileURLWithPath: journal))
            try await world.withAgent {
                _ = try await world.status()
                #expect(try PinnedRows(world.pins) == rows)
                // Events make it look again.
                let link = try world.netlink.createVeth(name: "eth7", peer: VethPeer(name: "eth8"))
                try world.setUp("eth7", "10.77.0.1/24", world.netlink)
                try world.netlink.delete(index: link.index)
                try await Task.sleep(for: .milliseconds(300))
                #expect(try PinnedRows(world.pins) == rows)
                try await expectForwarding(world, ports, "no manager and no journal")
                let status = try await world.status()
                #expect(status.mendedRows == 0)
                #expect(status.lastError == "")
            }
        }

        // The manager is back, and sends everything: nothing is new.
        try await world.withManager { _ in
            try await world.withAgent {
                try await world.eventually("adopted") { try await world.status().adoptedRows > 0 }
                try await expectUntouched(world, rows)
                try await expectForwarding(world, ports, "all are back")
            }
        }

        // A row that somebody took away or made up is put right, and no other.
        try await world.withManager { _ in
            try tamper(world)
            try await world.withAgent {
                try await world.eventually("mended") { try PinnedRows(world.pins) == rows }
                #expect(try await world.status().mendedRows == 2)
            }
        }
    }

    private func expectUntouched(_ world: World, _ rows: PinnedRows) async throws {
        let status = try await world.status()
        #expect(status.mendedRows == 0)
        #expect(status.adoptedRows >= rows.rows.count)
        #expect(status.lastError == "")
        #expect(try PinnedRows(world.pins) == rows)
    }

    private func expectForwarding(_ world: World, _ ports: [Resources.Port], _ when: Comment) async throws {
        #expect(try await world.ping(ports[1].address, from: world.vms[0]) == 3, when)
    }
}
