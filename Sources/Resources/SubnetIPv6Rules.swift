import Addresses

/// Which IPv6 modes go together, as Neutron has it. They are kept and checked; routers don't advertise anything yet.
enum SubnetIPv6Rules {
    static func check(_ subnet: Subnet) throws(ResourceError) {
        let modes = [subnet.ipv6RAMode, subnet.ipv6AddressMode].compactMap(\.self)
        guard let mode = modes.first else { return }
        guard subnet.cidr.family == .v6 else {
            throw .invalidInput(
                subnet.ipv6RAMode == nil ? "ipv6_address_mode" : "ipv6_ra_mode",
                "it is not valid when ip_version is 4"
            )
        }
        guard subnet.enableDHCP else {
            throw .invalidInput(
                "enable_dhcp", "ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False"
            )
        }
        guard modes.allSatisfy({ $0 == mode }) else {
            throw .invalidInput(
                "ipv6_ra_mode",
                "'\(modes[0].rawValue)' with ipv6_address_mode set to '\(modes[1].rawValue)' is not valid. If both "
                    + "attributes are set, they must be the same value"
            )
        }
        // An address out of a MAC has 64 bits (RFC 4291 section 2.5.1).
        if mode.isAutomatic, subnet.cidr.length != 64 {
            throw .invalidInput(
                "cidr", "\(subnet.cidr) is invalid for IPv6 address mode '\(mode.rawValue)': the prefix must be a /64"
            )
        }
    }
}

extension Subnet {
    /// Ports have an address here without asking: the one that their VM makes itself.
    var isAutoAddressed: Bool { (ipv6AddressMode ?? ipv6RAMode)?.isAutomatic == true }

    /// Modified EUI-64 (RFC 4291 appendix A).
    func automaticAddress(of mac: MACAddress) -> IPAddress? {
        let high = mac.value >> 24
        let low = mac.value & 0xff_ffff
        let identifier = (high << 40 | 0xff_fe00_0000 | low) ^ (1 << 57)
        return IPAddress(family: .v6, value: cidr.first.value | UInt128(identifier))
    }

    /// Whether a port of this owner gets addresses of it unasked.
    func serves(_ deviceOwner: String) -> Bool {
        serviceTypes.isEmpty || serviceTypes.contains { !$0.isEmpty && deviceOwner.hasPrefix($0) }
    }
}

extension Inventory {
    /// The ports of VMs that make themselves an address in a new subnet, with it.
    func addressing(_ subnet: Subnet, at now: Timestamp) -> [ResourceChange] {
        guard subnet.isAutoAddressed else { return [] }
        return portIDs(of: subnet.networkID).sorted().compactMap { id in
            guard var port = ports[id], !port.isManaged, subnet.serves(port.deviceOwner), !port.fixedIPs.isEmpty,
                let address = subnet.automaticAddress(of: port.macAddress)
            else { return nil }
            port.fixedIPs.append(FixedIP(subnetID: subnet.id, address: address))
            port.standard = port.standard.bumped(at: now)
            return .put(.port(port))
        }
    }

    /// The ports that lose an address with a subnet: those that nobody asked for. Any other keeps the subnet in use.
    func freeing(_ subnet: Subnet, at now: Timestamp) throws(ResourceError) -> [ResourceChange] {
        guard usedAddressCount(of: subnet.id) > 0 else { return [] }
        guard subnet.isAutoAddressed else { throw .subnetInUse(subnet.id) }
        var changes: [ResourceChange] = []
        for id in portIDs(of: subnet.networkID).sorted() {
            guard var port = ports[id], port.fixedIPs.contains(where: { $0.subnetID == subnet.id }) else { continue }
            guard !port.isManaged, floatingIPIDs(ofPort: id).isEmpty else { throw .subnetInUse(subnet.id) }
            port.fixedIPs.removeAll { $0.subnetID == subnet.id }
            port.standard = port.standard.bumped(at: now)
            changes.append(.put(.port(port)))
        }
        return changes
    }
}
