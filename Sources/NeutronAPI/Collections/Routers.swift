import Resources

/// `/v2.0/routers`
enum Routers: NeutronCollection {
    static let noun = "Router"
    static let member = "router"
    static let collection = "routers"

    static let adminStateUp = Input("admin_state_up", .boolean)
    static let gateway = Input("external_gateway_info", gatewayInfo.null(is: nil))
    static let zoneHints = Input(
        "availability_zone_hints", Rule<[String]>.list(of: .text(), distinct: false).null(is: []), put: false)
    static let routes = Input("routes", Rule<[HostRoute]>.list(of: .hostRoute).null(is: []))

    /// An empty object clears the gateway, as null does.
    private static let gatewayInfo = Rule<RouterGatewayDraft?>.object(
        ["network_id", "enable_snat", "external_fixed_ips", "qos_policy_id"]
    ) { members throws(RuleViolation) in
        guard let network = try members.optional("network_id", Rule<NetworkID>.uuid().orNull) ?? nil else {
            guard members.isEmpty else { throw RuleViolation("Required key 'network_id' is missing") }
            return nil
        }
        if try members.optional("qos_policy_id", Rule<String>.text().orNull) ?? nil != nil {
            throw RuleViolation("qos_policy_id: it is not supported yet; only null is accepted")
        }
        return RouterGatewayDraft(
            networkID: network, enableSNAT: try members.optional("enable_snat", .boolean),
            fixedIPs: try members.optional(
                "external_fixed_ips", Rule<[FixedIPDraft]>.list(of: Ports.fixedIP, maximum: 64).orNull) ?? nil
        )
    }

    static let map = AttributeMap<Router>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(adminStateUp, .bool) { router, _ in .bool(router.adminStateUp) },
                .readOnly("status") { _, _ in .text("ACTIVE") },
                .input(gateway, .list) { router, _ in router.gateway?.attributeValue ?? .null },
                .unsupported("external_gateways", .list, accepts: [.array([])], shows: nil),
                // As in Neutron, a router is created without routes: it has no interface yet for a next hop.
                .input(routes, post: false, .list) { router, _ in .list(router.routes.map(\.attributeValue)) },
                .unsupported("ha", .bool, accepts: [.bool(false), .null], shows: .bool(false)),
                .unsupported("distributed", .bool, accepts: [.bool(true), .null], shows: .bool(true)),
                .unsupported("flavor_id", accepts: [.null], shows: .null),
                .readOnly("availability_zones", .list) { _, inventory in AvailabilityZones.zones(inventory) },
                .input(zoneHints, .list) { router, _ in .list(router.availabilityZoneHints.map { .text($0) }) },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> RouterDraft {
        var draft = RouterDraft()
        draft.standard = try body.standardDraft
        draft.adminStateUp = try body.value(adminStateUp)
        draft.gateway = try body.value(gateway) ?? nil
        draft.availabilityZoneHints = try body.value(zoneHints)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> RouterUpdate {
        var update = RouterUpdate()
        update.standard = try body.standardUpdate
        update.adminStateUp = try body.change(adminStateUp)
        update.routes = try body.change(routes)
        update.gateway = try body.change(gateway)
        return update
    }
}

extension Routers {
    static func id(of model: Router) -> RouterID { model.id }
    static func key(of id: RouterID) -> ResourceKey { .router(id) }
    static func standard(of model: Router) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [Router] {
        inventory.routers.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: RouterID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> Router {
        try inventory.router(id, for: context)
    }

    static func creating(
        _ draft: RouterDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Router, Transaction) {
        try inventory.creating(router: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: RouterID, _ update: RouterUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Router, Transaction) {
        try inventory.updating(router: id, update, expecting: revision, context: context, using: &generator)
    }

    static func deleting(
        _ id: RouterID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(router: id, expecting: revision, context: context)
    }
}

extension RouterGateway {
    fileprivate var attributeValue: AttributeValue {
        .members([
            "network_id": .identifier(networkID), "enable_snat": .bool(enableSNAT),
            "external_fixed_ips": .list(fixedIPs.map(\.attributeValue)),
        ])
    }
}
