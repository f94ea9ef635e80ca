import Addresses
import CForwardingPipeline
import Resources
import VirtualTopology

/// One origin's rows in the making: answers questions about the facts and remembers what was asked.
struct Derivation {
    private let facts: Facts
    private(set) var reads: Set<Dependency> = []
    private(set) var rows: [TableKey: ClaimedValue] = [:]

    init(facts: Facts) { self.facts = facts }

    mutating func claim(_ entry: TableEntry, _ rank: Rank = Rank()) {
        let row = entry.row
        let claimed = ClaimedValue(rank: rank, value: row.value)
        rows[row.key] = rows[row.key].map { min($0, claimed) } ?? claimed
    }
}

/// What was asked is what a change must reach.
extension Derivation {
    var hostID: HostID { facts.host.hostID }

    mutating func wholeHost() -> HostView {
        reads.insert(.host)
        reads.insert(.tunnelAddress)
        return facts.host
    }

    mutating func tunnelAddress() -> IPAddress {
        reads.insert(.tunnelAddress)
        return facts.host.tunnelAddress
    }

    mutating func interface(of port: PortID) -> LocalInterface? {
        reads.insert(.interface(port))
        return facts.host.interfaces[port]
    }

    mutating func object(_ key: TopologyKey) -> TopologyObject? {
        reads.insert(.object(key))
        return facts.topology[key]
    }

    mutating func host(_ id: HostID) -> Host? {
        if case .host(let host)? = object(.host(id)) { host } else { nil }
    }

    mutating func bridge(_ id: NetworkID) -> Bridge? {
        if case .bridge(let bridge)? = object(.bridge(id)) { bridge } else { nil }
    }

    mutating func router(_ id: RouterID) -> VirtualRouter? {
        if case .router(let router)? = object(.router(id)) { router } else { nil }
    }

    mutating func port(_ id: PortID) -> DevicePort? {
        if case .port(let port)? = object(.port(id)) { port } else { nil }
    }

    mutating func segment(_ id: SegmentID) -> Segment? {
        if case .segment(let segment)? = object(.segment(id)) { segment } else { nil }
    }

    mutating func remoteMAC(_ segment: SegmentID, _ mac: MACAddress) -> RemoteMAC? {
        if case .remoteMAC(let entry)? = object(.remoteMAC(segment, mac)) { entry } else { nil }
    }

    /// The router ports on a bridge or segment, lowest number first.
    mutating func routerPorts(on device: RouterPort.Attachment) -> [DevicePort] {
        reads.insert(.routerPorts(device))
        return ports(facts.routerPorts[device])
    }

    /// The VM ports of a bridge that have an interface here, lowest number first.
    mutating func localPorts(on bridge: NetworkID) -> [DevicePort] {
        reads.insert(.localPorts(bridge))
        return ports(facts.localPorts[bridge])
    }

    /// The segments linked with a bridge, in the order of their ids.
    mutating func segments(on bridge: NetworkID) -> [SegmentID] {
        reads.insert(.segments(bridge))
        return (facts.segments[bridge] ?? []).sorted()
    }

    /// The ports with a MAC on a bridge or segment, lowest number first.
    mutating func ports(at station: Station) -> [DevicePort] {
        reads.insert(.station(station))
        return ports(facts.stations[station])
    }

    /// The hosts that have VM ports on a bridge, in the order of their ids.
    mutating func hosts(on bridge: NetworkID) -> [HostID] {
        reads.insert(.hosts(bridge))
        return (facts.portsByHost[bridge] ?? [:]).keys.sorted()
    }

    /// Not recorded: whoever asks is told by `Facts.takeReachabilityChanges`.
    func reaches(_ host: HostID, _ device: RouterPort.Attachment) -> Bool {
        facts.reachability.hosts(reaching: device).contains(host)
    }

    private mutating func ports(_ ids: Set<PortID>?) -> [DevicePort] {
        var found: [DevicePort] = []
        for id in ids ?? [] {
            if let port = port(id) { found.append(port) }
        }
        return found.sorted { ($0.number, $0.id) < ($1.number, $1.id) }
    }
}

extension Derivation {
    mutating func derive(_ origin: RowOrigin) {
        switch origin {
        case .host: deriveHost()
        case .tunnelSender(let device, let host): deriveTunnelSender(device, host)
        case .object(let key):
            switch object(key) {
            case .bridge(let bridge)?: derive(bridge)
            case .port(let port)?:
                switch port.role {
                case .vm(let vm): derive(port, vm)
                case .router(let router): derive(port, router)
                }
            case .segment(let segment)?: derive(segment)
            case .route(let route)?: derive(route)
            case .neighbour(let neighbour)?: derive(neighbour)
            case .remoteMAC(let entry)?: derive(entry)
            // They are read by others and make no rows themselves.
            case .host?, .router?, nil: break
            }
        }
    }
}
