import Addresses

/// Names a gateway device to connect networks to (S1-13). The original has two forms of it: MidoNet's says which VNI or
/// VLAN of the device, networking-l2gw's which interfaces.
package struct L2Gateway: Hashable, Sendable, Codable {
    package var id: L2GatewayID
    package var standard: StandardAttributes
    package var deviceID: GatewayDeviceID
    /// Applies to each connection that names none itself.
    package var segmentationID: Int?
    /// Nil in MidoNet's form.
    package var interfaces: [L2GatewayInterface]?

    /// The segments a connection of it takes on the device, if it names `own` itself.
    package func segments(_ own: Int?) -> [GatewaySegment] {
        let common = own ?? segmentationID
        guard let interfaces else { return common.map { [GatewaySegment(interface: "", number: $0)] } ?? [] }
        return interfaces.flatMap { interface in
            (common.map { [$0] } ?? interface.segmentationIDs).map {
                GatewaySegment(interface: interface.name, number: $0)
            }
        }
    }

    /// Whether it says by itself which segment its connections are on.
    package var namesSegments: Bool {
        segmentationID != nil || interfaces?.contains { !$0.segmentationIDs.isEmpty } == true
    }
}

/// An interface of a device in networking-l2gw's form.
package struct L2GatewayInterface: Hashable, Sendable, Codable {
    package var name: String
    package var segmentationIDs: [Int]

    package init(name: String, segmentationIDs: [Int]) {
        self.name = name
        self.segmentationIDs = segmentationIDs
    }
}

/// A VNI or VLAN on an interface of a device; the interface is "" where the number is the whole device's.
package struct GatewaySegment: Hashable, Sendable {
    package var interface: String
    package var number: Int
}

/// Puts a network on an L2 gateway: with a VTEP router behind it, the network becomes a multi-site network (S1-05).
package struct L2GatewayConnection: Hashable, Sendable, Codable {
    package var id: L2GatewayConnectionID
    package var standard: StandardAttributes
    package var l2GatewayID: L2GatewayID
    package var networkID: NetworkID
    /// Nil where the L2 gateway says it.
    package var segmentationID: Int?
}
