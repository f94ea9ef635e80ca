import Addresses

extension Inventory {
    package func creating(
        port draft: PortDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Port, Transaction) {
        guard let networkID = draft.networkID else { throw .missingAttribute("port", "network_id") }
        let network = try network(networkID, for: context)
        let ownsNetwork = context.owns(network.standard)
        try context.require(ownsNetwork || draft.macAddress == nil, "create_port:mac_address")
        try context.require(
            ownsNetwork || draft.fixedIPs?.contains { $0.address != nil } != true, "create_port:fixed_ips:ip_address"
        )
        try context.require(ownsNetwork || draft.portSecurityEnabled == nil, "create_port:port_security_enabled")
        try context.require(ownsNetwork || draft.allowedAddressPairs == nil, "create_port:allowed_address_pairs")
        try context.require(
            ownsNetwork || draft.deviceOwner?.hasPrefix("network:") != true, "create_port:device_owner"
        )
        try context.require(context.isAdmin || (draft.bindingHostID ?? "").isEmpty, "create_port:binding:host_id")
        try context.require(context.isAdmin || (draft.bindingProfile ?? "").isEmpty, "create_port:binding:profile")
        let standard = try context.standard(draft.standard)
        try requireQuota(.port, of: standard.projectID)
        let mac: MACAddress
        if let asked = draft.macAddress {
            mac = try PortRules.station(asked, "mac_address")
            guard holder(of: .mac(networkID, mac)) == nil else { throw .macAddressInUse(mac, network: networkID) }
        } else {
            mac = try freeMAC(on: networkID, using: &generator)
        }
        var port = Port(
            id: freePortID(using: &generator), standard: standard, networkID: networkID, macAddress: mac,
            fixedIPs: try fixedIPs(draft.fixedIPs, on: networkID, mac: mac, owner: draft.deviceOwner ?? ""),
            adminStateUp: draft.adminStateUp ?? true, status: .down,
            deviceID: try StandardRules.text(draft.deviceID ?? "", "device_id"),
            deviceOwner: try PortRules.deviceOwner(draft.deviceOwner ?? ""),
            portSecurityEnabled: draft.portSecurityEnabled ?? network.portSecurityEnabled, allowedAddressPairs: [],
            bindingHostID: try StandardRules.text(draft.bindingHostID ?? "", "binding:host_id"),
            bindingVNICType: try StandardRules.text(draft.bindingVNICType ?? "normal", "binding:vnic_type"),
            dnsName: try PortRules.dnsName(draft.dnsName ?? ""), number: try freePortNumber(using: &generator)
        )
        port.allowedAddressPairs = try PortRules.pairs(draft.allowedAddressPairs ?? [], of: port)
        port.dhcpOptions = try DHCPOptionRules.merged(draft.dhcpOptions ?? [], into: [])
        port.bindingProfile = try PortRules.profile(draft.bindingProfile ?? "")
        let (groups, changes) = try securityGroups(draft.securityGroups, of: port, context: context, using: &generator)
        port.securityGroups = groups
        if port.isOfRemoteSite {
            try PortRules.requireUnbound(port)
            port.status = .active
        }
        return (port, transaction(changes + [.put(.port(port))]))
    }

    package func updating(
        port id: PortID, _ update: PortUpdate, expecting revision: Int? = nil, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Port, Transaction) {
        let old = try port(id, for: context)
        let ownsNetwork = ownsNetwork(old.networkID, context)
        try context.require(context.owns(old.standard), "update_port")
        try old.standard.require(revision: revision)
        try context.require(context.isAdmin || update.macAddress == .keep, "update_port:mac_address")
        try context.require(
            ownsNetwork || update.fixedIPs.newValue?.contains { $0.address != nil } != true,
            "update_port:fixed_ips:ip_address"
        )
        try context.require(ownsNetwork || update.portSecurityEnabled == .keep, "update_port:port_security_enabled")
        try context.require(ownsNetwork || update.allowedAddressPairs == .keep, "update_port:allowed_address_pairs")
        try context.require(
            ownsNetwork || update.deviceOwner.newValue?.hasPrefix("network:") != true, "update_port:device_owner"
        )
        try context.require(context.isAdmin || update.bindingHostID == .keep, "update_port:binding:host_id")
        try context.require(context.isAdmin || update.bindingProfile == .keep, "update_port:binding:profile")

        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        new.adminStateUp = update.adminStateUp.applied(to: old.adminStateUp)
        if let device = update.deviceID.newValue { new.deviceID = try StandardRules.text(device, "device_id") }
        if let owner = update.deviceOwner.newValue, owner != old.deviceOwner {
            new.deviceOwner = try PortRules.deviceOwner(owner)
        }
        if let type = update.bindingVNICType.newValue {
            new.bindingVNICType = try StandardRules.text(type, "binding:vnic_type")
        }
        if let name = update.dnsName.newValue { new.dnsName = try PortRules.dnsName(name) }
        if let options = update.dhcpOptions.newValue {
            new.dhcpOptions = try DHCPOptionRules.merged(options, into: old.dhcpOptions)
        }
        if let profile = update.bindingProfile.newValue { new.bindingProfile = try PortRules.profile(profile) }
        if let host = update.bindingHostID.newValue, host != old.bindingHostID {
            new.bindingHostID = try StandardRules.text(host, "binding:host_id")
            new.status = .down
        }
        if case .set(let asked) = update.macAddress, asked != old.macAddress {
            try setMAC(asked, of: &new, old, using: &generator)
        }
        if let drafts = update.fixedIPs.newValue {
            new.fixedIPs = try fixedIPs(
                drafts, on: old.networkID, mac: new.macAddress, owner: new.deviceOwner, old: old.fixedIPs)
        } else if new.macAddress != old.macAddress {
            new.fixedIPs = automaticAddresses(of: new, following: old.macAddress)
        }
        new.portSecurityEnabled = update.portSecurityEnabled.applied(to: old.portSecurityEnabled)
        new.allowedAddressPairs = try PortRules.pairs(
            update.allowedAddressPairs.newValue
                ?? old.allowedAddressPairs.map {
                    AllowedAddressPairDraft(macAddress: $0.macAddress, prefix: $0.prefix)
                },
            of: new
        )
        new.securityGroups = try securityGroups(
            update.securityGroups.newValue, updating: old, to: new, context: context)
        try requireSameInterface(old, new)
        try requireSameService(old, new)
        if new.isOfRemoteSite {
            try PortRules.requireUnbound(new)
            new.status = .active
        } else if old.isOfRemoteSite {
            new.status = .down
        }
        return replacing(old, with: new, at: context.now, \.standard) { .port($0) }
    }

    package func deleting(
        port id: PortID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let port = try port(id, for: context)
        try port.standard.require(revision: revision)
        guard !port.isManaged else { throw .servicePortInUse(port) }
        if let trunk = trunk(withPort: id) { throw .portInUse(id, by: trunk) }
        return transaction(disassociatingFloatingIPs(of: id, at: context.now) + [.delete(.port(id))])
    }

    private func setMAC(
        _ asked: MACAddress?, of port: inout Port, _ old: Port, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) {
        let mac: MACAddress
        if let asked {
            mac = try PortRules.station(asked, "mac_address")
        } else {
            mac = try freeMAC(on: old.networkID, using: &generator)
        }
        // A bound port's interface already has the old one.
        guard old.bindingHostID.isEmpty else { throw .portBound(old, newMAC: mac) }
        guard holder(of: .mac(old.networkID, mac)) == nil else { throw .macAddressInUse(mac, network: old.networkID) }
        port.macAddress = mac
    }

    /// The port's addresses with those that its VM makes out of its MAC, which was another before.
    private func automaticAddresses(of port: Port, following old: MACAddress) -> [FixedIP] {
        port.fixedIPs.map { ip in
            guard let subnet = subnets[ip.subnetID], subnet.isAutoAddressed,
                ip.address == subnet.automaticAddress(of: old),
                let address = subnet.automaticAddress(of: port.macAddress)
            else { return ip }
            return FixedIP(subnetID: ip.subnetID, address: address)
        }
    }

    /// What routers' gateways and floating IPs made of a port stays so, and a floating IP keeps the address it leads to.
    private func requireSameService(_ old: Port, _ new: Port) throws(ResourceError) {
        if old.gatewayOfRouter != nil || old.holderOfFloatingIP != nil {
            guard old.deviceID == new.deviceID, old.deviceOwner == new.deviceOwner else { throw .portInUse(old) }
            guard new.bindingHostID == old.bindingHostID else {
                throw .invalidInput("binding:host_id", "a port of owner \(old.deviceOwner) is on no host")
            }
        }
        if old.holderOfFloatingIP != nil, new.fixedIPs != old.fixedIPs {
            throw .invalidInput("fixed_ips", "a floating IP keeps its address")
        }
        if old.gatewayOfRouter != nil, new.fixedIPs != old.fixedIPs {
            throw .invalidInput("fixed_ips", "a router's gateway changes by the router's external_gateway_info")
        }
        let addresses = Set(new.fixedIPs.map(\.address))
        for id in floatingIPIDs(ofPort: old.id).sorted() {
            guard let address = floatingIPs[id]?.association?.address, !addresses.contains(address) else { continue }
            throw .badRequest(
                "BadRequest",
                "Bad port request: Cannot remove fixed IP \(address) from port \(old.id): floating IP \(id) leads to it."
            )
        }
    }

    /// A router's interface keeps its router and its subnets; other requests attach and detach it.
    private func requireSameInterface(_ old: Port, _ new: Port) throws(ResourceError) {
        guard let router = old.interfaceOfRouter else { return }
        guard old.deviceID == new.deviceID, old.deviceOwner == new.deviceOwner else { throw .portInUse(old) }
        guard new.bindingHostID == old.bindingHostID else {
            throw .invalidInput("binding:host_id", "a router's interface is on every host")
        }
        guard old.fixedIPs.map(\.subnetID).sorted() == new.fixedIPs.map(\.subnetID).sorted() else {
            throw .invalidInput("fixed_ips", "the interface of router \(router) must keep its subnets")
        }
        guard let routes = routers[router]?.routes else { return }
        let own = Set(new.fixedIPs.map(\.address))
        if routes.contains(where: { own.contains($0.nextHop) }) {
            throw .invalidRoutes(routes.filter { own.contains($0.nextHop) }, "the nexthop is used by router")
        }
    }
}

enum PortRules {
    static let maximumPairs = 10
    /// Bytes of a binding profile; Neutron's column takes as many.
    static let maximumProfile = 4095

    /// A MAC that a single station can have.
    static func station(_ mac: MACAddress, _ field: String) throws(ResourceError) -> MACAddress {
        if mac.isMulticast {
            throw .invalidAttribute(
                field,
                "'\(mac)' is a group address: the multicast bit, the lowest of the first octet, is set, "
                    + "and no station may have such an address"
            )
        }
        if mac.isZero { throw .invalidAttribute(field, "'\(mac)' is the zero address, which no station may have") }
        return mac
    }

    /// Whoever has a remote-site port's address is at another site.
    static func requireUnbound(_ port: Port) throws(ResourceError) {
        guard port.bindingHostID.isEmpty else {
            throw .invalidInput(
                "binding:host_id", "a \(port.deviceOwner) port is at another site, so no host here can have it"
            )
        }
    }

    static func deviceOwner(_ owner: String) throws(ResourceError) -> String {
        if owner == Port.routerInterfaceOwner {
            throw .invalidInput("device_owner", "'\(owner)' is set by add_router_interface alone")
        }
        if Port.managedOwners.contains(owner) {
            throw .invalidInput("device_owner", "'\(owner)' is set by requests about routers and floating IPs alone")
        }
        return try StandardRules.text(owner, "device_owner")
    }

    static func profile(_ text: String) throws(ResourceError) -> String {
        guard text.utf8.count <= maximumProfile else {
            throw .invalidAttribute("binding:profile", "it is longer than \(maximumProfile) bytes")
        }
        return text
    }

    /// One label or several of letters, digits and hyphens (RFC 1123 section 2.1).
    static func dnsName(_ name: String) throws(ResourceError) -> String {
        guard !name.isEmpty else { return name }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let ends = labels.last?.isEmpty == true ? labels.dropLast() : labels[...]
        let valid = ends.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
        guard valid, name.utf8.count <= 255 else {
            throw .invalidAttribute(
                "dns_name", "'\(name)' not a valid PQDN or FQDN: labels are 1-63 letters, digits and inner hyphens"
            )
        }
        return name
    }

    static func pairs(
        _ drafts: [AllowedAddressPairDraft], of port: Port
    ) throws(ResourceError) -> [AllowedAddressPair] {
        guard !drafts.isEmpty else { return [] }
        guard port.portSecurityEnabled else {
            throw .conflict(
                "AddressPairAndPortSecurityRequired",
                "Port Security must be enabled in order to have allowed address pairs on a port."
            )
        }
        guard drafts.count <= maximumPairs else {
            throw .badRequest(
                "AllowedAddressPairExhausted", "The number of allowed address pair exceeds the maximum \(maximumPairs)."
            )
        }
        var pairs: [AllowedAddressPair] = []
        for draft in drafts {
            let mac = try station(draft.macAddress ?? port.macAddress, "allowed_address_pairs")
            let pair = AllowedAddressPair(macAddress: mac, prefix: draft.prefix)
            guard !pairs.contains(pair) else {
                throw .badRequest(
                    "DuplicateAddressPairInRequest",
                    "Request contains duplicate address pair: mac_address \(mac) ip_address \(draft.prefix)."
                )
            }
            pairs.append(pair)
        }
        return pairs
    }
}
