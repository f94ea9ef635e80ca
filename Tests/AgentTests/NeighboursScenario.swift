import Addresses
import LinuxNetworking
import Manager
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    func playNeighbours(in world: World) async throws {
        let remote = IPAddress("192.0.2.2")!
        let eth0 = try #require(try world.netlink.link(named: "eth0")).index
        let isKept: @Sendable () throws -> Bool = {
            try world.netlink.neighbours(link: eth0).contains { $0.address == remote && $0.isManaged && $0.mac != nil }
        }
        try await world.withManager { site in
            // Another host, which is where the WAN is.
            try await site.controller.write { (inventory, _) throws(ResourceError) in
                let record = HostRecord(
                    id: HostID(99), name: "h2", tunnelAddress: remote, underlayMTU: 1500, addresses: [remote],
                    joinedAt: Timestamp(seconds: 0))
                return ((), try inventory.upserting(host: record).1)
            }
            let network = try await site.makeNetwork()
            _ = try await site.makeSubnet(network, "10.1.0.0/24")
            let here = try await site.makePort(network)
            try await world.withAgent {
                try await world.plug(here.id, into: world.vms[0].name ?? "")
                #expect(try !isKept())
                let there = try await site.makePort(network, host: "h2")
                try await world.eventually("kept") { try isKept() }
                // By event, however it goes: somebody removes it, its link goes down and up.
                try world.netlink.removeNeighbour(remote, link: eth0)
                try await world.eventually("kept again") { try isKept() }
                try world.netlink.setLink(eth0, up: false)
                try world.netlink.setLink(eth0, up: true)
                try await world.eventually("kept after the link was down") { try isKept() }

                // A route by a gateway: the gateway is the next hop now.
                let gateway = IPAddress("192.0.2.77")!
                let route = Route(
                    destination: IPPrefix(host: remote), gateway: gateway, linkIndex: eth0, protocolNumber: 4)
                try world.netlink.addRoute(route)
                try await world.eventually("the gateway is resolved") {
                    try world.netlink.neighbours(link: eth0).contains { $0.address == gateway && $0.isManaged }
                }
                try await world.eventually("the old next hop is let go") { try !isKept() }
                try world.netlink.removeRoute(route)
                try await world.eventually("direct again") { try isKept() }

                try await site.delete(there.id)
                try await world.eventually("let go") { try !isKept() }
                _ = try await site.makePort(network, host: "h2")
                try await world.eventually("kept once more") { try isKept() }
            }
            // A fresh process knows what an earlier one made.
            for id in site.controller.read({ $0.ports.values.filter { $0.bindingHostID == "h2" }.map(\.id) }) {
                try await site.delete(id)
            }
            #expect(try isKept())
            try await world.withAgent { try await world.eventually("let go by the next") { try !isKept() } }
        }
    }
}
