import Addresses
import Resources
import VirtualTopology

/// The addresses this host sends tunnel packets to: the slice's other hosts, and behind segments whose gateway it is the
/// remote VTEPs. Kept up to date from deltas.
package struct TunnelEnds: Sendable {
    private let host: HostID
    private var hosts: [HostID: IPAddress] = [:]
    private var gatewayOf: Set<SegmentID> = []
    private var remoteMACs: [SegmentID: [TopologyKey: IPAddress]] = [:]
    /// How many things name an address.
    private var uses: [IPAddress: Int] = [:]

    package init(host: HostID, topology: Topology = Topology()) {
        self.host = host
        _ = apply(TopologyDelta(changed: Array(topology.objects.values)))
    }

    package var addresses: Set<IPAddress> { Set(uses.keys) }

    /// - Returns: whether an address came or went.
    package mutating func apply(_ delta: TopologyDelta) -> Bool {
        var before: [IPAddress: Bool] = [:]
        for key in delta.removed { set(nil, for: key, &before) }
        for object in delta.changed { set(object, for: object.key, &before) }
        return before.contains { address, wasUsed in wasUsed != (uses[address] != nil) }
    }

    private mutating func set(_ object: TopologyObject?, for key: TopologyKey, _ before: inout [IPAddress: Bool]) {
        switch key {
        case .host(let id):
            var address: IPAddress?
            if case .host(let other)? = object, id != host { address = other.tunnelAddress }
            replace(hosts[id], by: address, &before)
            hosts[id] = address
        case .segment(let id):
            var isGateway = false
            if case .segment(let segment)? = object { isGateway = segment.gatewayHost == host }
            guard isGateway != gatewayOf.contains(id) else { return }
            for address in (remoteMACs[id] ?? [:]).values {
                if isGateway { replace(nil, by: address, &before) } else { replace(address, by: nil, &before) }
            }
            if isGateway { gatewayOf.insert(id) } else { gatewayOf.remove(id) }
        case .remoteMAC(let segment, _):
            var address: IPAddress?
            if case .remoteMAC(let entry)? = object { address = entry.tunnelIP }
            let old = remoteMACs[segment]?[key]
            remoteMACs[segment, default: [:]][key] = address
            if remoteMACs[segment]?.isEmpty == true { remoteMACs[segment] = nil }
            if gatewayOf.contains(segment) { replace(old, by: address, &before) }
        case .bridge, .router, .port, .route, .neighbour: break
        }
    }

    /// - Parameter before: whether an address was in use before the delta.
    private mutating func replace(_ old: IPAddress?, by new: IPAddress?, _ before: inout [IPAddress: Bool]) {
        guard old != new else { return }
        if let new {
            before[new] = before[new] ?? (uses[new] != nil)
            uses[new, default: 0] += 1
        }
        if let old {
            before[old] = before[old] ?? (uses[old] != nil)
            let count = uses[old] ?? 0
            uses[old] = count > 1 ? count - 1 : nil
        }
    }
}
