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

    package init(
        id: SubnetID, standard: StandardAttributes, networkID: NetworkID, cidr: IPPrefix, gatewayIP: IPAddress?,
        allocationPools: [AddressRange], enableDHCP: Bool, dnsNameservers: [IPAddress], hostRoutes: [HostRoute]
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
    }

    package var ipVersion: Int { Int(cidr.address.family.rawValue) }
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
