import Addresses
import Resources

/// `/v2.0/ports`
enum Ports: NeutronCollection {
    static let noun = "Port"
    static let member = "port"
    static let collection = "ports"

    static let networkID = Input("network_id", Rule<NetworkID>.uuid(), required: true, put: false)
    static let macAddress = Input("mac_address", Rule<MACAddress>.macAddress.orNull)
    static let fixedIPs = Input(
        "fixed_ips", Rule<[FixedIPDraft]>.list(of: fixedIP, maximum: 64, distinct: false).orNull)
    static let adminStateUp = Input("admin_state_up", .boolean)
    static let deviceID = Input("device_id", Rule<String>.text().null(is: ""))
    static let deviceOwner = Input("device_owner", Rule<String>.text().null(is: ""))
    static let portSecurity = Input("port_security_enabled", .boolean)
    static let addressPairs = Input(
        "allowed_address_pairs", Rule<[AllowedAddressPairDraft]>.list(of: addressPair, maximum: 64).null(is: [])
    )
    static let hostID = Input("binding:host_id", Rule<String>.text().null(is: ""))
    static let vnicType = Input("binding:vnic_type", Rule<String>.text(maximum: 64))
    static let dnsName = Input("dns_name", Rule<String>.text().null(is: ""))

    static let fixedIP = Rule<FixedIPDraft>.object(["subnet_id", "ip_address"]) {
        members throws(RuleViolation) in
        let subnet = try members.optional("subnet_id", Rule<SubnetID>.uuid())
        let address = try members.optional("ip_address", .ipAddress)
        if subnet == nil && address == nil {
            throw RuleViolation("a fixed IP needs a subnet_id, an ip_address or both")
        }
        return FixedIPDraft(subnetID: subnet, address: address)
    }

    private static let addressPair = Rule<AllowedAddressPairDraft>.object(
        ["ip_address", "mac_address"]
    ) { members throws(RuleViolation) in
        AllowedAddressPairDraft(
            macAddress: try members.optional("mac_address", Rule<MACAddress>.macAddress.orNull) ?? nil,
            prefix: try members.required("ip_address", .addressOrPrefix)
        )
    }

    static let map = AttributeMap<Port>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(networkID) { port, _ in .identifier(port.networkID) },
                .input(macAddress) { port, _ in .mac(port.macAddress) },
                .input(adminStateUp, .bool) { port, _ in .bool(port.adminStateUp) },
                .readOnly("status") { port, _ in .text(port.status.rawValue) },
                .input(deviceID) { port, _ in .text(port.deviceID) },
                .input(deviceOwner) { port, _ in .text(port.deviceOwner) },
                .input(fixedIPs, .list) { port, _ in
                    .list(port.fixedIPs.map(\.attributeValue))
                },
                .input(addressPairs, .list) { port, _ in .list(port.allowedAddressPairs.map(\.attributeValue)) },
                .input(portSecurity, .bool) { port, _ in .bool(port.portSecurityEnabled) },
                .input(hostID) { port, _ in .text(port.bindingHostID) },
                .input(vnicType) { port, _ in .text(port.bindingVNICType) },
                .readOnly("binding:vif_type") { port, _ in .text(port.bindingHostID.isEmpty ? "unbound" : "tap") },
                .readOnly("binding:vif_details", .list) { _, _ in .object([]) },
                .unsupported("binding:profile", .list, accepts: [.object([:]), .null], shows: .object([])),
                .unsupported("security_groups", .list, accepts: [.array([]), .null], shows: .list([])),
                .unsupported("extra_dhcp_opts", .list, accepts: [.array([]), .null], shows: .list([])),
                .unsupported("qos_policy_id", accepts: [.null], shows: .null),
                .unsupported("propagate_uplink_status", .bool, accepts: [.bool(false), .null], shows: .bool(false)),
                .input(dnsName) { port, _ in .text(port.dnsName) },
                .readOnly("trunk_details", .list) { port, inventory in Trunks.details(ofParent: port, inventory) },
                .readOnly("ip_allocation") { port, _ in .text(port.fixedIPs.isEmpty ? "none" : "immediate") },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> PortDraft {
        var draft = PortDraft()
        draft.standard = try body.standardDraft
        draft.networkID = try body.required(networkID)
        draft.macAddress = try body.value(macAddress) ?? nil
        draft.fixedIPs = try body.value(fixedIPs) ?? nil
        draft.adminStateUp = try body.value(adminStateUp)
        draft.deviceID = try body.value(deviceID)
        draft.deviceOwner = try body.value(deviceOwner)
        draft.portSecurityEnabled = try body.value(portSecurity)
        draft.allowedAddressPairs = try body.value(addressPairs)
        draft.bindingHostID = try body.value(hostID)
        draft.bindingVNICType = try body.value(vnicType)
        draft.dnsName = try body.value(dnsName)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> PortUpdate {
        var update = PortUpdate()
        update.standard = try body.standardUpdate
        update.macAddress = try body.change(macAddress)
        if let addresses = try body.value(fixedIPs) {
            guard let addresses else { throw .invalidInput(fixedIPs.name, "None is not a list") }
            update.fixedIPs = .set(addresses)
        }
        update.adminStateUp = try body.change(adminStateUp)
        update.deviceID = try body.change(deviceID)
        update.deviceOwner = try body.change(deviceOwner)
        update.portSecurityEnabled = try body.change(portSecurity)
        update.allowedAddressPairs = try body.change(addressPairs)
        update.bindingHostID = try body.change(hostID)
        update.bindingVNICType = try body.change(vnicType)
        update.dnsName = try body.change(dnsName)
        return update
    }
}

extension FixedIP {
    var attributeValue: AttributeValue {
        .members(["subnet_id": .identifier(subnetID), "ip_address": .address(address)])
    }
}

extension AllowedAddressPair {
    /// One address is shown without its length, as it was given.
    fileprivate var attributeValue: AttributeValue {
        let isOneAddress = prefix.length == prefix.family.bits
        return .members([
            "ip_address": isOneAddress ? .address(prefix.address) : .text(prefix), "mac_address": .mac(macAddress),
        ])
    }
}

extension Ports {
    static func id(of model: Port) -> PortID { model.id }
    static func key(of id: PortID) -> ResourceKey { .port(id) }
    static func standard(of model: Port) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [Port] {
        inventory.ports.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: PortID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> Port {
        try inventory.port(id, for: context)
    }

    static func creating(
        _ draft: PortDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Port, Transaction) {
        try inventory.creating(port: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: PortID, _ update: PortUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Port, Transaction) {
        try inventory.updating(port: id, update, expecting: revision, context: context, using: &generator)
    }

    static func deleting(
        _ id: PortID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(port: id, expecting: revision, context: context)
    }
}
