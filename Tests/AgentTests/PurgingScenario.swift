import Addresses
import Foundation
import LinuxNetworking
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    func playPurging(in world: World) async throws {
        let port = try await world.withManager { site in
            let network = try await site.makeNetwork()
            _ = try await site.makeSubnet(network, "10.1.0.0/24")
            let port = try await site.makePort(network)
            try await world.withAgent {
                try await world.plug(port.id, into: world.vms[0].name ?? "")
                #expect(throws: DirectoryLock.Failure.self) { try AgentService.purge(pinDirectory: world.pins) }
                #expect(try await world.status().lastError == "")
                // One agent a datapath, whatever its data directory.
                await #expect(throws: DirectoryLock.Failure.self) {
                    try await world.runAgent { $0.dataDirectory = world.directory + "/second" }
                }
            }
            return port
        }
        let eth0 = try #require(try world.netlink.link(named: "eth0"))
        // As a killed agent leaves them; and what an administrator made.
        try world.netlink.resolveNeighbour(IPAddress("192.0.2.2")!, link: eth0.index, keepResolved: true)
        try world.netlink.setNeighbour(
            IPAddress("192.0.2.3")!, mac: MACAddress("02:00:00:00:00:03")!, link: eth0.index)
        try world.netlink.createVeth(name: "tbn01234567-8a", peer: VethPeer(name: "begun"))
        try AgentService.purge(pinDirectory: world.pins)
        #expect(!FileManager.default.fileExists(atPath: world.pins))
        #expect(
            try world.foreignLinks() == [HostInterfaces.interfaceName(for: port.id)],
            "a port's interface is its owner's")
        let neighbours = try world.netlink.neighbours(link: eth0.index)
        #expect(!neighbours.contains { $0.isManaged })
        #expect(neighbours.contains { $0.address == IPAddress("192.0.2.3")! && $0.state == .permanent })
        // Nothing left to do is no error.
        try AgentService.purge(pinDirectory: world.pins)

        // And the agent starts over, from its journal.
        try await world.withAgent { () async throws in
            #expect(try await world.status().mendedRows > 0)
            #expect(try await world.ports().map(\.active) == [true])
        }
    }
}
