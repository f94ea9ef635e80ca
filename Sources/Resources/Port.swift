import Addresses

/// A place on a network: of a VM, a router's interface, …
package struct Port: Hashable, Sendable, Codable {
    package var id: PortID
    package var standard: StandardAttributes
    package var networkID: NetworkID
    package var macAddress: MACAddress
    package var fixedIPs: [FixedIP]
    package var adminStateUp: Bool
    /// What the port really does; reported by the host that has it.
    package var status: PortStatus
    package var deviceID: String
    /// "" for a plain port, "network:router_interface", "network:remote_site", "compute:nova"…
    package var deviceOwner: String
    package var portSecurityEnabled: Bool
    package var allowedAddressPairs: [AllowedAddressPair]
    /// Name of the host that should or does have it (`binding:host_id`); "" while unbound.
    package var bindingHostID: String
    package var bindingVNICType: String
    package var dnsName: String
    /// In the order of the request, without duplicates; none on the network's own ports.
    package var securityGroups: [SecurityGroupID]
    package var dhcpOptions: [DHCPOption]
    /// `binding:profile`: a JSON object as text, which means nothing to us; "" for an empty one.
    package var bindingProfile: String
    /// Site-wide number in the datapath's tables; given once, freed with the port.
    package var number: UInt32

    package init(
        id: PortID, standard: StandardAttributes, networkID: NetworkID, macAddress: MACAddress, fixedIPs: [FixedIP],
        adminStateUp: Bool, status: PortStatus, deviceID: String, deviceOwner: String, portSecurityEnabled: Bool,
        allowedAddressPairs: [AllowedAddressPair], bindingHostID: String, bindingVNICType: String, dnsName: String,
        number: UInt32, securityGroups: [SecurityGroupID] = [], dhcpOptions: [DHCPOption] = [],
        bindingProfile: String = ""
    ) {
        self.id = id
        self.standard = standard
        self.networkID = networkID
        self.macAddress = macAddress
        self.fixedIPs = fixedIPs
        self.adminStateUp = adminStateUp
        self.status = status
        self.deviceID = deviceID
        self.deviceOwner = deviceOwner
        self.portSecurityEnabled = portSecurityEnabled
        self.allowedAddressPairs = allowedAddressPairs
        self.bindingHostID = bindingHostID
        self.bindingVNICType = bindingVNICType
        self.dnsName = dnsName
        self.securityGroups = securityGroups
        self.dhcpOptions = dhcpOptions
        self.bindingProfile = bindingProfile
        self.number = number
    }

    /// The original's name, and the one its operations guide prints (S1-10).
    package static let remoteSiteOwners: Set<String> = ["network:remote_site", "network:remote-site"]

    /// A port of a peer at another site: it has no host and no interface here, only an address and a MAC that are known.
    package var isOfRemoteSite: Bool { Self.remoteSiteOwners.contains(deviceOwner.lowercased()) }

    package static let routerInterfaceOwner = "network:router_interface"
    package static let routerGatewayOwner = "network:router_gateway"
    package static let floatingIPOwner = "network:floatingip"
    /// What a request about a router or a floating IP makes and takes away, never one about the port.
    package static let managedOwners: Set<String> = [routerInterfaceOwner, routerGatewayOwner, floatingIPOwner]

    package var isManaged: Bool { Self.managedOwners.contains(deviceOwner) }
}

package struct FixedIP: Hashable, Sendable, Codable {
    package var subnetID: SubnetID
    package var address: IPAddress

    package init(subnetID: SubnetID, address: IPAddress) {
        self.subnetID = subnetID
        self.address = address
    }
}

/// A source the port may use besides its own MAC and addresses.
package struct AllowedAddressPair: Hashable, Sendable, Codable {
    package var macAddress: MACAddress
    package var prefix: IPPrefix

    package init(macAddress: MACAddress, prefix: IPPrefix) {
        self.macAddress = macAddress
        self.prefix = prefix
    }
}

package enum PortStatus: String, Hashable, Sendable, Codable {
    case active = "ACTIVE"
    case down = "DOWN"
    case build = "BUILD"
}
