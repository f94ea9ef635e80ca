import Addresses
import Resources
import VirtualTopology

/// Everything ② computes from, indexed by the questions it asks.
struct Facts {
    private(set) var host: HostView
    private(set) var topology = Topology()
    private(set) var routerPorts: [RouterPort.Attachment: Set<PortID>] = [:]
    private(set) var localPorts: [NetworkID: Set<PortID>] = [:]
    /// Number of VM ports by host.
    private(set) var portsByHost: [NetworkID: [HostID: Int]] = [:]
    private(set) var stations: [Station: Set<PortID>] = [:]
    /// Segments linked with a bridge.
    private(set) var segments: [NetworkID: Set<SegmentID>] = [:]
    private(set) var reachability = Reachability()

    init(host: HostView) { self.host = host }

    /// Where an object stands in the indexes.
    private enum Place: Hashable {
        case station(Station)
        case routerPort(RouterPort.Attachment)
        case link(RouterID, RouterPort.Attachment)
        case localPort(NetworkID)
        case hosted(NetworkID, HostID)
        case segment(NetworkID)
        /// Of a segment, or of the bridge it is linked with.
        case gateway(RouterPort.Attachment, HostID)
    }

    /// Applies a change and tells everything that changed with it; nothing when no row can depend on the difference.
    mutating func set(_ object: TopologyObject?, for key: TopologyKey) -> Set<Dependency> {
        let old = topology[key]
        let before = places(of: old)
        if let object {
            topology.apply(TopologyDelta(changed: [object]))
        } else {
            topology.apply(TopologyDelta(removed: [key]))
        }
        guard old?.forwardingPart != object?.forwardingPart else { return [] }
        var changed: Set<Dependency> = [.object(key)]
        move(key, from: before, to: places(of: object), &changed)
        return changed
    }

    /// The host's identity stays; a view of another host is another state.
    mutating func set(_ view: HostView) -> Set<Dependency> {
        let old = host
        let touched = Set(old.interfaces.keys).union(view.interfaces.keys).filter {
            old.interfaces[$0] != view.interfaces[$0]
        }
        let before = touched.map { places(of: topology[.port($0)]) }
        host = view
        var changed: Set<Dependency> = []
        for (id, before) in zip(touched, before) {
            changed.insert(.interface(id))
            move(.port(id), from: before, to: places(of: topology[.port(id)]), &changed)
        }
        if old.tunnelAddress != view.tunnelAddress { changed.insert(.tunnelAddress) }
        if old.uplinks != view.uplinks || old.addresses != view.addresses || old.lookupInterface != view.lookupInterface
        {
            changed.insert(.host)
        }
        return changed
    }

    /// Index entries, for a test that nothing is remembered of what is gone.
    var retained: Int {
        topology.objects.count + routerPorts.count + localPorts.count + portsByHost.count + stations.count
            + segments.count + reachability.retained
    }

    /// The (bridge or segment, host) pairs that came or went since the last call.
    mutating func takeReachabilityChanges() -> Set<TunnelSender> { reachability.refresh() }

    private func places(of object: TopologyObject?) -> Set<Place> {
        switch object {
        case .port(let port)?:
            var places: Set<Place> = [.station(Station(device: port.attachment, mac: port.mac))]
            switch port.role {
            case .router(let router):
                places.insert(.routerPort(router.attachment))
                places.insert(.link(router.router, router.attachment))
            case .vm(let vm):
                guard let owner = vm.host else { break }
                places.insert(.hosted(vm.bridge, owner))
                if owner == host.hostID && host.interfaces[port.id] != nil { places.insert(.localPort(vm.bridge)) }
            }
            return places
        case .segment(let segment)?:
            var places: Set<Place> = []
            if let bridge = segment.bridge { places.insert(.segment(bridge)) }
            if let owner = segment.gatewayHost { places.insert(.gateway(segment.place, owner)) }
            return places
        default: return []
        }
    }

    private mutating func move(
        _ key: TopologyKey, from before: Set<Place>, to after: Set<Place>, _ changed: inout Set<Dependency>
    ) {
        for place in before.subtracting(after) { leave(place, key, &changed) }
        for place in after.subtracting(before) { enter(place, key, &changed) }
    }

    private mutating func enter(_ place: Place, _ key: TopologyKey, _ changed: inout Set<Dependency>) {
        switch (place, key) {
        case (.station(let station), .port(let id)):
            stations[station, default: []].insert(id)
            changed.insert(.station(station))
        case (.routerPort(let device), .port(let id)):
            routerPorts[device, default: []].insert(id)
            changed.insert(.routerPorts(device))
        case (.localPort(let bridge), .port(let id)):
            localPorts[bridge, default: []].insert(id)
            changed.insert(.localPorts(bridge))
        case (.hosted(let bridge, let owner), _):
            if portsByHost.increment(owner, of: bridge) {
                reachability.insert(owner, on: .bridge(bridge))
                changed.insert(.hosts(bridge))
            }
        case (.link(let router, let device), _): reachability.link(router, device)
        case (.segment(let bridge), .segment(let id)):
            segments[bridge, default: []].insert(id)
            changed.insert(.segments(bridge))
        case (.gateway(let device, let owner), _): reachability.insert(owner, on: device)
        default: break
        }
    }

    private mutating func leave(_ place: Place, _ key: TopologyKey, _ changed: inout Set<Dependency>) {
        switch (place, key) {
        case (.station(let station), .port(let id)):
            stations.remove(id, from: station)
            changed.insert(.station(station))
        case (.routerPort(let device), .port(let id)):
            routerPorts.remove(id, from: device)
            changed.insert(.routerPorts(device))
        case (.localPort(let bridge), .port(let id)):
            localPorts.remove(id, from: bridge)
            changed.insert(.localPorts(bridge))
        case (.hosted(let bridge, let owner), _):
            if portsByHost.decrement(owner, of: bridge) {
                reachability.remove(owner, from: .bridge(bridge))
                changed.insert(.hosts(bridge))
            }
        case (.link(let router, let device), _): reachability.unlink(router, device)
        case (.segment(let bridge), .segment(let id)):
            segments.remove(id, from: bridge)
            changed.insert(.segments(bridge))
        case (.gateway(let device, let owner), _): reachability.remove(owner, from: device)
        default: break
        }
    }
}

extension DevicePort {
    var attachment: RouterPort.Attachment {
        switch role {
        case .vm(let vm): .bridge(vm.bridge)
        case .router(let router): router.attachment
        }
    }
}

extension Segment {
    /// The device its frames are on inside the site.
    var place: RouterPort.Attachment { bridge.map { .bridge($0) } ?? .segment(id) }
}

extension TopologyObject {
    /// The object without what no row depends on, so that a change of a name or of DHCP options recomputes nothing.
    var forwardingPart: TopologyObject {
        switch self {
        case .host(var host):
            host.name = ""
            return .host(host)
        case .bridge(var bridge):
            bridge.dhcpSubnets = bridge.dhcpSubnets.first { $0.isServedIPv4 }.map { [$0.bare] } ?? []
            return .bridge(bridge)
        case .port(var port):
            if case .vm(var vm) = port.role {
                vm.hostname = ""
                port.role = .vm(vm)
            }
            return .port(port)
        case .router, .segment, .route, .neighbour, .remoteMAC: return self
        }
    }
}

extension DHCPSubnet {
    var isServedIPv4: Bool { enabled && cidr.family == .v4 }

    /// A stand-in that is equal for any two subnets.
    fileprivate var bare: DHCPSubnet {
        DHCPSubnet(
            cidr: IPPrefix(host: .v4(.unspecified)), gateway: nil, nameServers: [], hostRoutes: [], enabled: true)
    }
}

extension Dictionary {
    /// Takes a member out of a set, and the set out of the dictionary with its last one.
    mutating func remove<Member: Hashable>(_ member: Member, from key: Key) where Value == Set<Member> {
        self[key]?.remove(member)
        if self[key]?.isEmpty == true { self[key] = nil }
    }

    /// True for the first.
    mutating func increment<Member: Hashable>(_ member: Member, of key: Key) -> Bool where Value == [Member: Int] {
        let count = self[key]?[member] ?? 0
        self[key, default: [:]][member] = count + 1
        return count == 0
    }

    /// True for the last.
    mutating func decrement<Member: Hashable>(_ member: Member, of key: Key) -> Bool where Value == [Member: Int] {
        guard let count = self[key]?[member] else { return false }
        self[key]?[member] = count > 1 ? count - 1 : nil
        if self[key]?.isEmpty == true { self[key] = nil }
        return count == 1
    }
}
