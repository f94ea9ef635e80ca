import Resources
import VirtualTopology

struct TunnelSender: Hashable {
    var device: RouterPort.Attachment
    var host: HostID
}

/// Which hosts can bring a frame onto a bridge or a segment: routers are on every host, so these are the hosts with a
/// VM port anywhere in the same connected component, and the gateway hosts of the component's segments. A segment linked
/// with a bridge is part of it.
///
/// VTEP routers join nothing: a segment is in the component of the tenant routers that have a port on it. So a
/// component never holds two tenants' networks unless a router of theirs joins them.
struct Reachability {
    private var attachments: [RouterID: [RouterPort.Attachment: Int]] = [:]
    private var routers: [RouterPort.Attachment: [RouterID: Int]] = [:]
    /// Hosts with a stake in the device itself: because of its VM ports there, or as the gateway of a
    /// segment.
    private var residents: [RouterPort.Attachment: [HostID: Int]] = [:]
    /// The result: a component's devices share one set.
    private var hosts: [RouterPort.Attachment: Set<HostID>] = [:]
    private var stale: Set<RouterPort.Attachment> = []

    var retained: Int { attachments.count + routers.count + residents.count + hosts.count + stale.count }

    func hosts(reaching device: RouterPort.Attachment) -> Set<HostID> { hosts[device] ?? [] }

    mutating func insert(_ host: HostID, on device: RouterPort.Attachment) {
        if residents.increment(host, of: device) { stale.insert(device) }
    }

    mutating func remove(_ host: HostID, from device: RouterPort.Attachment) {
        if residents.decrement(host, of: device) { stale.insert(device) }
    }

    mutating func link(_ router: RouterID, _ device: RouterPort.Attachment) {
        let isNew = attachments.increment(device, of: router)
        if routers.increment(router, of: device) || isNew { stale.insert(device) }
    }

    /// Both parts of what may fall apart here become stale: the device, and one of the router's others leads to the rest.
    mutating func unlink(_ router: RouterID, _ device: RouterPort.Attachment) {
        let wasLast = attachments.decrement(device, of: router)
        guard routers.decrement(router, of: device) || wasLast else { return }
        stale.insert(device)
        if let other = attachments[router]?.keys.first { stale.insert(other) }
    }

    /// Recomputes the components that changed, and tells the pairs that came or went.
    mutating func refresh() -> Set<TunnelSender> {
        var changes: Set<TunnelSender> = []
        var done: Set<RouterPort.Attachment> = []
        for start in stale where !done.contains(start) {
            let component = component(of: start)
            done.formUnion(component)
            let now = component.reduce(into: Set<HostID>()) { $0.formUnion((residents[$1] ?? [:]).keys) }
            for device in component {
                for host in now.symmetricDifference(hosts[device] ?? []) {
                    changes.insert(TunnelSender(device: device, host: host))
                }
                hosts[device] = now.isEmpty ? nil : now
            }
        }
        stale = []
        return changes
    }

    private func component(of start: RouterPort.Attachment) -> Set<RouterPort.Attachment> {
        var found: Set = [start]
        var seen: Set<RouterID> = []
        var pending = [start]
        while let device = pending.popLast() {
            for router in (routers[device] ?? [:]).keys where seen.insert(router).inserted {
                for next in (attachments[router] ?? [:]).keys where found.insert(next).inserted { pending.append(next) }
            }
        }
        return found
    }
}
