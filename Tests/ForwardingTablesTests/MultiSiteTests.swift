import ForwardingTables
import Resources
import Testing
import VirtualTopology

/// A multi-site network's bridge with a segment on it: the guide's site A (S1-11), VM and tunnel IP on two hosts.
@Suite struct MultiSiteTests {
    static let compute = HostID(1)
    static let gateway = HostID(2)
    static let tenant = NetworkID(0xa)
    static let multiSite = NetworkID(0xb)
    static let tenantRouter = RouterID(0xaa)
    static let connection = SegmentID(0xc)
    static let peer = "6e:e4:5a:fa:8e:09"

    static func site(up: Bool = true, bridgeUp: Bool = true) -> [TopologyObject] {
        [
            host(compute, "172.16.1.1"), host(gateway, "172.16.1.2"), bridge(tenant, 5001),
            bridge(multiSite, 5100, up: bridgeUp), router(tenantRouter, 7),
            vmPort(PortID(1), 101, "fa:16:3e:00:01:03", on: tenant, ["10.0.0.3"], host: compute),
            routerPort(
                PortID(2), 102, "fa:16:3e:00:01:01", of: tenantRouter, on: .bridge(tenant), ["10.0.0.1/24"]),
            routerPort(
                PortID(3), 103, "16:b7:b5:a4:57:75", of: tenantRouter, on: .bridge(multiSite), ["192.168.0.1/24"]),
            route(tenantRouter, "10.0.1.0/24", via: "192.168.0.2", port: PortID(3)),
            segment(
                connection, 100, site: 5100, tunnelIP: "200.200.0.1", gateway: gateway, up: up, bridge: multiSite),
        ]
    }

    static let ghost = vmPort(PortID(4), 104, peer, on: multiSite, ["192.168.0.2"], host: nil)
    static let entry = remoteMAC(connection, peer, at: "200.200.0.2")
    static let computeView = view(
        compute, "172.16.1.1", interfaces: [PortID(1): veth(12)], uplinks: [2], addresses: ["172.16.1.1"])
    static let gatewayView = view(gateway, "172.16.1.2", uplinks: [2], addresses: ["172.16.1.2", "200.200.0.1"])

    private func tables(_ view: HostView, _ objects: [TopologyObject]) -> ForwardingTables {
        ForwardingTables(objects, view)
    }

    @Test("S1-10: remote-site port and remote MAC entry together lead to the peer, by the gateway host and from it")
    func adjacency() {
        let whole = Self.site() + [Self.ghost, Self.entry]
        let toPeer = "port 103 192.168.0.2 -> 16:b7:b5:a4:57:75 > \(Self.peer) mtu 1450 tunnel "
        #expect(
            tables(Self.computeView, whole).lines(.neighbours).contains(
                toPeer + "site 172.16.1.1 > 172.16.1.2 vni 5100"))
        #expect(
            tables(Self.gatewayView, whole).lines(.neighbours).contains(
                toPeer + "peer 200.200.0.1 > 200.200.0.2 vni 100"))
        #expect(
            tables(Self.gatewayView, whole).lines(.fdb).contains(
                "5100 \(Self.peer) -> tunnel peer 200.200.0.1 > 200.200.0.2 vni 100"))
        // ARP for it is answered on the asker's host.
        #expect(tables(Self.computeView, whole).lines(.bridgeNeighbours).contains("5100 192.168.0.2 -> \(Self.peer)"))
        // Either alone is not enough.
        for part in [Self.ghost, Self.entry] {
            #expect(
                !tables(Self.computeView, Self.site() + [part]).lines(.neighbours).contains { $0.hasPrefix(toPeer) })
        }
    }

    @Test("invariant 7: the gateway host alone takes the wire's VNI, from the VTEPs of the remote MAC table")
    func senders() {
        let whole = Self.site() + [Self.ghost, Self.entry]
        #expect(
            tables(Self.gatewayView, whole).lines(.tunnelSources) == [
                "200.200.0.2 > 200.200.0.1 vni 100 -> bridge 5100 peer",
                "172.16.1.1 > 172.16.1.2 vni 5001 -> bridge 5001 site",
                "172.16.1.1 > 172.16.1.2 vni 5100 -> bridge 5100 site",
            ])
        #expect(
            tables(Self.computeView, whole).lines(.tunnelSources) == [
                "172.16.1.2 > 172.16.1.1 vni 5001 -> bridge 5001 site",
                "172.16.1.2 > 172.16.1.1 vni 5100 -> bridge 5100 site",
            ])
    }

    @Test("invariant 8: a multi-site network's bridge floods inside the site, and never into the peering")
    func flooding() {
        let vms = [
            vmPort(PortID(5), 105, "fa:16:3e:00:02:01", on: Self.multiSite, ["192.168.0.11"], host: Self.compute),
            vmPort(PortID(6), 106, "fa:16:3e:00:02:02", on: Self.multiSite, ["192.168.0.12"], host: Self.gateway),
        ]
        let gateway = tables(Self.gatewayView, Self.site() + [Self.ghost, Self.entry] + vms)
        #expect(gateway.lines(.bridges).contains("5100 -> flood 1"))
        #expect(gateway.lines(.floodLists).allSatisfy { !$0.contains("peer") })
    }

    @Test("S0-09: a VM on a stretched network reaches the remote VM's MAC by the tunnel, and a local one first")
    func stretched() {
        let remote = tables(Self.gatewayView, Self.site() + [Self.entry]).lines(.fdb)
        #expect(remote.contains("5100 \(Self.peer) -> tunnel peer 200.200.0.1 > 200.200.0.2 vni 100"))
        let local = vmPort(PortID(5), 105, Self.peer, on: Self.multiSite, ["192.168.0.2"], host: Self.compute)
        let lines = tables(Self.gatewayView, Self.site() + [Self.entry, local]).lines(.fdb)
        #expect(lines.contains("5100 \(Self.peer) -> tunnel site 172.16.1.2 > 172.16.1.1 vni 5100"))
    }

    @Test("what is down says so: the VTEP router, the network, the remote-site port")
    func down() {
        let drop = "5100 \(Self.peer) -> drop device-admin-down"
        for site in [Self.site(up: false), Self.site(bridgeUp: false)] {
            #expect(tables(Self.gatewayView, site + [Self.ghost, Self.entry]).lines(.fdb).contains(drop))
            #expect(tables(Self.gatewayView, site + [Self.entry]).lines(.fdb).contains(drop))
        }
        let port = vmPort(PortID(4), 104, Self.peer, on: Self.multiSite, ["192.168.0.2"], host: nil, up: false)
        #expect(
            tables(Self.gatewayView, Self.site() + [port, Self.entry]).lines(.fdb).contains(
                "5100 \(Self.peer) -> drop port-admin-down"))
    }

    @Test(
        "a connection that is replaced by another of the same network reuses no number: nothing is broken before made")
    func replaced() {
        var state = ForwardingTablesState(
            host: Self.gatewayView, topology: Topology(Self.site() + [Self.ghost, Self.entry]))
        let other = SegmentID(0xd)
        let delta = state.update(
            TopologyDelta(
                changed: [
                    segment(
                        other, 101, site: 5100, tunnelIP: "200.200.0.1", gateway: Self.gateway, bridge: Self.multiSite),
                    remoteMAC(other, Self.peer, at: "200.200.0.3"),
                ], removed: [.segment(Self.connection), Self.entry.key]))
        #expect(!delta.breaksBeforeMaking)
        #expect(
            state.tables.lines(.fdb).contains("5100 \(Self.peer) -> tunnel peer 200.200.0.1 > 200.200.0.3 vni 101"))
        #expect(state.tables.lines(.neighbours).contains { $0.contains("200.200.0.3 vni 101") })
    }
}
