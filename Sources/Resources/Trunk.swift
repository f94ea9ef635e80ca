import Addresses

/// A parent port whose VM is to speak for other ports too, each in frames with a VLAN tag.
package struct Trunk: Hashable, Sendable, Codable {
    package var id: TrunkID
    package var standard: StandardAttributes
    package var adminStateUp: Bool
    package var portID: PortID
    /// Ordered by VLAN; each port and each VLAN once.
    package var subPorts: [SubPort]

    package struct SubPort: Hashable, Sendable, Codable {
        package var portID: PortID
        /// 1...4094.
        package var vlan: Int

        package init(portID: PortID, vlan: Int) {
            self.portID = portID
            self.vlan = vlan
        }
    }

    package init(
        id: TrunkID, standard: StandardAttributes, adminStateUp: Bool, portID: PortID, subPorts: [SubPort]
    ) {
        self.id = id
        self.standard = standard
        self.adminStateUp = adminStateUp
        self.portID = portID
        self.subPorts = subPorts
    }

    /// Parent and sub-ports.
    package var portIDs: [PortID] { [portID] + subPorts.map(\.portID) }
}
