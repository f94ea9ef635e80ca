import AgentProtocol
import Resources
import VirtualTopology

/// Translation ① of the site, cut into slices, and the feeds of the hosts that have connected since the manager started.
struct HostFeeds: Sendable {
    private var site: VirtualTopologyState
    private var slices: TopologySlices
    private var feeds: [HostID: HostFeed] = [:]
    private var revision: UInt64

    init(_ inventory: Inventory, at revision: UInt64) {
        site = VirtualTopologyState(inventory)
        slices = TopologySlices(site.topology)
        self.revision = revision
    }

    /// Takes committed changes into the inventory and everything that follows from it.
    /// - Returns: the hosts that have to hear of it.
    mutating func apply(
        _ changes: [ResourceChange], to inventory: inout Inventory, at revision: UInt64
    ) -> Set<HostID> {
        let delta = site.apply(changes, to: &inventory)
        self.revision = revision
        for case .delete(.host(let host)) in changes { feeds[host] = nil }
        guard !delta.isEmpty else { return [] }
        let steps = slices.update(delta, topology: site.topology) { [feeds] host in feeds[host] != nil }
        for (host, step) in steps { feeds[host]?.append(step, to: revision) }
        return Set(steps.keys)
    }

    /// Begins to follow the host's slice, unless it does already.
    mutating func open(_ host: HostID) {
        guard feeds[host] == nil else { return }
        feeds[host] = HostFeed(at: revision, sliceSize: slices.slice(for: host).count)
    }

    mutating func step(of host: HostID, after position: UInt64?) -> HostFeed.Step {
        let (site, slices) = (site, slices)
        return feeds[host]?.step(after: position, current: revision) {
            slices.snapshot(for: host, of: site.topology)
        } ?? .caughtUp
    }

    /// Whether an agent that holds the slice of `position` holds what it should.
    func isUpToDate(_ host: HostID, at position: UInt64) -> Bool {
        feeds[host]?.isCaughtUp(at: position, current: revision) ?? false
    }

    /// How far the last step of the host's slice is ahead of what its agent has confirmed.
    /// - Parameter acknowledged: nil when nothing had to be confirmed since the manager started.
    func revisionsBehind(_ host: HostID, acknowledged: UInt64?) -> UInt64 {
        guard let feed = feeds[host] else { return 0 }
        let confirmed = acknowledged ?? feed.oldest
        return feed.last > confirmed ? feed.last - confirmed : 0
    }

    func slice(of host: HostID) -> Topology { slices.snapshot(for: host, of: site.topology) }

    /// The revision from which the agent's state can be continued; nil: it needs a snapshot.
    ///
    /// A manager that was restarted has no history, but may find that the agent holds exactly what it should.
    /// - Parameter slice: `slice(of:)` of now.
    func position(of resume: Resume, on host: HostID, in storeID: StoreID, sliceDigest: [UInt8]) -> UInt64? {
        guard resume.storeID == storeID, let feed = feeds[host] else { return nil }
        if resume.digest == sliceDigest { return revision }
        return feed.reachesBack(to: resume.revision, current: revision) ? resume.revision : nil
    }
}
