import Addresses

/// A tenant's router, or the operator's VTEP router.
package struct Router: Hashable, Sendable, Codable {
    package var id: RouterID
    package var standard: StandardAttributes
    package var adminStateUp: Bool
    /// Extra routes; destinations are distinct, each next hop lies in the subnet of one of the router's interfaces.
    package var routes: [HostRoute]
    /// Site-wide number in the datapath's tables.
    package var number: UInt32
    package var gateway: RouterGateway?
    /// Zones that were asked for; the site has one.
    package var availabilityZoneHints: [String]

    package init(
        id: RouterID, standard: StandardAttributes, adminStateUp: Bool, routes: [HostRoute], number: UInt32,
        gateway: RouterGateway? = nil, availabilityZoneHints: [String] = []
    ) {
        self.id = id
        self.standard = standard
        self.adminStateUp = adminStateUp
        self.routes = routes
        self.number = number
        self.gateway = gateway
        self.availabilityZoneHints = availabilityZoneHints
    }
}
