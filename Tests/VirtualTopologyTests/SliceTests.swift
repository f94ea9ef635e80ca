import Addresses
import Resources
import ResourcesSupport
import Testing

@testable import VirtualTopology

@Suite struct SliceTests {
    @Test("a host hears of its VM's network, the router behind it, the segment and what is seeded there")
    func reach() throws {
        let demo = try DemoSite()
        let binding = demo.bindings[0]
        let router = demo.routers[0].id
        #expect(
            Set(demo.heard[demo.host1]?.objects.keys.map(\.self) ?? []) == [
                .host(demo.host1), .host(demo.gateway), .bridge(demo.networks[0].id), .port(demo.vms[0].id),
                .port(demo.interfaces[0]), .router(router), .port(binding.routerPortID), .segment(binding.segmentID),
                .route(router, demo.routes[0].cidr), .neighbour(binding.routerPortID, demo.routes[0].gatewayIP),
                .remoteMAC(binding.segmentID, demo.routes[0].gatewayMAC),
            ]
        )
    }

    @Test(
        "S0-30: no host hears of another tenant over a shared VTEP router; its gateway hears of both; an idle one of nothing"
    )
    func tenants() throws {
        let demo = try DemoSite()
        #expect(!demo.hears(demo.host1, .bridge(demo.networks[1].id)))
        #expect(!demo.hears(demo.host1, .segment(demo.bindings[1].segmentID)))
        #expect(!demo.hears(demo.host1, .host(demo.host2)))
        #expect(!demo.hears(demo.host1, .router(demo.vtep.id)))
        for index in 0...1 {
            #expect(demo.hears(demo.gateway, .port(demo.vms[index].id)))
            #expect(demo.hears(demo.gateway, .segment(demo.bindings[index].segmentID)))
        }
        #expect(demo.heard[demo.idle] == nil)
    }

    @Test("S2-05: every host that reaches a router has it with the same MACs and addresses")
    func distributed() throws {
        let demo = try DemoSite()
        let key = TopologyKey.port(demo.interfaces[0])
        #expect(demo.heard[demo.host1]?[key] == demo.heard[demo.gateway]?[key])
        #expect(demo.hears(demo.host1, key))
    }

    @Test("invariant 10: a change is told to those it concerns, as that change alone")
    func concerned() throws {
        var demo = try DemoSite()
        var update = PortUpdate()
        update.dnsName = .set("renamed")
        demo.take(
            try demo.site.inventory.updating(
                port: demo.vms[0].id, update, context: demo.site.context, using: &demo.site.generator
            )
        )
        #expect(Set(demo.last.keys) == [demo.host1, demo.gateway])
        for delta in demo.last.values {
            #expect(delta.changed.map(\.key) == [.port(demo.vms[0].id)] && delta.removed.isEmpty)
        }
    }

    @Test("a VM that moves takes its slice along: the new host hears all, the old one forgets all, others one change")
    func migration() throws {
        var demo = try DemoSite()
        demo.take(
            try demo.site.inventory.settingBinding(port: demo.vms[0].id, host: "idle", at: Timestamp(seconds: 5))
        )
        #expect(demo.heard[demo.host1]?.objects.isEmpty == true)
        #expect(demo.last[demo.idle]?.changed.count == 11)
        #expect(demo.hears(demo.idle, .host(demo.idle)) && !demo.hears(demo.idle, .host(demo.host1)))
        #expect(Set(demo.last[demo.gateway]?.changed.map(\.key) ?? []) == [.port(demo.vms[0].id), .host(demo.idle)])
        #expect(demo.last[demo.gateway]?.removed == [.host(demo.host1)])
        #expect(demo.last[demo.host2] == nil)
    }

    @Test("a router between two networks joins their audiences; without it they part")
    func join() throws {
        var demo = try DemoSite()
        let context = demo.site.context
        // B's second network, and a router of its own between it and B's first.
        var site = demo.site
        let network = try site.network()
        let subnet = try site.subnet(network, "10.3.0.0/24")
        let vm = try site.port(network) { $0.bindingHostID = "idle" }
        let changes: [ResourceChange] = [.put(.network(network)), .put(.subnet(subnet)), .put(.port(vm))]
        demo.site.generator = site.generator
        demo.take(((), Transaction(changes: changes)))
        #expect(Set(demo.last.keys) == [demo.idle])
        let info = demo.take(
            try demo.site.inventory.addingInterface(
                to: demo.routers[1].id, subnet: subnet.id, context: context, using: &demo.site.generator
            )
        )
        #expect(Set(demo.last.keys) == [demo.idle, demo.host2, demo.gateway])
        #expect(demo.hears(demo.host2, .port(vm.id)) && demo.hears(demo.idle, .segment(demo.bindings[1].segmentID)))
        #expect(!demo.hears(demo.idle, .bridge(demo.networks[0].id)))
        demo.take(
            try demo.site.inventory.removingInterface(from: demo.routers[1].id, port: info.portID, context: context)
        )
        #expect(!demo.hears(demo.host2, .port(vm.id)) && !demo.hears(demo.idle, .host(demo.gateway)))
        #expect(demo.hears(demo.idle, .host(demo.idle)))
    }

    @Test("a host that becomes a segment's gateway hears of the tenant behind it")
    func gateway() throws {
        var demo = try DemoSite()
        var other = demo.site
        let without = try other.host(3, name: "gateway")
        demo.take(((), Transaction(changes: [.put(.host(without))])))
        #expect(demo.heard[demo.gateway]?.objects.isEmpty == true)
        let with = try other.host(4, name: "idle", addresses: ["200.200.200.3"])
        demo.take(((), Transaction(changes: [.put(.host(with))])))
        #expect(demo.hears(demo.idle, .port(demo.vms[0].id)) && demo.hears(demo.idle, .port(demo.vms[1].id)))
        #expect(demo.hears(demo.host1, .host(demo.idle)) && !demo.hears(demo.host1, .host(demo.gateway)))
    }

    @Test("hosts nobody listens for get no delta, and are heard of all the same")
    func unwanted() throws {
        var demo = try DemoSite()
        let delta = demo.state.apply([.delete(.port(demo.vms[0].id))], to: &demo.site.inventory)
        let wanted = demo.gateway
        let told = demo.slices.update(delta, topology: demo.state.topology) { $0 == wanted }
        #expect(Set(told.keys) == [demo.gateway])
        #expect(Set(told[demo.gateway]?.removed ?? []) == [.port(demo.vms[0].id), .host(demo.host1)])
        #expect(demo.slices.slice(for: demo.host1).isEmpty)
    }

    @Test("a seeded neighbour goes with its port to another router")
    func neighbourFollows() throws {
        var demo = try DemoSite()
        let binding = demo.bindings[0]
        guard case .port(var port)? = demo.object(.port(binding.routerPortID)) else {
            Issue.record("no router port")
            return
        }
        port.role = .router(
            RouterPort(router: demo.routers[1].id, attachment: .segment(binding.segmentID), addresses: [])
        )
        let delta = TopologyDelta(changed: [.port(port)])
        var topology = demo.state.topology
        topology.apply(delta)
        for (host, own) in demo.slices.update(delta, topology: topology) {
            demo.heard[host, default: Topology()].apply(own)
        }
        let neighbour = TopologyKey.neighbour(binding.routerPortID, demo.routes[0].gatewayIP)
        #expect(!demo.hears(demo.host1, neighbour) && demo.hears(demo.host2, neighbour))
        for host in [demo.host1, demo.host2, demo.gateway] {
            #expect(Set(demo.heard[host]?.objects.keys.map(\.self) ?? []) == reachable(from: host, in: topology))
        }
    }

    @Test("a host that leaves is not told to forget what came at that moment")
    func leaves() throws {
        var demo = try DemoSite()
        let route = HostRoute(
            destination: try #require(IPPrefix("172.16.0.0/12")), nextHop: try #require(IPAddress("10.1.0.9"))
        )
        let (_, added) = try demo.site.inventory.addingExtraRoutes(
            [route], to: demo.routers[0].id, context: demo.site.context
        )
        let removed = try demo.site.inventory.deleting(port: demo.vms[0].id, context: demo.site.context)
        demo.take(((), added.followed(by: removed)))
        #expect(demo.last[demo.host1]?.removed.count == 11)
        #expect(demo.last[demo.host1]?.removed.contains(.route(demo.routers[0].id, route.destination)) == false)
        #expect(demo.hears(demo.gateway, .route(demo.routers[0].id, route.destination)))
    }
}
