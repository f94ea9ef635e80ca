import Addresses
import Resources
import SeededRandom

/// A site's inventory and the requests tests make of it; each is committed as it is made.
package struct Site {
    package var inventory = Inventory()
    package var generator = SplitMix64(seed: 42)
    package var context = RequestContext(
        projectID: "operator", isAdmin: true, now: Timestamp(seconds: 1000), underlayMTU: 1500
    )

    package init() {}

    package static func tenant(_ project: String) -> RequestContext {
        RequestContext(projectID: project, isAdmin: false, now: Timestamp(seconds: 1000), underlayMTU: 1500)
    }

    @discardableResult
    package mutating func take<Value>(_ result: (Value, Transaction)) -> Value {
        inventory.apply(result.1.changes)
        return result.0
    }

    package mutating func network(
        as other: RequestContext? = nil, _ fill: (inout NetworkDraft) -> Void = { _ in }
    ) throws(ResourceError) -> Network {
        var draft = NetworkDraft()
        fill(&draft)
        return take(try inventory.creating(network: draft, context: other ?? context, using: &generator))
    }

    package mutating func subnet(
        _ network: Network, _ cidr: String, as other: RequestContext? = nil,
        _ fill: (inout SubnetDraft) -> Void = { _ in }
    ) throws(ResourceError) -> Subnet {
        var draft = SubnetDraft()
        draft.networkID = network.id
        draft.cidr = IPPrefix(cidr)
        fill(&draft)
        return take(try inventory.creating(subnet: draft, context: other ?? context, using: &generator))
    }

    package mutating func port(
        _ network: Network, as other: RequestContext? = nil, _ fill: (inout PortDraft) -> Void = { _ in }
    ) throws(ResourceError) -> Port {
        var draft = PortDraft()
        draft.networkID = network.id
        fill(&draft)
        return take(try inventory.creating(port: draft, context: other ?? context, using: &generator))
    }

    package mutating func router(as other: RequestContext? = nil) throws(ResourceError) -> Router {
        take(try inventory.creating(router: RouterDraft(), context: other ?? context, using: &generator))
    }

    @discardableResult
    package mutating func attach(
        _ router: Router, _ subnet: Subnet, as other: RequestContext? = nil
    ) throws(ResourceError) -> RouterInterfaceInfo {
        take(
            try inventory.addingInterface(
                to: router.id, subnet: subnet.id, context: other ?? context, using: &generator
            )
        )
    }

    /// The demo's first binding, unless `fill` says otherwise (S0-30).
    @discardableResult
    package mutating func binding(
        _ vtep: Router, _ router: Router, as other: RequestContext? = nil,
        _ fill: (inout RouterVTEPBindingDraft) -> Void = { _ in }
    ) throws(ResourceError) -> RouterVTEPBinding {
        var draft = RouterVTEPBindingDraft()
        draft.vtepID = vtep.id
        draft.routerID = router.id
        draft.vtepTunnelIP = IPAddress("200.200.200.3")
        draft.routerSubnet = IPPrefix("192.168.123.0/29")
        draft.routerIP = IPAddress("192.168.123.1")
        draft.routerMAC = MACAddress("02:bb:aa:aa:dd:01")
        draft.vni = 10001
        fill(&draft)
        return take(try inventory.creating(routerVTEPBinding: draft, context: other ?? context, using: &generator))
    }

    /// The demo's first route, unless `fill` says otherwise (S0-30).
    @discardableResult
    package mutating func route(
        _ binding: RouterVTEPBinding, as other: RequestContext? = nil,
        _ fill: (inout RouterVTEPRouteDraft) -> Void = { _ in }
    ) throws(ResourceError) -> RouterVTEPRoute {
        var draft = RouterVTEPRouteDraft()
        draft.bindingID = binding.id
        draft.cidr = IPPrefix("10.0.0.0/16")
        draft.gatewayIP = IPAddress("192.168.123.2")
        draft.gatewayMAC = MACAddress("02:bb:aa:aa:dd:02")
        draft.remoteVTEPIP = IPAddress("200.100.100.3")
        fill(&draft)
        return take(try inventory.creating(routerVTEPRoute: draft, context: other ?? context, using: &generator))
    }

    @discardableResult
    package mutating func host(
        _ number: UInt8, name: String? = nil, tunnel: String? = nil, addresses: [String] = []
    ) throws(ResourceError) -> HostRecord {
        let address = IPAddress(tunnel ?? "192.168.192.\(number)") ?? .v4(.unspecified)
        return take(
            try inventory.upserting(
                host: HostRecord(
                    id: HostID(UInt128(number)), name: name ?? "host\(number)", tunnelAddress: address,
                    underlayMTU: 1500, addresses: [address] + addresses.compactMap { IPAddress($0) },
                    joinedAt: context.now
                )
            )
        )
    }

    /// An external network with a subnet.
    package mutating func external(_ cidr: String = "172.24.4.0/24") throws(ResourceError) -> (Network, Subnet) {
        let network = try network { $0.external = true }
        return (network, try subnet(network, cidr))
    }

    @discardableResult
    package mutating func setGateway(
        _ router: Router, _ gateway: RouterGatewayDraft?, as other: RequestContext? = nil
    ) throws(ResourceError) -> Router {
        var update = RouterUpdate()
        update.gateway = .set(gateway)
        return take(
            try inventory.updating(router: router.id, update, context: other ?? context, using: &generator))
    }

    package mutating func floatingIP(
        _ network: Network, as other: RequestContext? = nil, _ fill: (inout FloatingIPDraft) -> Void = { _ in }
    ) throws(ResourceError) -> FloatingIP {
        var draft = FloatingIPDraft()
        draft.networkID = network.id
        fill(&draft)
        return take(try inventory.creating(floatingIP: draft, context: other ?? context, using: &generator))
    }

    package mutating func pool(
        _ prefixes: [String], as other: RequestContext? = nil, _ fill: (inout SubnetPoolDraft) -> Void = { _ in }
    ) throws(ResourceError) -> SubnetPool {
        var draft = SubnetPoolDraft()
        draft.prefixes = prefixes.compactMap { IPPrefix($0) }
        fill(&draft)
        return take(try inventory.creating(subnetPool: draft, context: other ?? context, using: &generator))
    }

    package mutating func scope(
        _ family: IPFamily, as other: RequestContext? = nil, shared: Bool = false
    ) throws(ResourceError) -> AddressScope {
        var draft = AddressScopeDraft()
        draft.family = family
        draft.shared = shared
        return take(try inventory.creating(addressScope: draft, context: other ?? context, using: &generator))
    }

    package mutating func trunk(
        _ parent: Port, _ subPorts: [SubPortDraft] = [], as other: RequestContext? = nil
    ) throws(ResourceError) -> Trunk {
        var draft = TrunkDraft()
        draft.portID = parent.id
        draft.subPorts = subPorts
        return take(try inventory.creating(trunk: draft, context: other ?? context, using: &generator))
    }

    package mutating func delete(_ transaction: Transaction) { inventory.apply(transaction.changes) }
}
