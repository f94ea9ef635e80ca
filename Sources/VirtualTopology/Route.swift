import Addresses
import Resources

/// A route someone asked for: an extra route or a router-VTEP route. Connected and local routes follow from router ports.
package struct Route: Hashable, Sendable {
    package var router: RouterID
    package var destination: IPPrefix
    package var nextHop: IPAddress
    /// The router port whose subnet holds the next hop.
    package var port: PortID

    package init(router: RouterID, destination: IPPrefix, nextHop: IPAddress, port: PortID) {
        self.router = router
        self.destination = destination
        self.nextHop = nextHop
        self.port = port
    }
}

/// A neighbour (ARP/ND entry) of a router port given by the control plane.
package struct Neighbour: Hashable, Sendable {
    package var port: PortID
    package var address: IPAddress
    package var mac: MACAddress

    package init(port: PortID, address: IPAddress, mac: MACAddress) {
        self.port = port
        self.address = address
        self.mac = mac
    }
}
