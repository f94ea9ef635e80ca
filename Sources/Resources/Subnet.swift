import Addresses

/// A block of addresses of a network.
package struct Subnet: Hashable, Sendable, Codable {
    package var id: SubnetID
    package var standard: StandardAttributes
    package var networkID: NetworkID
    /// Host bits clear.
    package var cidr: IPPrefix
    package var gatewayIP: IPAddress?
    /// Where automatic allocation takes addresses from; disjoint, inside `cidr`.
    package var allocationPools: [AddressRange]
    package var enableDHCP: Bool
    package var dnsNameservers: [IPAddress]
    package var hostRoutes: [HostRoute]
    /// The pool that its prefix was cut out of.
    package var subnetPoolID: SubnetPoolID?
    /// Who advertises how VMs get IPv6 addresses, and how they do get them. Kept as asked for.
    package var ipv6RAMode: IPv6Mode?
    package var ipv6AddressMode: IPv6Mode?
    /// Owners of ports that get addresses of it; none named: all.
    package var serviceTypes: [String]
    /// Kept as asked for; there is no DNS service to publish in.
    package var dnsPublishFixedIP: Bool

    package init(
        id: SubnetID, standard: StandardAttributes, networkID: NetworkID, cidr: IPPrefix, gatewayIP: IPAddress?,
        allocationPools: [AddressRange], enableDHCP: Bool, dnsNameservers: [IPAddress], hostRoutes: [HostRoute],
        subnetPoolID: SubnetPoolID? = nil, ipv6RAMode: IPv6Mode? = nil, ipv6AddressMode: IPv6Mode? = nil,
        serviceTypes: [String] = [], dnsPublishFixedIP: Bool = false
    ) {
        self.id = id
        self.standard = standard
        self.networkID = networkID
        self.cidr = cidr
        self.gatewayIP = gatewayIP
        self.allocationPools = allocationPools
        self.enableDHCP = enableDHCP
        self.dnsNameservers = dnsNameservers
        self.hostRoutes = hostRoutes
        self.subnetPoolID = subnetPoolID
        self.ipv6RAMode = ipv6RAMode
        self.ipv6AddressMode = ipv6AddressMode
        self.serviceTypes = serviceTypes
        self.dnsPublishFixedIP = dnsPublishFixedIP
    }

    package var ipVersion: Int { Int(cidr.address.family.rawValue) }
}

/// How VMs come to their IPv6 addresses (RFC 4862, RFC 9915).
package enum IPv6Mode: String, Hashable, Sendable, Codable, CaseIterable {
    case slaac
    case stateful = "dhcpv6-stateful"
    case stateless = "dhcpv6-stateless"

    /// The VM makes its address out of its MAC, so that Neutron knows it without handing it out.
    package var isAutomatic: Bool { self != .stateful }
}

/// A route handed to a subnet's VMs (DHCP option 121), or an extra route of a router.
package struct HostRoute: Hashable, Sendable, Codable {
    package var destination: IPPrefix
    package var nextHop: IPAddress

    package init(destination: IPPrefix, nextHop: IPAddress) {
        self.destination = destination
        self.nextHop = nextHop
    }

    package enum CodingKeys: String, CodingKey {
        case destination
        case nextHop = "nexthop"
    }
}
