/// A network to create; nil where the request says nothing.
package struct NetworkDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var adminStateUp: Bool?
    package var mtu: Int?
    /// `provider:network_type`: only "vxlan".
    package var networkType: String?
    /// `provider:physical_network`: none exists.
    package var physicalNetwork: String?
    /// `provider:segmentation_id`.
    package var segmentationID: Int?
    package var shared: Bool?
    /// `router:external`.
    package var external: Bool?
    package var portSecurityEnabled: Bool?
    package var dnsDomain: String?
    package var isDefault: Bool?
    package var availabilityZoneHints: [String]?

    package init() {}
}

/// What an update asks of a network.
package struct NetworkUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var adminStateUp: Change<Bool> = .keep
    package var mtu: Change<Int> = .keep
    package var shared: Change<Bool> = .keep
    package var external: Change<Bool> = .keep
    package var portSecurityEnabled: Change<Bool> = .keep
    package var dnsDomain: Change<String> = .keep
    package var isDefault: Change<Bool> = .keep

    package init() {}
}
