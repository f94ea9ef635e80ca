import Addresses
import CForwardingPipeline
import ForwardingTables
import Resources
import SeededRandom
import Testing
import VirtualTopology

@Suite struct IsolationTests {
    @Test(
        "invariant 1: no row names devices of two tenants, though all their addresses are equal",
        arguments: 0..<40 as Range<UInt64>)
    func isolation(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let tenants = RandomTenants(tenants: 4, &random)
        for id in RandomTenants.hosts {
            for row in ForwardingTables(tenants.objects, tenants.hostView(id)).rows {
                let owners = Set(tenants.owners(of: row))
                #expect(owners.count <= 1, "\(row)")
                #expect(!owners.contains(nil), "a number nobody has: \(row)")
            }
        }
    }

    @Test(
        "invariant 7: a VNI is taken from known senders only, and leads to its own tenant's bridge",
        arguments: 0..<20 as Range<UInt64>)
    func tunnelSources(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let tenants = RandomTenants(tenants: 4, &random)
        let own = RandomTenants.hosts[0]
        let hosts = Set(RandomTenants.hosts.dropFirst().map { ip(RandomTenants.address(of: $0)) })
        for row in ForwardingTables(tenants.objects, tenants.hostView(own)).rows {
            guard case .tunnelSource(let key, let value)? = TableEntry(row) else { continue }
            if value.scope == SCOPE_SITE.rawValue {
                #expect(key.vni == value.bridge)
                #expect(hosts.contains(written(key.remote.address)))
            } else {
                #expect(key.remote.address == ip("200.1.0.1"))
                let peering = RandomTenants.Peering(tunnelIP: written(key.local.address), vni: key.vni)
                #expect(tenants.peeringOwner[peering] == tenants.linkOwner[value.bridge])
            }
        }
    }

    @Test("a VTEP router that carries two tenants' segments does not join their networks")
    func vtepRouterJoinsNothing() {
        var objects = Demo.site1
        // Tenant B has a network on host 9, a router and a segment of the same VTEP router.
        objects += [
            host(HostID(9), "172.16.1.9"), bridge(NetworkID(0xb0), 5002), router(RouterID(0xbb), 8),
            vmPort(PortID(21), 201, "fa:16:3e:00:01:03", on: NetworkID(0xb0), ["10.1.0.3"], host: HostID(9)),
            routerPort(
                PortID(22), 202, "fa:16:3e:00:01:01", of: RouterID(0xbb), on: .bridge(NetworkID(0xb0)), ["10.1.0.1/24"]),
            segment(SegmentID(0xb1), 10002, site: 6002, tunnelIP: "200.200.200.3", gateway: Demo.gatewayHost),
            routerPort(
                PortID(23), 203, "02:bb:aa:aa:dd:01", of: RouterID(0xbb), on: .segment(SegmentID(0xb1)),
                ["192.168.123.1/29"]),
        ]
        let sources = ForwardingTables(objects, Demo.gatewayView).lines(.tunnelSources)
        #expect(
            sources == [
                "172.16.1.1 > 172.16.1.2 vni 5001 -> bridge 5001 site",
                "172.16.1.9 > 172.16.1.2 vni 5002 -> bridge 5002 site",
                "172.16.1.1 > 172.16.1.2 vni 6001 -> bridge 6001 site",
                "172.16.1.9 > 172.16.1.2 vni 6002 -> bridge 6002 site",
                "200.100.100.3 > 200.200.200.3 vni 10001 -> bridge 6001 peer",
            ])
    }
}

extension RandomTenants {
    /// The tenant of every number in the row; nil for a number nobody has.
    func owners(of row: TableRow) -> [Int?] {
        switch TableEntry(row) {
        case .interface(let index, let value)?:
            if value.kind == INTERFACE_UPLINK.rawValue { return [] }
            return [interfaceOwner[index], portOwner[value.port], linkOwner[value.bridge]]
        case .allowedSource(let key)?: return [portOwner[key.port]]
        case .bridge(let number, _)?: return [linkOwner[number]]
        case .flood(let key, let value)?: return [linkOwner[key.bridge]] + owners(of: value)
        case .fdb(let key, let value)?: return [linkOwner[key.bridge]] + owners(of: value)
        case .bridgeNeighbour(let key, _)?: return [linkOwner[key.device]]
        case .neighbour(let key, let value)?: return [portOwner[key.device]] + owners(of: value.destination)
        case .route(let key, let value)?: return [routerOwner[key.router], portOwner[value.port]]
        case .routerPort(let number, let value)?: return [portOwner[number], routerOwner[value.router]]
        case .tunnelSource(let key, let value)?:
            return [linkOwner[value.bridge], owner(of: key.vni, local: key.local, scope: value.scope)]
        case .tunnelEndpoint(let key)?:
            if key.vni == 0 { return [] }
            let peering = Peering(tunnelIP: written(key.local.address), vni: key.vni)
            return [peeringOwner[peering] ?? linkOwner[key.vni]]
        case .portCounters(let port, _)?, .puntBudget(let port, _)?:
            return port & UPLINK_PORT == 0 ? [portOwner[port]] : []
        case .hostAddress?, .settings?: return []
        case .drops?, nil: return [nil]
        }
    }

    private func owners(of value: destination) -> [Int?] {
        switch UInt32(value.kind) {
        case DESTINATION_PORT.rawValue: [portOwner[value.device], interfaceOwner[value.interface]]
        case DESTINATION_ROUTER.rawValue: [routerOwner[value.device], portOwner[value.port]]
        case DESTINATION_TUNNEL.rawValue: [owner(of: value.vni, local: value.local, scope: UInt32(value.scope))]
        default: []
        }
    }

    private func owner(of vni: UInt32, local: ip_address, scope: UInt32) -> Int? {
        scope == SCOPE_SITE.rawValue
            ? linkOwner[vni] : peeringOwner[Peering(tunnelIP: written(local.address), vni: vni)]
    }
}
