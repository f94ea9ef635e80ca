import Addresses

/// An address asked for: of a subnet, exactly this one, or both.
package struct FixedIPDraft: Hashable, Sendable {
    package var subnetID: SubnetID?
    package var address: IPAddress?

    package init(subnetID: SubnetID? = nil, address: IPAddress? = nil) {
        self.subnetID = subnetID
        self.address = address
    }
}

package struct AllowedAddressPairDraft: Hashable, Sendable {
    /// The port's own when absent.
    package var macAddress: MACAddress?
    package var prefix: IPPrefix

    package init(macAddress: MACAddress? = nil, prefix: IPPrefix) {
        self.macAddress = macAddress
        self.prefix = prefix
    }
}

/// A port to create; nil where the request says nothing.
package struct PortDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var networkID: NetworkID?
    package var macAddress: MACAddress?
    /// Nil: one address per IP version the network has; empty: none.
    package var fixedIPs: [FixedIPDraft]?
    package var adminStateUp: Bool?
    package var deviceID: String?
    package var deviceOwner: String?
    package var portSecurityEnabled: Bool?
    package var allowedAddressPairs: [AllowedAddressPairDraft]?
    package var bindingHostID: String?
    package var bindingVNICType: String?
    package var dnsName: String?
    /// Nil: the project's default group; empty: none.
    package var securityGroups: [SecurityGroupID]?
    package var dhcpOptions: [DHCPOptionDraft]?
    package var bindingProfile: String?

    package init() {}
}

/// What an update asks of a port. Lists are whole lists.
package struct PortUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    /// Null: a new one is generated.
    package var macAddress: Change<MACAddress?> = .keep
    package var fixedIPs: Change<[FixedIPDraft]> = .keep
    package var adminStateUp: Change<Bool> = .keep
    package var deviceID: Change<String> = .keep
    package var deviceOwner: Change<String> = .keep
    package var portSecurityEnabled: Change<Bool> = .keep
    package var allowedAddressPairs: Change<[AllowedAddressPairDraft]> = .keep
    package var bindingHostID: Change<String> = .keep
    package var bindingVNICType: Change<String> = .keep
    package var dnsName: Change<String> = .keep
    package var securityGroups: Change<[SecurityGroupID]> = .keep
    /// Only those that change.
    package var dhcpOptions: Change<[DHCPOptionDraft]> = .keep
    package var bindingProfile: Change<String> = .keep

    package init() {}
}
