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
    /// The kinds that need hardware are Neutron's too, and not ours.
    static let vnicType = Input("binding:vnic_type", .oneOf(["normal"]))
    static let securityGroups = Input(
        "security_groups", Rule<[SecurityGroupID]>.list(of: .uuid(), maximum: 256).null(is: [])
    )
    static let dhcpOptions = Input(
        "extra_dhcp_opts", Rule<[DHCPOptionDraft]>.list(of: dhcpOption, maximum: 64).null(is: [])
    )
    static let profile = Input("binding:profile", Rule<JSONValue>.dictionary.null(is: .object([:])))
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

    private static let dhcpOption = Rule<DHCPOptionDraft>.object(
        ["opt_name", "opt_value", "ip_version"]
    ) { members throws(RuleViolation) in
        DHCPOptionDraft(
            name: try members.required("opt_name", .text()),
            value: try members.required("opt_value", Rule<String>.text().orNull),
            ipVersion: try members.optional("ip_version", .integer(4...6))
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
                .input(profile, .list) { port, _ in
                    port.bindingProfile.isEmpty ? .object([]) : .json(JSONValue(stored: port.bindingProfile))
                },
                .input(securityGroups, .list) { port, _ in .list(port.securityGroups.map { .identifier($0) }) },
                .input(dhcpOptions, .list) { port, _ in .list(port.dhcpOptions.map(\.attributeValue)) },
                .unsupported("qos_policy_id", accepts: [.null], shows: .null),
                .unsupported("propagate_uplink_status", .bool, accepts: [.bool(false), .null], shows: .bool(false)),
                .unsupported("numa_affinity_policy", accepts: [.null], shows: .null),
                .input(dnsName) { port, _ in .text(port.dnsName) },
                .readOnly("trunk_details", .list) { port, inventory in Trunks.details(ofParent: port, inventory) },
                .readOnly("dns_assignment", .list) { port, inventory in
                    .list(port.fixedIPs.map { port.dnsAssignment(of: $0.address, inventory) })
                },
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
        draft.securityGroups = try body.value(securityGroups)
        draft.dhcpOptions = try body.value(dhcpOptions)
        draft.bindingProfile = try body.value(profile).map(\.stored)
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
        update.securityGroups = try body.change(securityGroups)
        update.dhcpOptions = try body.change(dhcpOptions)
        if let json = try body.value(profile) { update.bindingProfile = .set(json.stored) }
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

extension DHCPOption {
    fileprivate var attributeValue: AttributeValue {
        .members(["opt_name": .text(name), "opt_value": .text(value), "ip_version": .integer(ipVersion)])
    }
}

extension Port {
    /// The name that DHCP gives with an address, as Neutron forms it: the port's, else one made of the address.
    fileprivate func dnsAssignment(of address: IPAddress, _ inventory: Inventory) -> AttributeValue {
        let plain = address.description.map { $0 == "." || $0 == ":" ? "-" : $0 }
        let hostname = dnsName.isEmpty ? "host-" + String(plain) : dnsName
        let own = inventory.networks[networkID]?.dnsDomain ?? ""
        let domain = own.isEmpty ? "openstacklocal." : own
        return .members([
            "ip_address": .address(address), "hostname": .text(hostname),
            "fqdn": .text(hostname.hasSuffix(".") ? hostname : "\(hostname).\(domain)"),
        ])
    }
}

extension JSONValue {
    /// As the resource keeps it; "" for an empty object.
    fileprivate var stored: String { self == .object([:]) ? "" : JSONWriter.text(self) }

    /// What we wrote parses; what another program put into the store may not, and is shown as the text it is.
    fileprivate init(stored text: String) {
        do throws(JSONParser.Failure) {
            self = try JSONParser.parse(Array(text.utf8))
        } catch {
            self = .string(text)
        }
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
