import Addresses
import Resources
import ResourcesSupport
import Testing

@testable import VirtualTopology

@Suite struct TranslationTests {
    @Test("S0-28, S0-29: the demo's resources make exactly these objects")
    func demo() throws {
        let demo = try DemoSite()
        let binding = demo.bindings[0]
        #expect(
            demo.object(.bridge(demo.networks[0].id))
                == .bridge(
                    Bridge(
                        id: demo.networks[0].id, vni: demo.networks[0].vni, adminStateUp: true, mtu: 1450,
                        dhcpSubnets: [
                            DHCPSubnet(
                                cidr: try #require(IPPrefix("10.1.0.0/24")), gateway: IPAddress("10.1.0.1"),
                                nameServers: [], hostRoutes: [], enabled: true
                            )
                        ]
                    )
                )
        )
        let vm = demo.vms[0]
        #expect(
            demo.object(.port(vm.id))
                == .port(
                    DevicePort(
                        id: vm.id, number: vm.number, mac: vm.macAddress, adminStateUp: true,
                        role: .vm(
                            VMPort(
                                bridge: demo.networks[0].id, addresses: [try #require(IPAddress("10.1.0.3"))],
                                host: demo.host1, portSecurity: true, allowedAddressPairs: [], hostname: "vm"
                            )
                        )
                    )
                )
        )
        let interface = try #require(demo.site.inventory.ports[demo.interfaces[0]])
        #expect(
            demo.object(.port(interface.id))
                == .port(
                    DevicePort(
                        id: interface.id, number: interface.number, mac: interface.macAddress, adminStateUp: true,
                        role: .router(
                            RouterPort(
                                router: demo.routers[0].id, attachment: .bridge(demo.networks[0].id),
                                addresses: [try #require(IPPrefix("10.1.0.1/24"))]
                            )
                        )
                    )
                )
        )
        #expect(
            demo.object(.port(binding.routerPortID))
                == .port(
                    DevicePort(
                        id: binding.routerPortID, number: binding.routerPortNumber,
                        mac: try #require(MACAddress("02:bb:aa:aa:dd:01")), adminStateUp: true,
                        role: .router(
                            RouterPort(
                                router: demo.routers[0].id, attachment: .segment(binding.segmentID),
                                addresses: [try #require(IPPrefix("192.168.123.1/29"))]
                            )
                        )
                    )
                )
        )
        #expect(
            demo.object(.segment(binding.segmentID))
                == .segment(
                    Segment(
                        id: binding.segmentID, vtepRouter: demo.vtep.id, vni: try #require(VNI(10001)),
                        siteVNI: binding.siteVNI, tunnelIP: try #require(IPAddress("200.200.200.3")),
                        gatewayHost: demo.gateway, adminStateUp: true
                    )
                )
        )
        let destination = try #require(IPPrefix("10.0.0.0/16"))
        let peer = try #require(IPAddress("192.168.123.2"))
        let mac = try #require(MACAddress("02:bb:aa:aa:dd:02"))
        #expect(
            demo.object(.route(demo.routers[0].id, destination))
                == .route(
                    Route(
                        router: demo.routers[0].id, destination: destination, nextHop: peer, port: binding.routerPortID
                    )
                )
        )
        #expect(
            demo.object(.neighbour(binding.routerPortID, peer))
                == .neighbour(Neighbour(port: binding.routerPortID, address: peer, mac: mac))
        )
        #expect(
            demo.object(.remoteMAC(binding.segmentID, mac))
                == .remoteMAC(
                    RemoteMAC(segment: binding.segmentID, mac: mac, tunnelIP: try #require(IPAddress("200.100.100.3")))
                )
        )
        // 4 hosts, VTEP router; twice: bridge, router, VM, two router ports, segment, route, neighbour, remote MAC.
        #expect(demo.state.topology.objects.count == 5 + 2 * 9)
    }

    @Test("S0-29: routes that share a gateway make its neighbour and remote MAC once, and the last one takes them")
    func sharedSeeds() throws {
        var demo = try DemoSite()
        let binding = demo.bindings[0]
        let context = demo.site.context
        var draft = RouterVTEPRouteDraft()
        draft.bindingID = binding.id
        draft.cidr = IPPrefix("10.9.0.0/16")
        draft.gatewayIP = demo.routes[0].gatewayIP
        draft.gatewayMAC = demo.routes[0].gatewayMAC
        draft.remoteVTEPIP = demo.routes[0].remoteVTEPIP
        let count = demo.state.topology.objects.count
        demo.take(
            try demo.site.inventory.creating(routerVTEPRoute: draft, context: context, using: &demo.site.generator)
        )
        #expect(demo.state.topology.objects.count == count + 1, "a route alone")
        demo.take(((), try demo.site.inventory.deleting(routerVTEPRoute: demo.routes[0].id, context: context)))
        #expect(demo.object(.remoteMAC(binding.segmentID, demo.routes[0].gatewayMAC)) != nil)
        let second = try #require(demo.site.inventory.routeIDs(of: binding.id).first)
        demo.take(((), try demo.site.inventory.deleting(routerVTEPRoute: second, context: context)))
        #expect(demo.object(.remoteMAC(binding.segmentID, demo.routes[0].gatewayMAC)) == nil)
        #expect(demo.object(.neighbour(binding.routerPortID, demo.routes[0].gatewayIP)) == nil)
        #expect(demo.state.topology.objects.count == count - 3)
    }

    @Test("S0-11: routers of three sites on one VNI: one segment here, a remote MAC per peer")
    func threeSites() throws {
        var demo = try DemoSite()
        var draft = RouterVTEPRouteDraft()
        draft.bindingID = demo.bindings[0].id
        draft.cidr = IPPrefix("10.2.0.0/16")
        draft.gatewayIP = IPAddress("192.168.123.3")
        draft.gatewayMAC = MACAddress("02:bb:aa:aa:dd:03")
        draft.remoteVTEPIP = IPAddress("200.50.50.3")
        let route = demo.take(
            try demo.site.inventory.creating(
                routerVTEPRoute: draft, context: demo.site.context, using: &demo.site.generator
            )
        )
        for (mac, tunnel) in [(demo.routes[0].gatewayMAC, "200.100.100.3"), (route.gatewayMAC, "200.50.50.3")] {
            #expect(
                demo.object(.remoteMAC(demo.bindings[0].segmentID, mac))
                    == .remoteMAC(
                        RemoteMAC(
                            segment: demo.bindings[0].segmentID, mac: mac, tunnelIP: try #require(IPAddress(tunnel))
                        )
                    )
            )
        }
    }

    @Test("an extra route leaves through the port whose subnet holds its next hop, and goes with it")
    func extraRoute() throws {
        var demo = try DemoSite()
        let router = demo.routers[0].id
        let context = demo.site.context
        let viaBridge = HostRoute(
            destination: try #require(IPPrefix("172.16.0.0/12")), nextHop: try #require(IPAddress("10.1.0.9"))
        )
        let viaSegment = HostRoute(
            destination: try #require(IPPrefix("10.7.0.0/16")), nextHop: try #require(IPAddress("192.168.123.2"))
        )
        demo.take(try demo.site.inventory.addingExtraRoutes([viaBridge, viaSegment], to: router, context: context))
        #expect(
            demo.object(.route(router, viaBridge.destination))
                == .route(
                    Route(
                        router: router, destination: viaBridge.destination, nextHop: viaBridge.nextHop,
                        port: demo.interfaces[0]
                    )
                )
        )
        #expect(
            demo.object(.route(router, viaSegment.destination))
                == .route(
                    Route(
                        router: router, destination: viaSegment.destination, nextHop: viaSegment.nextHop,
                        port: demo.bindings[0].routerPortID
                    )
                )
        )
        demo.take(try demo.site.inventory.removingExtraRoutes([viaBridge], from: router, context: context))
        #expect(demo.object(.route(router, viaBridge.destination)) == nil)
    }

    @Test("an extra route follows its next hop to another port, though the route itself is as before")
    func extraRouteFollows() throws {
        var demo = try DemoSite()
        let router = demo.routers[0].id
        let context = demo.site.context
        let viaBridge = HostRoute(
            destination: try #require(IPPrefix("172.16.0.0/12")), nextHop: try #require(IPAddress("10.1.0.9"))
        )
        let viaSegment = HostRoute(
            destination: try #require(IPPrefix("10.7.0.0/16")), nextHop: try #require(IPAddress("192.168.123.2"))
        )
        demo.take(try demo.site.inventory.addingExtraRoutes([viaBridge, viaSegment], to: router, context: context))
        func port(_ route: HostRoute) -> PortID? {
            guard case .route(let object)? = demo.object(.route(router, route.destination)) else { return nil }
            return object.port
        }
        // As if interface and binding had been removed and made again, and the routes with them, all at once.
        var interface = try #require(demo.site.inventory.ports[demo.interfaces[0]])
        interface.id = PortID(77)
        demo.take(
            ((), Transaction(changes: [.delete(.port(demo.interfaces[0])), .put(.port(interface))]))
        )
        #expect(port(viaBridge) == interface.id)
        var binding = demo.bindings[0]
        binding.routerPortID = PortID(78)
        demo.take(((), Transaction(changes: [.put(.routerVTEPBinding(binding))])))
        #expect(port(viaSegment) == PortID(78) && port(demo.routes[0]) == PortID(78))
        #expect(demo.object(.neighbour(PortID(78), demo.routes[0].gatewayIP)) != nil)
        #expect(demo.state.topology == TopologyTranslation.topology(of: demo.site.inventory))
        func port(_ route: RouterVTEPRoute) -> PortID? {
            guard case .route(let object)? = demo.object(.route(router, route.cidr)) else { return nil }
            return object.port
        }
        for host in [demo.host1, demo.gateway] {
            #expect(demo.heard[host] == demo.slices.snapshot(for: host, of: demo.state.topology))
        }
    }

    @Test("administratively down devices stay, marked so; a VTEP router takes its segments down")
    func adminDown() throws {
        var demo = try DemoSite()
        let context = demo.site.context
        var down = RouterUpdate()
        down.adminStateUp = .set(false)
        demo.take(
            try demo.site.inventory.updating(
                router: demo.vtep.id, down, context: context, using: &demo.site.generator))
        for binding in demo.bindings {
            guard case .segment(let segment)? = demo.object(.segment(binding.segmentID)) else {
                Issue.record("no segment")
                continue
            }
            #expect(!segment.adminStateUp)
        }
        var port = PortUpdate()
        port.adminStateUp = .set(false)
        demo.take(
            try demo.site.inventory.updating(
                port: demo.vms[0].id, port, context: context, using: &demo.site.generator
            )
        )
        guard case .port(let vm)? = demo.object(.port(demo.vms[0].id)) else {
            Issue.record("no port")
            return
        }
        #expect(!vm.adminStateUp)
    }

    @Test("a segment's gateway is the host that has the tunnel IP: the lowest of several, none when none has")
    func gatewayHost() throws {
        var demo = try DemoSite()
        func gateway() -> HostID? {
            guard case .segment(let segment)? = demo.object(.segment(demo.bindings[0].segmentID)) else { return nil }
            return segment.gatewayHost
        }
        func has(_ number: UInt8, _ name: String, _ tunnelIP: Bool) throws {
            var other = demo.site
            let host = try other.host(number, name: name, addresses: tunnelIP ? ["200.200.200.3"] : [])
            demo.take(((), Transaction(changes: [.put(.host(host))])))
        }
        #expect(gateway() == demo.gateway)
        try has(1, "host1", true)
        #expect(gateway() == demo.host1)
        try has(3, "gateway", false)
        try has(1, "host1", false)
        #expect(gateway() == nil)
    }

    @Test("changes that concern no device make no delta")
    func nothing() throws {
        var demo = try DemoSite()
        var update = PortUpdate()
        update.standard.name = .set("web")
        demo.take(
            try demo.site.inventory.updating(
                port: demo.vms[0].id, update, context: demo.site.context, using: &demo.site.generator
            )
        )
        #expect(demo.last.isEmpty)
        demo.take(try demo.site.inventory.settingStatus(port: demo.vms[0].id, .active, at: Timestamp(seconds: 5)))
        #expect(demo.last.isEmpty)
    }
}
