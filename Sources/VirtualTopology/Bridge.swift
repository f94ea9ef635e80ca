import Addresses
import Resources

/// A tenant network's layer 2 segment, present on every host that has one of its ports.
package struct Bridge: Hashable, Sendable {
    package var id: NetworkID
    /// The segment's VNI in the site's tunnels; also its number in the datapath's tables.
    package var vni: VNI
    package var adminStateUp: Bool
    package var mtu: UInt16
    /// The subnets on it, DHCP on or off: an interface plugged without DHCP is configured from them too.
    package var dhcpSubnets: [DHCPSubnet]

    package init(id: NetworkID, vni: VNI, adminStateUp: Bool, mtu: UInt16, dhcpSubnets: [DHCPSubnet]) {
        self.id = id
        self.vni = vni
        self.adminStateUp = adminStateUp
        self.mtu = mtu
        self.dhcpSubnets = dhcpSubnets
    }
}

/// A subnet as DHCPv4 announces it (RFC 2132, RFC 3442).
package struct DHCPSubnet: Hashable, Sendable {
    package var cidr: IPPrefix
    package var gateway: IPAddress?
    package var nameServers: [IPAddress]
    package var hostRoutes: [HostRoute]
    package var enabled: Bool

    package init(
        cidr: IPPrefix, gateway: IPAddress?, nameServers: [IPAddress], hostRoutes: [HostRoute], enabled: Bool
    ) {
        self.cidr = cidr
        self.gateway = gateway
        self.nameServers = nameServers
        self.hostRoutes = hostRoutes
        self.enabled = enabled
    }
}
