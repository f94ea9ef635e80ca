import Addresses
import Resources
import ResourcesSupport
import SeededRandom
import Testing

@testable import VirtualTopology

@Suite struct GuideTests {
    private static func done(_ order: [GuideSite.Step] = GuideSite.Step.allCases) throws -> GuideSite {
        var guide = GuideSite()
        for step in order { try guide.perform(step) }
        return guide
    }

    @Test(
        "S1-11: whatever the order of the guide's steps that the API allows, the topology is the same, on every host",
        arguments: 0..<12 as Range<UInt64>)
    func anyOrder(seed: UInt64) throws {
        let expected = try Self.done()
        var random = SplitMix64(seed: seed)
        for _ in 0..<12 {
            let order = GuideSite.order(&random)
            let guide = try Self.done(order)
            #expect(guide.state.topology == expected.state.topology, "\(order)")
            #expect(guide.state.topology == TopologyTranslation.topology(of: guide.site.inventory))
            #expect(guide.heard == expected.heard, "\(order)")
        }
    }

    @Test(
        "S1-05, S1-08: the connection's segment is on the multi-site network's bridge, and everyone with a stake hears of it"
    )
    func segment() throws {
        let guide = try Self.done()
        let id = try guide.segmentID()
        let network = try guide.network(.network)
        guard case .segment(let segment)? = guide.state.topology[.segment(id)] else {
            Issue.record("there is no segment")
            return
        }
        #expect(segment.bridge == network.id && segment.siteVNI == network.vni && segment.vni == VNI(100))
        #expect(
            segment.tunnelIP == IPAddress("200.200.0.1") && segment.gatewayHost == HostID(1) && segment.adminStateUp)
        #expect(segment.vtepRouter == guide.router(.vtepRouter)?.id)
        let mac = try #require(GuideSite.peerMAC)
        #expect(
            guide.state.topology[.remoteMAC(id, mac)]
                == .remoteMAC(RemoteMAC(segment: id, mac: mac, tunnelIP: try #require(IPAddress("200.200.0.2")))))
        for host in [HostID(1), HostID(2)] {
            #expect(guide.heard[host]?[.segment(id)] != nil && guide.heard[host]?[.bridge(network.id)] != nil)
        }
    }

    @Test("S1-10: a remote-site port is known on its bridge and on no host")
    func remoteSitePort() throws {
        let guide = try Self.done()
        guard case .port(let id)? = guide.keys[.remoteSitePort],
            case .port(let port)? = guide.state.topology[.port(id)],
            case .vm(let vm) = port.role
        else {
            Issue.record("there is no device port")
            return
        }
        #expect(vm.host == nil && vm.addresses.map(\.description) == ["192.168.0.2"] && port.mac == GuideSite.peerMAC)
    }

    @Test("S1-04: a device's tunnel IP moves all its segments, and only its; the gateway host follows the address")
    func tunnelIP() throws {
        var guide = try Self.done()
        let tenant = try #require(guide.router(.tenantRouter))
        let other = try guide.site.router()
        try guide.site.binding(other, tenant)
        guide.state = VirtualTopologyState(guide.site.inventory)
        let before = guide.state.topology
        var update = GatewayDeviceUpdate()
        update.tunnelIPs = .set([IPAddress("200.200.0.7")].compactMap(\.self))
        let id = try guide.segmentID()
        let changes = try guide.site.inventory.updating(
            gatewayDevice: try guide.device().id, update, context: guide.site.context
        ).1
        guide.take(changes)
        guard case .segment(let segment)? = guide.state.topology[.segment(id)] else {
            Issue.record("there is no segment")
            return
        }
        #expect(segment.tunnelIP == IPAddress("200.200.0.7") && segment.gatewayHost == nil)
        let changed = guide.state.topology.objects.filter { before[$0.key] != $0.value }
        #expect(Set(changed.keys) == [.segment(id)])
        var site = guide.site
        try site.host(1, name: "gateway", addresses: ["200.200.0.7"])
        guide.take(Transaction(changes: site.inventory.hosts.values.map { .put(.host($0)) }))
        #expect(guide.state.topology == TopologyTranslation.topology(of: site.inventory))
        if case .segment(let segment)? = guide.state.topology[.segment(id)] {
            #expect(segment.gatewayHost == HostID(1))
        }
    }

    @Test("S0-24: remote MAC entries of the segment's VNI are its rows, others are not; a MAC moves in place")
    func remoteMACs() throws {
        var guide = try Self.done()
        let id = try guide.segmentID()
        let device = try guide.device()
        var site = guide.site
        try site.entry(device) {
            $0.mac = MACAddress("6e:00:00:00:00:01")
            $0.segmentationID = 101
        }
        guide.take(Transaction(changes: site.inventory.remoteMACEntries.values.map { .put(.remoteMACEntry($0)) }))
        #expect(guide.state.topology.objects.keys.count { if case .remoteMAC = $0 { true } else { false } } == 1)
        // The connection moves to the VNI of the other entry: rows follow.
        var update = L2GatewayConnectionUpdate()
        let gateway = try site.gateway(device, nil)
        update.l2GatewayID = .set(gateway.id)
        update.segmentationID = .set(101)
        guide.take(Transaction(changes: [.put(.l2Gateway(gateway))]))
        guide.take(
            try guide.site.inventory.updating(
                l2GatewayConnection: L2GatewayConnectionID(id.value), update, context: guide.site.context
            ).1)
        #expect(guide.state.topology == TopologyTranslation.topology(of: guide.site.inventory))
        #expect(guide.state.topology[.remoteMAC(id, try #require(GuideSite.peerMAC))] == nil)
        #expect(guide.state.topology[.remoteMAC(id, try #require(MACAddress("6e:00:00:00:00:01")))] != nil)
    }

    @Test("S1-09: a gateway device's remote MACs are rows of a binding's segment, too, whichever came first")
    func entriesOnBindings() throws {
        for bindingFirst in [true, false] {
            var site = Site()
            let vtep = try site.router()
            let tenant = try site.router()
            let device = try site.device(vtep, tunnelIP: "200.200.200.3")
            var state = VirtualTopologyState(site.inventory)
            var inventory = site.inventory
            func make(_ isBinding: Bool) throws {
                if isBinding {
                    try site.binding(vtep, tenant)
                } else {
                    try site.entry(device) { $0.segmentationID = 10001 }
                }
                let new = site.inventory.resources.filter { inventory[$0.key] == nil }
                _ = state.apply(new.map { .put($0) }, to: &inventory)
            }
            try make(bindingFirst)
            try make(!bindingFirst)
            let binding = try #require(site.inventory.routerVTEPBindings.values.first)
            #expect(state.topology[.remoteMAC(binding.segmentID, try #require(GuideSite.peerMAC))] != nil)
            #expect(state.topology == TopologyTranslation.topology(of: site.inventory))
        }
    }

    @Test("a VTEP router that is down takes its connections' segments down")
    func adminState() throws {
        var guide = try Self.done()
        let id = try guide.segmentID()
        let vtep = try #require(guide.router(.vtepRouter))
        var update = RouterUpdate()
        update.adminStateUp = .set(false)
        guide.take(
            try guide.site.inventory.updating(
                router: vtep.id, update, context: guide.site.context, using: &guide.site.generator
            ).1)
        if case .segment(let segment)? = guide.state.topology[.segment(id)] { #expect(!segment.adminStateUp) }
        #expect(guide.state.topology == TopologyTranslation.topology(of: guide.site.inventory))
    }

    @Test("S1-17: taken down in the chapter's order, nothing is left, and hosts hear it")
    func teardown() throws {
        var guide = try Self.done()
        let context = guide.site.context
        let order: [GuideSite.Step] = [
            .remoteMAC, .remoteSitePort, .extraRoute, .peerInterface, .connection, .l2Gateway, .device, .vm,
            .tenantInterface, .tenantNetwork, .network, .tenantRouter, .vtepRouter, .gatewayHost, .vmHost,
        ]
        for step in order {
            let inventory = guide.site.inventory
            let transaction: Transaction =
                switch (step, guide.keys[step]) {
                case (.extraRoute, .router(let id)?):
                    try inventory.removingExtraRoutes(
                        inventory.routers[id]?.routes ?? [], from: id, context: context
                    ).1
                case (.tenantInterface, .port(let id)?), (.peerInterface, .port(let id)?):
                    try inventory.removingInterface(
                        from: try #require(inventory.ports[id]?.interfaceOfRouter), port: id, context: context
                    ).1
                case (.peerInterface, _):
                    try inventory.removingInterface(
                        from: try #require(guide.router(.tenantRouter)).id,
                        port: try #require(
                            inventory.ports.values.first { $0.fixedIPs.first?.address == IPAddress("192.168.0.1") }
                        ).id, context: context
                    ).1
                case (_, let key?): try Self.delete(key, inventory, context)
                case (_, nil): Transaction()
                }
            guide.take(transaction)
            #expect(guide.state.topology == TopologyTranslation.topology(of: guide.site.inventory), "\(step)")
        }
        #expect(guide.site.inventory.holdsOnlyDefaultGroups && guide.state.topology == Topology())
        #expect(guide.heard.values.allSatisfy { $0.objects.isEmpty })
    }

    private static func delete(
        _ key: ResourceKey, _ inventory: Inventory, _ context: RequestContext
    ) throws -> Transaction {
        switch key {
        case .gatewayDevice(let id): try inventory.deleting(gatewayDevice: id, context: context)
        case .l2Gateway(let id): try inventory.deleting(l2Gateway: id, context: context)
        case .l2GatewayConnection(let id): try inventory.deleting(l2GatewayConnection: id, context: context)
        case .remoteMACEntry(let id):
            try inventory.deleting(
                remoteMACEntry: id, of: try #require(inventory.remoteMACEntries[id]?.deviceID), context: context)
        case .network(let id): try inventory.deleting(network: id, context: context)
        case .port(let id): try inventory.deleting(port: id, context: context)
        case .router(let id): try inventory.deleting(router: id, context: context)
        case .host(let id): try inventory.deleting(host: id)
        default: throw GuideSite.Missing()
        }
    }
}
