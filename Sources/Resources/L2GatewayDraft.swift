/// A device in a request for an L2 gateway: by id (MidoNet's form) or by name (networking-l2gw's form).
package struct L2GatewayDeviceDraft: Hashable, Sendable {
    package var deviceID: String?
    package var deviceName: String?
    package var segmentationID: Int?
    package var interfaces: [L2GatewayInterface]?

    package init() {}
}

package struct L2GatewayDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var devices: [L2GatewayDeviceDraft] = []

    package init() {}
}

package struct L2GatewayUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var devices: Change<[L2GatewayDeviceDraft]> = .keep

    package init() {}
}

/// An L2 gateway connection to create; nil where the request says nothing.
package struct L2GatewayConnectionDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var l2GatewayID: L2GatewayID?
    package var networkID: NetworkID?
    package var segmentationID: Int?

    package init() {}
}

/// What an update asks of a connection. Null as `segmentationID`: as the L2 gateway says.
package struct L2GatewayConnectionUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var l2GatewayID: Change<L2GatewayID> = .keep
    package var networkID: Change<NetworkID> = .keep
    package var segmentationID: Change<Int?> = .keep

    package init() {}
}
