import Addresses
import LinuxNetworking
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    func playPlugging(in world: World) async throws {
        try await world.withManager { site in
            try await world.withAgent { try await plug(world, site) }
        }
    }

    private func plug(_ world: World, _ site: Site) async throws {
        try await world.eventually("the first snapshot is in the tables") {
            try await world.status().connected && !PinnedRows(world.pins).rows.isEmpty
        }
        let empty = try PinnedRows(world.pins)
        let (a, b) = (try await site.makeNetwork(), try await site.makeNetwork())
        let subnets = (try await site.makeSubnet(a, "10.1.0.0/24"), try await site.makeSubnet(b, "10.2.0.0/24"))
        let router = try await site.makeRouter(subnets.0, subnets.1)
        let ports = [try await site.makePort(a), try await site.makePort(a), try await site.makePort(b)]

        // By name, by path, by process. The first one finds what a killed plug had begun, and does not touch what only looks
        // like it.
        let names = world.vms.compactMap(\.name)
        let unfinished = "tbn" + HostInterfaces.part(of: ports[0].id)
        try world.netlink.createVeth(name: unfinished, peer: VethPeer(name: "eth0", namespace: world.vms[0]))
        let lookalike = try world.netlink.createVeth(name: "tbn-foreign", peer: VethPeer(name: "tbn-other"))
        let plugged = try await world.plug(ports[0].id, into: names[0])
        #expect(try world.netlink.link(named: unfinished) == nil)
        #expect(try world.netlink.link(named: "tbn-foreign") != nil)
        try world.netlink.delete(index: lookalike.index)
        let near = try #require(try world.netlink.link(named: HostInterfaces.interfaceName(for: ports[0].id)))
        #expect(near.alias == "tombolo:\(ports[0].id)")
        #expect(plugged.addresses == ["\(ports[0].address)/24"])
        #expect(plugged.gateway == "10.1.0.1")
        #expect(plugged.mtu == 1450)
        #expect(site.port(ports[0].id)?.status == .active, "once plug has answered")
        #expect(site.port(ports[0].id)?.bindingHostID == "h1")
        try await world.plug(ports[1].id, into: "/run/netns/\(names[1])")
        let sleeper = try ProcessSpawner("sleep", ["1000"], in: world.vms[2]).spawn()
        try await world.plug(ports[2].id, into: "\(sleeper.pid)")
        _ = try await sleeper.terminate()

        for (from, to) in [(0, 1), (1, 0), (0, 2), (2, 1)] {
            #expect(try await world.ping(ports[to].address, from: world.vms[from]) == 3, "\(from) to \(to)")
        }
        #expect(try await world.ping(IPAddress("10.1.0.1")!, from: world.vms[0]) == 3, "its router")
        let states = try await world.ports()
        #expect(states.count == 3)
        #expect(states.allSatisfy { $0.active && $0.received > 0 && $0.delivered > 0 })

        // Plugging again is no error and changes nothing.
        let rows = try PinnedRows(world.pins)
        #expect(try await world.plug(ports[0].id, into: names[0]).addresses == plugged.addresses)
        #expect(try PinnedRows(world.pins) == rows)
        #expect(try await world.ping(ports[1].address, from: world.vms[0]) == 3)

        // What the administrator turns off is off, and says so.
        try await site.setAdminState(ports[1].id, up: false)
        try await world.eventually("the port is down") { site.port(ports[1].id)?.status == .down }
        #expect(try await world.ping(ports[1].address, from: world.vms[0], count: 2) == 0)
        try await site.setAdminState(ports[1].id, up: true)
        try await world.eventually("the port is up again") { site.port(ports[1].id)?.status == .active }
        #expect(try await world.ping(ports[1].address, from: world.vms[0]) == 3)

        // When unplug answers, interface, rows and the manager's binding are gone.
        try await world.unplug(ports[0].id)
        #expect(site.port(ports[0].id)?.status == .down)
        #expect(site.port(ports[0].id)?.bindingHostID == "")
        #expect(try world.netlink.link(named: HostInterfaces.interfaceName(for: ports[0].id)) == nil)
        #expect(try RouteNetlink(in: world.vms[0]).link(named: "eth0") == nil)
        try await world.unplug(ports[0].id)
        try await world.plug(ports[0].id, into: names[2 + 1 - 3])
        #expect(try await world.ping(ports[1].address, from: world.vms[0]) == 3, "plugged anew")

        // Invariant 6: a port that is deleted while it is plugged, and the rest in order.
        try await site.delete(ports[1].id)
        try await world.eventually("the deleted port is forgotten") { try await world.ports().count == 2 }
        #expect(try await world.ping(ports[1].address, from: world.vms[0], count: 2) == 0)
        for port in ports { try await world.unplug(port.id) }
        for port in [ports[0], ports[2]] { try await site.delete(port.id) }
        _ = router
        try await world.eventually("the tables are as they were") { try PinnedRows(world.pins) == empty }
        #expect(try world.foreignLinks() == [HostInterfaces.ownDevice])
        #expect(try await world.status().lastError == "")
    }
}
