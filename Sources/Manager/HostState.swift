import Resources

/// A host as the manager sees it now.
package struct HostState: Hashable, Sendable {
    package var record: HostRecord
    /// Its agent's stream is up.
    package var alive: Bool
    /// When the agent was last heard; nil: not since this manager started.
    package var lastSeen: Timestamp?
    /// The last update that the agent says is in its datapath; nil: none since this manager started.
    package var acknowledgedRevision: UInt64?
    /// All committed changes that concern the host are in its datapath, as its agent says; false while it is away.
    package var upToDate: Bool

    package init(
        record: HostRecord, alive: Bool, lastSeen: Timestamp?, acknowledgedRevision: UInt64?, upToDate: Bool
    ) {
        self.record = record
        self.alive = alive
        self.lastSeen = lastSeen
        self.acknowledgedRevision = acknowledgedRevision
        self.upToDate = upToDate
    }
}
