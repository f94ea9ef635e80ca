import Addresses
import Resources

/// Names one object of the virtual topology; the unit of incremental work in ① and ②, and of a delta on the wire.
package enum TopologyKey: Hashable, Sendable {
    case host(HostID)
    case bridge(NetworkID)
    case router(RouterID)
    case port(PortID)
    /// An L2 port of a VTEP router: the VXLAN segment that a binding or an L2 gateway connection makes.
    case segment(SegmentID)
    case route(RouterID, IPPrefix)
    /// A neighbour the control plane seeded on a router port: no ARP is sent for it (S0-29).
    case neighbour(PortID, IPAddress)
    /// A row of a segment's remote MAC table (S0-06).
    case remoteMAC(SegmentID, MACAddress)
}

/// One object of the virtual topology. Every case holds its own key's fields, so an object says what it is.
package enum TopologyObject: Hashable, Sendable {
    case host(Host)
    case bridge(Bridge)
    case router(VirtualRouter)
    case port(DevicePort)
    case segment(Segment)
    case route(Route)
    case neighbour(Neighbour)
    case remoteMAC(RemoteMAC)

    package var key: TopologyKey {
        switch self {
        case .host(let host): .host(host.id)
        case .bridge(let bridge): .bridge(bridge.id)
        case .router(let router): .router(router.id)
        case .port(let port): .port(port.id)
        case .segment(let segment): .segment(segment.id)
        case .route(let route): .route(route.router, route.destination)
        case .neighbour(let neighbour): .neighbour(neighbour.port, neighbour.address)
        case .remoteMAC(let entry): .remoteMAC(entry.segment, entry.mac)
        }
    }
}
