import Addresses

/// A trunk to create; nil where the request says nothing.
package struct TrunkDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var adminStateUp: Bool?
    package var portID: PortID?
    package var subPorts: [SubPortDraft] = []

    package init() {}
}

/// A sub-port asked for.
package struct SubPortDraft: Hashable, Sendable {
    package var portID: PortID
    /// Only "vlan".
    package var segmentationType: String?
    package var segmentationID: Int?

    package init(portID: PortID, segmentationType: String? = nil, segmentationID: Int? = nil) {
        self.portID = portID
        self.segmentationType = segmentationType
        self.segmentationID = segmentationID
    }
}

/// What an update asks of a trunk. Sub-ports have their own requests.
package struct TrunkUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var adminStateUp: Change<Bool> = .keep

    package init() {}
}
