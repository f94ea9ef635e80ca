import Addresses
import CForwardingPipeline
import Resources
import VirtualTopology

/// The rows of a router's port, the same on every host that reaches it (S2-05), and of the routes and neighbours that
/// were asked for.
///
/// A router or port that is down has no routes: what is sent to its MAC ends there, with that as its reason.
extension Derivation {
    mutating func derive(_ port: DevicePort, _ role: RouterPort) {
        guard let router = router(role.router) else { return }
        var face = router_port_entry()
        face.router = router.number
        face.mac = mac_address(port.mac)
        face.address = ip_address(role.addresses.lazy.map(\.address).first { $0.family == .v4 })
        claim(.routerPort(port.number, face))

        if router.adminStateUp && port.adminStateUp {
            for address in role.addresses {
                claimRoute(router, IPPrefix(host: address.address), ROUTE_LOCAL, port, nil, order: 0)
                claimRoute(router, address.network, ROUTE_CONNECTED, port, nil, order: 1)
            }
        }
        guard let link = link(role.attachment) else { return }
        if case .bridge = role.attachment {
            for address in role.addresses {
                claim(
                    .bridgeNeighbour(key(link.vni.value, address.address), mac_address(port.mac)),
                    Rank(number: port.number))
            }
        }
        guard let way = way(to: port) else { return }
        claim(.fdb(key(link.vni, port.mac), way.destination), Rank(number: port.number))
        for other in routerPorts(on: role.attachment) where other.id != port.id {
            for address in role.addresses {
                claimNeighbour(of: other, address.address, port.mac, way, Rank(order: 1, number: port.number))
            }
        }
    }

    mutating func derive(_ route: Route) {
        guard let router = router(route.router), router.adminStateUp, let port = port(route.port), port.adminStateUp,
            case .router(let role) = port.role, role.router == route.router
        else { return }
        claimRoute(router, route.destination, ROUTE_VIA, port, route.nextHop, order: 2)
    }

    /// What the control plane seeded comes before what follows from ports.
    mutating func derive(_ neighbour: Neighbour) {
        guard let port = port(neighbour.port), case .router(let role) = port.role,
            let way = way(to: Station(device: role.attachment, mac: neighbour.mac))
        else { return }
        claimNeighbour(of: port, neighbour.address, neighbour.mac, way, Rank())
    }

    /// For equal prefixes the router's own address wins, then connected, then a route; among equals the lowest port.
    private mutating func claimRoute(
        _ router: VirtualRouter, _ prefix: IPPrefix, _ kind: route_kind, _ port: DevicePort, _ nextHop: IPAddress?,
        order: UInt8
    ) {
        let parts = MappedPrefix.covering(prefix)
        for part in parts {
            let key = route_key(
                prefix_length: UInt32(ROUTE_PREFIX) + part.length, router: router.number,
                address: ip_address(mapped: part.bits))
            let entry = route_entry(kind: kind.rawValue, port: port.number, next_hop: ip_address(nextHop))
            // A piece of a shorter prefix yields to a route that was asked for by exactly that prefix.
            claim(.route(key, entry), Rank(order: order + (parts.count > 1 ? 3 : 0), number: port.number))
        }
    }
}
