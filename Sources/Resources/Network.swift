import Addresses

/// A tenant's layer 2 network.
package struct Network: Hashable, Sendable, Codable {
    package var id: NetworkID
    package var standard: StandardAttributes
    package var adminStateUp: Bool
    /// Layer 3, in bytes; computed from the underlay unless asked for.
    package var mtu: UInt16
    /// `provider:segmentation_id`: its VNI in the site's tunnels, unique in the site.
    package var vni: VNI
    /// Who sees it is said by policies: ``RBACPolicy``, also whether it is shared.
    package var external: Bool
    /// Default of its ports.
    package var portSecurityEnabled: Bool
    package var dnsDomain: String
    /// The external network that those who don't name one mean.
    package var isDefault: Bool
    /// Zones that were asked for; the site has one.
    package var availabilityZoneHints: [String]

    package init(
        id: NetworkID, standard: StandardAttributes, adminStateUp: Bool, mtu: UInt16, vni: VNI, external: Bool,
        portSecurityEnabled: Bool, dnsDomain: String, isDefault: Bool = false, availabilityZoneHints: [String] = []
    ) {
        self.id = id
        self.standard = standard
        self.adminStateUp = adminStateUp
        self.mtu = mtu
        self.vni = vni
        self.external = external
        self.portSecurityEnabled = portSecurityEnabled
        self.dnsDomain = dnsDomain
        self.isDefault = isDefault
        self.availabilityZoneHints = availabilityZoneHints
    }
}
