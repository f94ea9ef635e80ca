import Addresses
import ForwardingTables
import Resources
import Testing
import VirtualTopology

/// What each table says, case by case. Host 1 is ours.
@Suite struct SemanticsTests {
    static let a = NetworkID(1)
    static let b = NetworkID(2)
    static let r = RouterID(1)
    static let mac1 = "02:00:00:00:00:01"
    static let mac2 = "02:00:00:00:00:02"
    static let gatewayMAC = "02:00:00:00:00:fe"
    static let us = HostID(1)
    static let there = HostID(2)
    static let s = SegmentID(1)

    /// Two hosts, network `a` with VM 1 here and VM 2 on the other host, and a router.
    static let base: [TopologyObject] = [
        host(us, "172.16.0.1"), host(there, "172.16.0.2"), bridge(a, 500), router(r, 7),
        vmPort(PortID(1), 11, mac1, on: a, ["10.0.0.11"], host: us),
        vmPort(PortID(2), 12, mac2, on: a, ["10.0.0.12"], host: there),
        routerPort(PortID(3), 13, gatewayMAC, of: r, on: .bridge(a), ["10.0.0.1/24"]),
    ]
    static let thirdHost = host(HostID(3), "172.16.0.3")
    static let host1 = view(us, "172.16.0.1", interfaces: [PortID(1): veth(21)])

    func tables(_ more: TopologyObject..., host: HostView = host1) -> ForwardingTables {
        ForwardingTables(Self.base + more, host)
    }

    @Test("S2: interface flags follow the port, its network and DHCP")
    func interfaces() {
        let secure = "21 -> port 11 bridge 500 \(Self.mac1) 10.0.0.11 port-security"
        #expect(tables().lines(.interfaces) == [secure])
        #expect(tables(bridge(Self.a, 500, dhcp: true)).lines(.interfaces) == [secure + " dhcp"])
        #expect(tables(bridge(Self.a, 500, up: false)).lines(.interfaces) == [secure + " admin-down"])
        let down = vmPort(PortID(1), 11, Self.mac1, on: Self.a, ["10.0.0.11"], host: Self.us, up: false)
        #expect(tables(down).lines(.interfaces) == [secure + " admin-down"])
        let bare = vmPort(PortID(1), 11, Self.mac1, on: Self.a, ["2001:db8::1"], host: Self.us, portSecurity: false)
        #expect(tables(bare).lines(.interfaces) == ["21 -> port 11 bridge 500 \(Self.mac1) -"])
        #expect(tables(bare).lines(.allowedSources).isEmpty)
    }

    @Test("an interface here of a port that is bound elsewhere, or of no known port, lets nothing in")
    func foreignInterface() {
        let host = view(Self.us, "172.16.0.1", interfaces: [PortID(2): veth(22), PortID(99): veth(23)], uplinks: [2])
        let result = tables(host: host)
        #expect(result.lines(.interfaces) == ["2 -> uplink 2"])
        #expect(result.lines(.portCounters) == ["uplink 2 -> received 0"])
    }

    @Test("allowed sources: fixed addresses with the own MAC, address pairs with theirs; ::/0 does not allow IPv4")
    func allowedSources() {
        let port = vmPort(
            PortID(1), 11, Self.mac1, on: Self.a, ["10.0.0.11", "10.0.0.15"], host: Self.us,
            pairs: [("02:00:5e:00:00:01", "10.0.0.200/32"), (Self.mac1, "192.168.7.9/24")])
        #expect(
            tables(port).lines(.allowedSources) == [
                "port 11 \(Self.mac1) 10.0.0.11/32", "port 11 \(Self.mac1) 10.0.0.15/32",
                "port 11 \(Self.mac1) 192.168.7.0/24", "port 11 02:00:5e:00:00:01 10.0.0.200/32",
            ])
        let v6 = vmPort(PortID(1), 11, Self.mac1, on: Self.a, [], host: Self.us, pairs: [(Self.mac1, "::/0")])
        let lines = tables(v6).lines(.allowedSources)
        #expect(lines.count == 96)
        #expect(!lines.contains { $0.contains(".") })
    }

    @Test("flood lists: local ports, then one tunnel for each other host, dense; nothing for a port that is down")
    func floodLists() {
        let host = view(
            Self.us, "172.16.0.1", interfaces: [PortID(1): veth(21), PortID(5): veth(25), PortID(6): veth(26)])
        let more = [
            vmPort(PortID(4), 10, "02:00:00:00:00:04", on: Self.a, [], host: Self.there),
            vmPort(PortID(5), 9, "02:00:00:00:00:05", on: Self.a, [], host: Self.us),
            vmPort(PortID(6), 8, "02:00:00:00:00:06", on: Self.a, [], host: Self.us, up: false),
            Self.thirdHost,
            vmPort(PortID(7), 15, "02:00:00:00:00:07", on: Self.a, [], host: HostID(3)),
            // Bound to a host that nothing is known of.
            vmPort(PortID(8), 16, "02:00:00:00:00:08", on: Self.a, [], host: HostID(4)),
        ]
        let result = ForwardingTables(Self.base + more, host)
        #expect(
            result.lines(.floodLists) == [
                "500 0 -> port 9 interface 25 peer", "500 1 -> port 11 interface 21 peer",
                "500 2 -> tunnel site 172.16.0.1 > 172.16.0.2 vni 500",
                "500 3 -> tunnel site 172.16.0.1 > 172.16.0.3 vni 500",
            ])
        #expect(result.lines(.bridges) == ["500 -> flood 4"])
        let down = ForwardingTables(Self.base + more + [bridge(Self.a, 500, up: false)], host)
        #expect(down.lines(.floodLists).isEmpty)
        #expect(down.lines(.bridges) == ["500 -> no flood"])
    }

    @Test("fdb: here, there, unbound, down")
    func fdb() {
        func where2(_ more: TopologyObject...) -> String? {
            ForwardingTables(Self.base + more, Self.host1).lines(.fdb).first { $0.contains(Self.mac2) }
        }
        func port2(host: HostID?, up: Bool = true) -> TopologyObject {
            vmPort(PortID(2), 12, Self.mac2, on: Self.a, ["10.0.0.12"], host: host, up: up)
        }
        #expect(where2() == "500 \(Self.mac2) -> tunnel site 172.16.0.1 > 172.16.0.2 vni 500")
        #expect(where2(port2(host: nil)) == nil)
        #expect(where2(port2(host: Self.us)) == nil, "bound here, but its interface is not there yet")
        #expect(where2(port2(host: Self.there, up: false)) == "500 \(Self.mac2) -> drop port-admin-down")
        #expect(where2(bridge(Self.a, 500, up: false)) == "500 \(Self.mac2) -> drop device-admin-down")
    }

    @Test("a router or router port that is down has no routes, and says why at its MAC")
    func routerDown() {
        let down = tables(router(Self.r, 7, up: false))
        #expect(down.lines(.routes).isEmpty)
        #expect(down.lines(.fdb).contains("500 \(Self.gatewayMAC) -> drop device-admin-down"))
        let port = tables(
            routerPort(PortID(3), 13, Self.gatewayMAC, of: Self.r, on: .bridge(Self.a), ["10.0.0.1/24"], up: false),
            route(Self.r, "10.9.0.0/16", via: "10.0.0.12", port: PortID(3)))
        #expect(port.lines(.routes).isEmpty)
        #expect(port.lines(.fdb).contains("500 \(Self.gatewayMAC) -> drop port-admin-down"))
        #expect(port.lines(.bridgeNeighbours).contains("500 10.0.0.1 -> \(Self.gatewayMAC)"))
    }

    @Test("equal prefixes: own address before connected before route; among equals the lowest port")
    func routeConflicts() {
        let result = tables(
            routerPort(
                PortID(4), 12, "02:00:00:00:00:fd", of: Self.r, on: .bridge(Self.b), ["10.0.0.2/24", "10.2.0.1/32"]),
            route(Self.r, "10.0.0.0/24", via: "10.0.0.12", port: PortID(3)),
            route(Self.r, "10.0.0.1/32", via: "10.0.0.12", port: PortID(3)),
            route(Self.r, "0.0.0.0/0", via: "10.0.0.12", port: PortID(3)))
        #expect(
            result.lines(.routes) == [
                "router 7 0.0.0.0/0 -> via 10.0.0.12 port 13", "router 7 10.0.0.0/24 -> connected port 12",
                "router 7 10.0.0.1/32 -> local port 13", "router 7 10.0.0.2/32 -> local port 12",
                "router 7 10.2.0.1/32 -> local port 12",
            ])
    }

    @Test("a route through a port of another router is no route")
    func foreignRoute() {
        let result = tables(
            router(RouterID(2), 8), route(RouterID(2), "10.9.0.0/16", via: "10.0.0.12", port: PortID(3)))
        #expect(!result.lines(.routes).contains { $0.hasPrefix("router 8") })
    }

    @Test("an IPv6 default route does not route IPv4, and yields to the exact prefix asked for")
    func v6Default() {
        let result = tables(
            route(Self.r, "::/0", via: "2001:db8::1", port: PortID(3)),
            route(Self.r, "8000::/1", via: "2001:db8::2", port: PortID(3)))
        let lines = result.lines(.routes)
        #expect(lines.contains("router 7 8000::/1 -> via 2001:db8::2 port 13"))
        #expect(lines.contains("router 7 4000::/2 -> via 2001:db8::1 port 13"))
        #expect(!lines.contains { $0.contains("::ffff:") || $0.contains(" 0.0.0.0/") })
    }

    @Test("neighbours: every address on the bridge but the port's own, by the way its MAC goes; MTU fits the tunnel")
    func neighbours() {
        let other = routerPort(
            PortID(5), 14, "02:00:00:00:00:fc", of: RouterID(2), on: .bridge(Self.a), ["10.0.0.2/24"])
        let result = tables(bridge(Self.a, 500, mtu: 9000), router(RouterID(2), 8), other)
        #expect(
            result.lines(.neighbours) == [
                "port 13 10.0.0.2 -> \(Self.gatewayMAC) > 02:00:00:00:00:fc mtu 9000 router 8 port 14",
                "port 13 10.0.0.11 -> \(Self.gatewayMAC) > \(Self.mac1) mtu 9000 port 11 interface 21 peer",
                "port 13 10.0.0.12 -> \(Self.gatewayMAC) > \(Self.mac2) mtu 1450 tunnel site 172.16.0.1 > 172.16.0.2 vni 500",
                "port 14 10.0.0.1 -> 02:00:00:00:00:fc > \(Self.gatewayMAC) mtu 9000 router 7 port 13",
                "port 14 10.0.0.11 -> 02:00:00:00:00:fc > \(Self.mac1) mtu 9000 port 11 interface 21 peer",
                "port 14 10.0.0.12 -> 02:00:00:00:00:fc > \(Self.mac2) mtu 1450 tunnel site 172.16.0.1 > 172.16.0.2 vni 500",
            ])
    }

    @Test("invariant 9: the smaller underlay of the two hosts bounds the tunnel; IPv6 takes 20 bytes more")
    func tunnelMTU() {
        func mtu(_ more: TopologyObject..., address: String = "172.16.0.1") -> Bool {
            let host = view(Self.us, address, interfaces: [PortID(1): veth(21)])
            return ForwardingTables(Self.base + [bridge(Self.a, 500, mtu: 9000)] + more, host).lines(.neighbours)
                .contains { $0.contains(" mtu 1350 ") }
        }
        #expect(mtu(host(Self.us, "172.16.0.1", underlayMTU: 1400)))
        #expect(mtu(host(Self.there, "172.16.0.2", underlayMTU: 1400)))
        #expect(mtu(host(Self.us, "2001:db8::1", underlayMTU: 1420), address: "2001:db8::1"))
    }

    @Test("a virtual address is routed to the lowest port that may use it, unless somebody owns it")
    func virtualAddress() {
        let vip = ("02:00:5e:00:01:01", "10.0.0.200/32")
        let one = vmPort(PortID(1), 11, Self.mac1, on: Self.a, ["10.0.0.11"], host: Self.us, pairs: [vip])
        let two = vmPort(
            PortID(2), 12, Self.mac2, on: Self.a, ["10.0.0.12"], host: Self.there,
            pairs: [vip, (Self.mac2, "10.0.0.0/24")])
        let expected = "port 13 10.0.0.200 -> \(Self.gatewayMAC) > 02:00:5e:00:01:01 mtu 1450 port 11 interface 21 peer"
        func line(_ more: TopologyObject...) -> [String] {
            ForwardingTables(Self.base + [one, two] + more, Self.host1).lines(.neighbours).filter {
                $0.contains(".200 ")
            }
        }
        #expect(line() == [expected])
        let owner = vmPort(PortID(9), 19, "02:00:00:00:00:09", on: Self.a, ["10.0.0.200"], host: Self.there)
        #expect(line(owner).count == 1)
        #expect(line(owner).first?.contains("02:00:00:00:00:09") == true)
        // It stands for no address pair of more than one address, and for no router's own address.
        #expect(ForwardingTables(Self.base + [one, two], Self.host1).lines(.neighbours).count == 3)
        let own = vmPort(
            PortID(1), 11, Self.mac1, on: Self.a, ["10.0.0.11"], host: Self.us, pairs: [(Self.mac1, "10.0.0.1/32")])
        #expect(tables(own).lines(.neighbours).count == 2)
    }

    @Test("two ports with one MAC or address: the lowest number, whichever came first")
    func duplicates() {
        let twin = vmPort(PortID(2), 12, Self.mac1, on: Self.a, ["10.0.0.11"], host: Self.there)
        #expect(tables(twin).lines(.fdb).contains("500 \(Self.mac1) -> port 11 interface 21 peer"))
        let lower = vmPort(PortID(2), 5, Self.mac1, on: Self.a, ["10.0.0.11"], host: Self.there)
        #expect(tables(lower).lines(.fdb).contains("500 \(Self.mac1) -> tunnel site 172.16.0.1 > 172.16.0.2 vni 500"))
        // Nobody takes the router's address or MAC, not even with a lower number.
        let thief = vmPort(PortID(2), 1, Self.gatewayMAC, on: Self.a, ["10.0.0.1"], host: Self.there)
        #expect(tables(thief).lines(.fdb).contains("500 \(Self.gatewayMAC) -> router 7 port 13"))
        #expect(tables(thief).lines(.bridgeNeighbours).contains("500 10.0.0.1 -> \(Self.gatewayMAC)"))
    }

    static func peering(gateway: HostID?, up: Bool = true, offRamp: Bool = false) -> [TopologyObject] {
        base + [
            segment(s, 10001, site: 600, tunnelIP: "200.0.0.1", gateway: gateway, up: up, offRamp: offRamp),
            routerPort(PortID(4), 14, "02:bb:aa:aa:dd:01", of: r, on: .segment(s), ["192.168.123.1/29"]),
            neighbour(PortID(4), "192.168.123.2", "02:bb:aa:aa:dd:02"),
            remoteMAC(s, "02:bb:aa:aa:dd:02", at: "200.0.0.2"),
        ]
    }

    @Test("a segment without a gateway host leads nowhere, and one that is down says so")
    func segmentStates() {
        let none = ForwardingTables(Self.peering(gateway: nil), Self.host1)
        #expect(!none.lines(.fdb).contains { $0.contains("dd:02") })
        #expect(!none.lines(.neighbours).contains { $0.hasPrefix("port 14") })
        let down = ForwardingTables(Self.peering(gateway: Self.us, up: false), Self.host1)
        #expect(down.lines(.fdb).contains("600 02:bb:aa:aa:dd:02 -> drop device-admin-down"))
        #expect(down.lines(.fdb).contains("600 02:bb:aa:aa:dd:01 -> drop device-admin-down"))
    }

    @Test("S0-38: only the gateway host takes the segment's VNIs")
    func segmentSenders() {
        let gateway = ForwardingTables(Self.peering(gateway: Self.us), Self.host1)
        #expect(
            gateway.lines(.tunnelSources) == [
                "172.16.0.2 > 172.16.0.1 vni 500 -> bridge 500 site",
                "172.16.0.2 > 172.16.0.1 vni 600 -> bridge 600 site",
                "200.0.0.2 > 200.0.0.1 vni 10001 -> bridge 600 peer",
            ])
        let other = ForwardingTables(Self.peering(gateway: Self.there), Self.host1)
        #expect(other.lines(.tunnelSources) == ["172.16.0.2 > 172.16.0.1 vni 500 -> bridge 500 site"])
        #expect(other.lines(.tunnelEndpoints) == ["172.16.0.1 any", "172.16.0.1 vni 500"])
    }

    @Test(
        "S0-25: with an off-ramp every host sends to the other site itself, from the tunnel IP; only the gateway receives"
    )
    func offRamp() {
        let straight = "600 02:bb:aa:aa:dd:02 -> tunnel peer 200.0.0.1 > 200.0.0.2 vni 10001"
        let host = ForwardingTables(Self.peering(gateway: Self.there, offRamp: true), Self.host1)
        #expect(host.lines(.fdb).contains(straight))
        #expect(host.lines(.tunnelSources) == ["172.16.0.2 > 172.16.0.1 vni 500 -> bridge 500 site"])
        #expect(host.lines(.tunnelEndpoints) == ["172.16.0.1 any", "172.16.0.1 vni 500"])
        let through = ForwardingTables(Self.peering(gateway: Self.there), Self.host1)
        #expect(through.lines(.fdb).contains("600 02:bb:aa:aa:dd:02 -> tunnel site 172.16.0.1 > 172.16.0.2 vni 600"))
        let gateway = ForwardingTables(Self.peering(gateway: Self.us, offRamp: true), Self.host1)
        #expect(gateway.lines(.fdb).contains(straight))
    }

    @Test("a gateway host without VM ports of the tenant may send what the peering brings")
    func gatewaySends() {
        let third = HostID(3)
        let objects = Self.peering(gateway: third) + [host(third, "172.16.0.3")]
        #expect(
            ForwardingTables(objects, Self.host1).lines(.tunnelSources) == [
                "172.16.0.2 > 172.16.0.1 vni 500 -> bridge 500 site",
                "172.16.0.3 > 172.16.0.1 vni 500 -> bridge 500 site",
            ])
    }

    @Test("S0-06: two router ports of one segment at one site meet without a tunnel")
    func twoRoutersOnOneSegment() {
        let objects =
            Self.peering(gateway: Self.us) + [
                router(RouterID(2), 8),
                routerPort(
                    PortID(5), 15, "02:bb:aa:aa:dd:03", of: RouterID(2), on: .segment(Self.s), ["192.168.123.3/29"]),
                neighbour(PortID(5), "192.168.123.2", "02:bb:aa:aa:dd:02"),
            ]
        #expect(
            ForwardingTables(objects, Self.host1).lines(.neighbours).contains(
                "port 14 192.168.123.3 -> 02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:03 mtu 1450 router 8 port 15"))
    }

    @Test("several remote MACs at one tunnel IP share its tunnel source, which lives as long as one of them (C7)")
    func sharedTunnelSource() {
        var state = ForwardingTablesState(host: Self.host1, topology: Topology(Self.peering(gateway: Self.us)))
        func peers() -> Int { state.tables.lines(.tunnelSources).filter { $0.hasSuffix("peer") }.count }
        _ = state.update(TopologyDelta(changed: [remoteMAC(Self.s, "02:bb:aa:aa:dd:05", at: "200.0.0.2")]))
        #expect(peers() == 1)
        _ = state.update(TopologyDelta(removed: [.remoteMAC(Self.s, mac("02:bb:aa:aa:dd:02"))]))
        #expect(peers() == 1)
        _ = state.update(TopologyDelta(removed: [.remoteMAC(Self.s, mac("02:bb:aa:aa:dd:05"))]))
        #expect(peers() == 0)
    }

    @Test("origins tell what a row was made from")
    func origins() throws {
        let state = ForwardingTablesState(host: Self.host1, topology: Topology(Self.base))
        let row = try #require(state.tables.rows.first { $0.description.hasPrefix("fdb 500 \(Self.mac2)") })
        #expect(state.origins(of: row.key) == [.object(.port(PortID(2)))])
    }
}
