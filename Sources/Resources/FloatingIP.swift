import Addresses

/// An address of an external network that is to lead to a tenant's port.
package struct FloatingIP: Hashable, Sendable, Codable {
    package var id: FloatingIPID
    package var standard: StandardAttributes
    /// The external network, and our port there that has the address.
    package var networkID: NetworkID
    package var externalPortID: PortID
    package var address: IPAddress
    package var association: Association?

    /// Where it leads to, and the router that is to translate.
    package struct Association: Hashable, Sendable, Codable {
        package var portID: PortID
        package var address: IPAddress
        package var routerID: RouterID

        package init(portID: PortID, address: IPAddress, routerID: RouterID) {
            self.portID = portID
            self.address = address
            self.routerID = routerID
        }
    }

    package init(
        id: FloatingIPID, standard: StandardAttributes, networkID: NetworkID, externalPortID: PortID,
        address: IPAddress, association: Association?
    ) {
        self.id = id
        self.standard = standard
        self.networkID = networkID
        self.externalPortID = externalPortID
        self.address = address
        self.association = association
    }
}
