import Addresses
import Resources

/// `/v2.0/router_vtep_bindings`: a tenant's router on a VXLAN segment of a VTEP router (S0-28). The aliases are the names
/// of the prototype's API.
enum RouterVTEPBindings: NeutronCollection {
    static let noun = "RouterVTEPBinding"
    static let member = "router_vtep_binding"
    static let collection = "router_vtep_bindings"

    static let vtepID = Input("vtep_id", Rule<RouterID>.uuid(), required: true, put: false, aliases: ["vtepId"])
    static let vtepTunnelIP = Input(
        "vtep_tunnel_ip", .ipAddress, required: true, put: false, aliases: ["vtepTunnelIp"]
    )
    static let routerID = Input("router_id", Rule<RouterID>.uuid(), required: true, put: false, aliases: ["routerId"])
    static let routerSubnet = Input("router_subnet", .prefix, required: true, put: false, aliases: ["routerSubnet"])
    static let routerIP = Input("router_ip", .ipAddress, required: true, put: false, aliases: ["routerIp"])
    static let routerMAC = Input("router_mac", .macAddress, required: true, put: false, aliases: ["routerMac"])
    static let vni = Input("vni", Rule<Int>.integer(VNI.range), required: true, put: false)
    static let offRampVXLAN = Input("off_ramp_vxlan", .boolean, put: false, aliases: ["offRampVxlan"])
    static let defaultRemoteVTEPIP = Input(
        "default_remote_vtep", Rule<IPAddress>.ipAddress.orNull, put: false, aliases: ["defaultRemoteVtep"])

    static let map = AttributeMap<RouterVTEPBinding>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(vtepID) { binding, _ in .identifier(binding.vtepID) },
                .input(vtepTunnelIP) { binding, _ in .address(binding.vtepTunnelIP) },
                .input(routerID) { binding, _ in .identifier(binding.routerID) },
                .input(routerSubnet) { binding, _ in .text(binding.routerSubnet) },
                .input(routerIP) { binding, _ in .address(binding.routerIP) },
                .input(routerMAC) { binding, _ in .mac(binding.routerMAC) },
                .input(vni, .integer) { binding, _ in .integer(binding.vni.value) },
                .input(offRampVXLAN, .bool) { binding, _ in .bool(binding.offRampVXLAN) },
                .input(defaultRemoteVTEPIP) { binding, _ in binding.defaultRemoteVTEPIP.map { .address($0) } ?? .null },
                .readOnly("router_port_id") { binding, _ in .identifier(binding.routerPortID) },
                .readOnly("vtep_port_id") { binding, _ in .identifier(binding.vtepPortID) },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> RouterVTEPBindingDraft {
        var draft = RouterVTEPBindingDraft()
        draft.standard = try body.standardDraft
        draft.vtepID = try body.required(vtepID)
        draft.vtepTunnelIP = try body.required(vtepTunnelIP)
        draft.routerID = try body.required(routerID)
        draft.routerSubnet = try body.required(routerSubnet)
        draft.routerIP = try body.required(routerIP)
        draft.routerMAC = try body.required(routerMAC)
        draft.vni = try body.required(vni)
        draft.offRampVXLAN = try body.value(offRampVXLAN)
        draft.defaultRemoteVTEPIP = try body.value(defaultRemoteVTEPIP) ?? nil
        return draft
    }
}

extension RouterVTEPBindings {
    /// Names and descriptions are checked like any, but nothing of it can change: the rules refuse it.
    static func update(_ body: Body) throws(NeutronError) -> StandardUpdate { try body.standardUpdate }

    static func id(of model: RouterVTEPBinding) -> RouterVTEPBindingID { model.id }
    static func key(of id: RouterVTEPBindingID) -> ResourceKey { .routerVTEPBinding(id) }
    static func standard(of model: RouterVTEPBinding) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [RouterVTEPBinding] {
        context.isAdmin ? Array(inventory.routerVTEPBindings.values) : []
    }

    static func find(
        _ id: RouterVTEPBindingID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> RouterVTEPBinding {
        try inventory.routerVTEPBinding(id, for: context)
    }

    static func creating(
        _ draft: RouterVTEPBindingDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RouterVTEPBinding, Transaction) {
        try inventory.creating(routerVTEPBinding: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: RouterVTEPBindingID, _ update: StandardUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RouterVTEPBinding, Transaction) {
        try inventory.updating(routerVTEPBinding: id, context: context)
    }

    static func deleting(
        _ id: RouterVTEPBindingID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.routerVTEPBinding(id, for: context).standard.expect(revision)
        return try inventory.deleting(routerVTEPBinding: id, context: context)
    }
}
