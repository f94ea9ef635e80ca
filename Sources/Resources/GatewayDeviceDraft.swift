import Addresses

/// A gateway device to create; nil where the request says nothing.
package struct GatewayDeviceDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var type: GatewayDeviceType?
    /// A router's or a network's id, as the request has it.
    package var resourceID: String?
    package var managementIP: IPAddress?
    package var managementPort: Int?
    package var managementProtocol: String?
    package var tunnelIPs: [IPAddress]?

    package init() {}
}

/// What an update asks of a gateway device; the rest is given once.
package struct GatewayDeviceUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var tunnelIPs: Change<[IPAddress]> = .keep

    package init() {}
}

/// A remote MAC entry to create; nil where the request says nothing. All but the standard attributes are required.
package struct RemoteMACEntryDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var mac: MACAddress?
    package var vtep: IPAddress?
    package var segmentationID: Int?

    package init() {}
}
