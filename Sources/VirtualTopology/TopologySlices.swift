import Addresses
import Resources

/// What each host hears of: all devices reachable from the VM ports bound to it, and from the segments whose tunnel IP
/// it has, with the hosts that those name (invariant 10).
///
/// Devices fall into components (joined by router ports and by segments on bridges), and a slice is the union of the components that have something
/// of the host's. ``update(_:topology:)`` keeps the components with work in proportion to those a change touches.
package struct TopologySlices: Sendable {
    var nodes: [SliceDevice: SliceNode] = [:]
    var places: [PortID: SlicePlace] = [:]
    var neighbours: [PortID: Set<IPAddress>] = [:]
    var gateways: [SegmentID: HostID] = [:]
    var bridgesOfSegments: [SegmentID: NetworkID] = [:]
    var components: [Int: SliceComponent] = [:]
    var componentOf: [SliceDevice: Int] = [:]
    var componentsOfHost: [HostID: Set<Int>] = [:]
    var nextComponent = 0

    /// Empty: before the first topology.
    package init() {}

    package init(_ topology: Topology) {
        for (key, object) in topology.objects { _ = set(key, object) }
        _ = rebuild(Set(nodes.keys))
    }

    /// The keys a host hears of. Empty for a host that has nothing.
    package func slice(for host: HostID) -> Set<TopologyKey> {
        var keys: Set<TopologyKey> = []
        for id in componentsOfHost[host] ?? [] {
            guard let component = components[id] else { continue }
            for device in component.devices { keys.formUnion(self.keys(of: device)) }
            for host in component.hosts.keys { keys.insert(.host(host)) }
        }
        return keys
    }

    /// The objects a host hears of: the snapshot an agent starts from.
    package func snapshot(for host: HostID, of topology: Topology) -> Topology {
        Topology(slice(for: host).compactMap { topology[$0] })
    }

    /// The hosts that hear of `key`.
    package func audience(of key: TopologyKey) -> Set<HostID> {
        if case .host(let host) = key {
            var hosts: Set<HostID> = []
            for id in componentsOfHost[host] ?? [] { hosts.formUnion(components[id]?.hosts.keys.map(\.self) ?? []) }
            return hosts
        }
        guard let device = owner(of: key), let id = componentOf[device], let component = components[id] else {
            return []
        }
        return Set(component.hosts.keys)
    }

    /// The device that `key` hangs on; nil for hosts and for what hangs on nothing.
    func owner(of key: TopologyKey) -> SliceDevice? {
        switch key {
        case .host: nil
        case .bridge(let id): .bridge(id)
        case .router(let id), .route(let id, _): .router(id)
        case .segment(let id), .remoteMAC(let id, _): .segment(id)
        case .port(let id), .neighbour(let id, _): places[id]?.owner
        }
    }

    /// Whether `key` has an object and hangs on a device.
    func has(_ key: TopologyKey) -> Bool {
        switch key {
        case .host: true
        case .bridge, .router, .segment: owner(of: key).flatMap { nodes[$0]?.exists } == true
        case .route(let id, let destination): nodes[.router(id)]?.routes.contains(destination) == true
        case .remoteMAC(let id, let mac): nodes[.segment(id)]?.remoteMACs.contains(mac) == true
        case .port(let id): places[id] != nil
        case .neighbour(let port, let address): places[port] != nil && neighbours[port]?.contains(address) == true
        }
    }

    /// All that hangs on `device`, itself included.
    func keys(of device: SliceDevice) -> [TopologyKey] {
        guard let node = nodes[device] else { return [] }
        var keys: [TopologyKey] = node.exists ? [device.key] : []
        for port in node.ports {
            keys.append(.port(port))
            for address in neighbours[port] ?? [] { keys.append(.neighbour(port, address)) }
        }
        if case .router(let id) = device { for route in node.routes { keys.append(.route(id, route)) } }
        if case .segment(let id) = device { for mac in node.remoteMACs { keys.append(.remoteMAC(id, mac)) } }
        return keys
    }
}
