import Addresses

/// What a lab is to be, as its YAML file says (docs/lab.md). Whoever holds one can rely on the rules in
/// `LabDefinition.init(yaml:)`: names refer to things that exist, addresses lie where they must and are unique.
package struct LabDefinition: Hashable, Sendable {
    package var name: String
    /// Bytes of an IP packet on the sites' underlays. Tenants get 50 less (VXLAN over IPv4).
    package var underlayMTU: UInt32
    /// The same on the WAN between the sites.
    package var wanMTU: UInt32
    package var sites: [SiteDefinition]
}

package struct SiteDefinition: Hashable, Sendable {
    package var name: String
    /// What the hosts and the manager are connected by.
    package var underlay: IPPrefix
    /// On the underlay.
    package var managerAddress: IPAddress
    package var hosts: [HostDefinition]
    package var networks: [NetworkDefinition]
    package var routers: [RouterDefinition]
    package var peerings: [PeeringDefinition]
    package var vms: [VMDefinition]
}

package struct HostDefinition: Hashable, Sendable {
    package var name: String
    /// On the underlay; tunnels within the site end there.
    package var address: IPAddress
    /// Only gateway hosts have one.
    package var wan: WANDefinition?
}

/// A gateway host's interface to the WAN.
package struct WANDefinition: Hashable, Sendable {
    /// The tunnel IP, with the prefix length of its WAN subnet.
    package var address: IPPrefix
    /// The WAN router's address there; the host's default route.
    package var gateway: IPAddress
}

package struct NetworkDefinition: Hashable, Sendable {
    package var name: String
    package var project: String?
    /// At least one.
    package var subnets: [SubnetDefinition]
}

package struct SubnetDefinition: Hashable, Sendable {
    package var prefix: IPPrefix
    /// Nil: the manager's choice, the first address.
    package var gateway: IPAddress?
}

package struct RouterDefinition: Hashable, Sendable {
    package var name: String
    package var project: String?
    /// Networks' names; the router gets the gateway address of each of their subnets.
    package var interfaces: [String]
    package var routes: [ExtraRouteDefinition]
}

package struct ExtraRouteDefinition: Hashable, Sendable {
    package var destination: IPPrefix
    package var nextHop: IPAddress
}

/// A router-VTEP binding with its routes.
package struct PeeringDefinition: Hashable, Sendable {
    /// Routers' names.
    package var router: String
    package var vtep: String
    package var vni: VNI
    package var tunnelIP: IPAddress
    package var subnet: IPPrefix
    /// The router's on the peering segment.
    package var address: IPAddress
    package var mac: MACAddress
    package var offRamp: Bool
    package var routes: [PeeringRouteDefinition]
}

/// A router-VTEP route: what is behind one remote router.
package struct PeeringRouteDefinition: Hashable, Sendable {
    package var destination: IPPrefix
    /// The remote router's address and MAC on the peering segment.
    package var gateway: IPAddress
    package var gatewayMAC: MACAddress
    /// The tunnel IP of the remote site.
    package var remoteVTEP: IPAddress
}

package struct VMDefinition: Hashable, Sendable {
    package var name: String
    package var host: String
    /// Nil: it gets no interface until somebody plugs a port.
    package var network: String?
    /// Nil: the manager's choice.
    package var address: IPAddress?
    package var mac: MACAddress?
}
