import Resources
import Synchronization

extension SiteController {
    /// The hosts that have ever connected, by name.
    package var hosts: [HostState] {
        state.withLock { state in
            state.inventory.hosts.values.map { state.hostState($0) }.sorted { $0.record.name < $1.record.name }
        }
    }

    package func host(_ id: HostID) -> HostState? {
        state.withLock { state in state.inventory.hosts[id].map { state.hostState($0) } }
    }

    /// What fits through the underlay of every host, in bytes; 1500 while there is none.
    package var underlayMTU: UInt16 {
        read { inventory in inventory.hosts.values.map(\.underlayMTU).min() ?? 1500 }
    }

    /// The context of a request that comes now.
    package func context(projectID: String, isAdmin: Bool) -> RequestContext {
        RequestContext(projectID: projectID, isAdmin: isAdmin, now: clock.now(), underlayMTU: underlayMTU)
    }
}

extension SiteController.State {
    fileprivate func hostState(_ record: HostRecord) -> HostState {
        let trace = sessions.traces[record.id]
        let alive = sessions.sessions[record.id] != nil
        return HostState(
            record: record, alive: alive, lastSeen: trace?.lastSeen, acknowledgedRevision: trace?.acknowledged,
            upToDate: alive && trace?.acknowledged.map { hosts.isUpToDate(record.id, at: $0) } ?? false)
    }
}
