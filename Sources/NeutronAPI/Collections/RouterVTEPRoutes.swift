import Addresses
import Resources

/// `/v2.0/router_vtep_routes`: a remote prefix that is reached through a binding (S0-29).
enum RouterVTEPRoutes: NeutronCollection {
    static let noun = "RouterVTEPRoute"
    static let member = "router_vtep_route"
    static let collection = "router_vtep_routes"

    static let bindingID = Input(
        "binding_id", Rule<RouterVTEPBindingID>.uuid(), required: true, put: false, aliases: ["bindingId"]
    )
    static let cidr = Input("cidr", .subnet, required: true, put: false)
    static let gatewayIP = Input("gw_ip", .ipAddress, required: true, put: false, aliases: ["gwIp"])
    static let gatewayMAC = Input("gw_mac", .macAddress, required: true, put: false, aliases: ["gwMac"])
    static let remoteVTEPIP = Input(
        "remote_vtep_ip", Rule<IPAddress>.ipAddress.orNull, put: false, aliases: ["remoteVtepIp"]
    )

    static let map = AttributeMap<RouterVTEPRoute>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(bindingID) { route, _ in .identifier(route.bindingID) },
                .input(cidr) { route, _ in .text(route.cidr) },
                .input(gatewayIP) { route, _ in .address(route.gatewayIP) },
                .input(gatewayMAC) { route, _ in .mac(route.gatewayMAC) },
                .input(remoteVTEPIP) { route, _ in .address(route.remoteVTEPIP) },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> RouterVTEPRouteDraft {
        var draft = RouterVTEPRouteDraft()
        draft.standard = try body.standardDraft
        draft.bindingID = try body.required(bindingID)
        draft.cidr = try body.required(cidr)
        draft.gatewayIP = try body.required(gatewayIP)
        draft.gatewayMAC = try body.required(gatewayMAC)
        draft.remoteVTEPIP = try body.value(remoteVTEPIP) ?? nil
        return draft
    }
}

extension RouterVTEPRoutes {
    /// Names and descriptions are checked like any, but nothing of it can change: the rules refuse it.
    static func update(_ body: Body) throws(NeutronError) -> StandardUpdate { try body.standardUpdate }

    static func id(of model: RouterVTEPRoute) -> RouterVTEPRouteID { model.id }
    static func key(of id: RouterVTEPRouteID) -> ResourceKey { .routerVTEPRoute(id) }
    static func standard(of model: RouterVTEPRoute) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [RouterVTEPRoute] {
        context.isAdmin ? Array(inventory.routerVTEPRoutes.values) : []
    }

    static func find(
        _ id: RouterVTEPRouteID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> RouterVTEPRoute {
        try inventory.routerVTEPRoute(id, for: context)
    }

    static func creating(
        _ draft: RouterVTEPRouteDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RouterVTEPRoute, Transaction) {
        try inventory.creating(routerVTEPRoute: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: RouterVTEPRouteID, _ update: StandardUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RouterVTEPRoute, Transaction) {
        try inventory.updating(routerVTEPRoute: id, context: context)
    }

    static func deleting(
        _ id: RouterVTEPRouteID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.routerVTEPRoute(id, for: context).standard.expect(revision)
        return try inventory.deleting(routerVTEPRoute: id, context: context)
    }
}
