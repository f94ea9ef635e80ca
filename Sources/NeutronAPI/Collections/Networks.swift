import Addresses
import Resources

/// `/v2.0/networks`
enum Networks: NeutronCollection {
    static let noun = "Network"
    static let member = "network"
    static let collection = "networks"

    static let adminStateUp = Input("admin_state_up", .boolean)
    static let mtu = Input("mtu", Rule<Int>.integer(0...65535))
    static let shared = Input("shared", .boolean)
    static let external = Input("router:external", .boolean)
    static let networkType = Input("provider:network_type", Rule<String>.text(maximum: 32).orNull, put: false)
    static let physicalNetwork = Input("provider:physical_network", Rule<String>.text(maximum: 64).orNull, put: false)
    static let segmentationID = Input(
        "provider:segmentation_id", Rule<Int>.integer(0...Int(UInt32.max)).orNull, put: false
    )
    static let portSecurity = Input("port_security_enabled", .boolean)
    static let dnsDomain = Input("dns_domain", .text())
    static let isDefault = Input("is_default", Rule<Bool>.boolean.null(is: false))
    static let zoneHints = Input(
        "availability_zone_hints", Rule<[String]>.list(of: .text(), distinct: false).null(is: []), put: false)

    static let map = AttributeMap<Network>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(adminStateUp, .bool) { network, _ in .bool(network.adminStateUp) },
                .input(mtu, .integer) { network, _ in .integer(network.mtu) },
                .readOnly("status") { network, _ in .text(network.adminStateUp ? "ACTIVE" : "DOWN") },
                .readOnly("subnets", .list) { network, inventory in
                    .list(inventory.subnetIDs(of: network.id).sorted().map { .identifier($0) })
                },
                .seen(shared, .bool) { project in
                    { network, inventory in .bool(inventory.isShared(RBACObject(.network, network.id), with: project)) }
                },
                .input(external, .bool) { network, _ in .bool(network.external) },
                .input(networkType) { _, _ in .text("vxlan") },
                .input(physicalNetwork) { _, _ in .null },
                .input(segmentationID, .integer) { network, _ in .integer(network.vni.value) },
                .input(portSecurity, .bool) { network, _ in .bool(network.portSecurityEnabled) },
                .input(dnsDomain) { network, _ in .text(network.dnsDomain) },
                .readOnly("availability_zones", .list) { _, inventory in AvailabilityZones.zones(inventory) },
                .input(zoneHints, .list) { network, _ in .list(network.availabilityZoneHints.map { .text($0) }) },
                .readOnly("ipv4_address_scope") { network, inventory in
                    inventory.addressScope(of: network.id, .v4).map { .identifier($0) } ?? .null
                },
                .readOnly("ipv6_address_scope") { network, inventory in
                    inventory.addressScope(of: network.id, .v6).map { .identifier($0) } ?? .null
                },
                .input(isDefault, .bool) { network, _ in .bool(network.isDefault) },
                .unsupported("qos_policy_id", accepts: [.null], shows: .null),
                .unsupported("vlan_transparent", .bool, accepts: [.bool(false), .null], shows: .null),
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> NetworkDraft {
        var draft = NetworkDraft()
        draft.standard = try body.standardDraft
        draft.adminStateUp = try body.value(adminStateUp)
        draft.mtu = try body.value(mtu)
        draft.networkType = try body.value(networkType) ?? nil
        draft.physicalNetwork = try body.value(physicalNetwork) ?? nil
        draft.segmentationID = try body.value(segmentationID) ?? nil
        draft.shared = try body.value(shared)
        draft.external = try body.value(external)
        draft.portSecurityEnabled = try body.value(portSecurity)
        draft.dnsDomain = try body.value(dnsDomain)
        draft.isDefault = try body.value(isDefault)
        draft.availabilityZoneHints = try body.value(zoneHints)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> NetworkUpdate {
        var update = NetworkUpdate()
        update.standard = try body.standardUpdate
        update.adminStateUp = try body.change(adminStateUp)
        update.mtu = try body.change(mtu)
        update.shared = try body.change(shared)
        update.external = try body.change(external)
        update.portSecurityEnabled = try body.change(portSecurity)
        update.dnsDomain = try body.change(dnsDomain)
        update.isDefault = try body.change(isDefault)
        return update
    }
}

extension Networks {
    static func id(of model: Network) -> NetworkID { model.id }
    static func key(of id: NetworkID) -> ResourceKey { .network(id) }
    static func standard(of model: Network) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [Network] {
        inventory.networks.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: NetworkID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> Network {
        try inventory.network(id, for: context)
    }

    static func creating(
        _ draft: NetworkDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Network, Transaction) {
        try inventory.creating(network: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: NetworkID, _ update: NetworkUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Network, Transaction) {
        try inventory.updating(
            network: id, update, expecting: revision, context: context, using: &generator)
    }

    static func deleting(
        _ id: NetworkID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(network: id, expecting: revision, context: context)
    }
}
