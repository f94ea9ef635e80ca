import Addresses
import Resources

/// `/v2.0/floatingips`
enum FloatingIPs: NeutronCollection {
    static let noun = "Floating IP"
    static let member = "floatingip"
    static let collection = "floatingips"

    static let networkID = Input("floating_network_id", Rule<NetworkID>.uuid(), required: true, put: false)
    static let address = Input("floating_ip_address", Rule<IPAddress>.ipAddress.orNull, put: false)
    static let subnetID = Input("subnet_id", Rule<SubnetID>.uuid().orNull, put: false)
    static let portID = Input("port_id", Rule<PortID>.uuid().orNull)
    static let fixedIPAddress = Input("fixed_ip_address", Rule<IPAddress>.ipAddress.orNull)
    static let description = Input("description", .text())

    static let map = AttributeMap<FloatingIP>(
        [
            .readOnly("id") { floatingIP, _ in .identifier(floatingIP.id) },
            .readOnly("tenant_id") { floatingIP, _ in .text(floatingIP.standard.projectID) },
            .input(address) { floatingIP, _ in .address(floatingIP.address) },
            .input(networkID) { floatingIP, _ in .identifier(floatingIP.networkID) },
            .hidden(subnetID),
            .readOnly("router_id") { floatingIP, _ in
                floatingIP.association.map { .identifier($0.routerID) } ?? .null
            },
            .input(portID) { floatingIP, _ in floatingIP.association.map { .identifier($0.portID) } ?? .null },
            .input(fixedIPAddress) { floatingIP, _ in .optional(floatingIP.association?.address) },
            // No datapath translates addresses yet, so none is in force.
            .readOnly("status") { _, _ in .text("DOWN") },
            .readOnly("port_details", .list) { floatingIP, inventory in
                floatingIP.association.flatMap { inventory.ports[$0.portID] }.map(\.floatingIPDetails) ?? .null
            },
            .unsupported("qos_policy_id", accepts: [.null], shows: .null),
            .unsupported("dns_name", accepts: [.string(""), .null], shows: nil),
            .unsupported("dns_domain", accepts: [.string(""), .null], shows: nil),
        ] + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> FloatingIPDraft {
        var draft = FloatingIPDraft()
        draft.standard = try body.standardDraft
        draft.networkID = try body.required(networkID)
        draft.address = try body.value(address) ?? nil
        draft.subnetID = try body.value(subnetID) ?? nil
        draft.portID = try body.value(portID) ?? nil
        draft.fixedIPAddress = try body.value(fixedIPAddress) ?? nil
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> FloatingIPUpdate {
        var update = FloatingIPUpdate()
        update.description = try body.change(description)
        update.portID = try body.change(portID)
        update.fixedIPAddress = try body.change(fixedIPAddress)
        return update
    }
}

extension Port {
    /// As a floating IP shows the port it leads to.
    fileprivate var floatingIPDetails: AttributeValue {
        .members([
            "name": .text(standard.name), "network_id": .identifier(networkID), "mac_address": .mac(macAddress),
            "admin_state_up": .bool(adminStateUp), "status": .text(status.rawValue), "device_id": .text(deviceID),
            "device_owner": .text(deviceOwner),
        ])
    }
}

extension FloatingIPs {
    static func id(of model: FloatingIP) -> FloatingIPID { model.id }
    static func key(of id: FloatingIPID) -> ResourceKey { .floatingIP(id) }
    static func standard(of model: FloatingIP) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [FloatingIP] {
        inventory.floatingIPs.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: FloatingIPID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> FloatingIP {
        try inventory.floatingIP(id, for: context)
    }

    static func creating(
        _ draft: FloatingIPDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (FloatingIP, Transaction) {
        try inventory.creating(floatingIP: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: FloatingIPID, _ update: FloatingIPUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (FloatingIP, Transaction) {
        try inventory.updating(floatingIP: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: FloatingIPID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(floatingIP: id, expecting: revision, context: context)
    }
}
