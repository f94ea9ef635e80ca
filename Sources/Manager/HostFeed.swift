import AgentProtocol
import Resources
import VirtualTopology

/// What one host should know: its slice now, and the last steps that led there.
///
/// Nothing is queued per session. A session has a position and asks for what follows; one that fell behind by more than
/// the kept history gets a snapshot. So resuming, following and a slow agent are one path, and memory is bounded.
struct HostFeed: Sendable {
    enum Step: Hashable, Sendable {
        case caughtUp
        case update(TopologyUpdate)
    }

    private struct Entry: Sendable {
        var revision: UInt64
        var delta: TopologyDelta
        var cost: Int { delta.changed.count + delta.removed.count }
    }

    /// History beyond this many objects is dropped once it also costs more than a snapshot.
    static let minimumHistory = 256

    private var history: [Entry] = []
    private var historyCost = 0
    /// How many objects the last snapshot had.
    private var snapshotCost: Int
    /// The history holds every step after this revision.
    private(set) var oldest: UInt64

    /// - Parameter sliceSize: how many objects the slice has at `revision`.
    init(at revision: UInt64, sliceSize: Int) {
        oldest = revision
        snapshotCost = sliceSize
    }

    /// Takes the slice's step to `revision` in.
    mutating func append(_ delta: TopologyDelta, to revision: UInt64) {
        let entry = Entry(revision: revision, delta: delta)
        history.append(entry)
        historyCost += entry.cost
        let limit = max(Self.minimumHistory, snapshotCost)
        var dropped = 0
        while historyCost > limit, dropped < history.count {
            historyCost -= history[dropped].cost
            oldest = history[dropped].revision
            dropped += 1
        }
        history.removeFirst(dropped)
    }

    /// The revision of the slice's last step.
    var last: UInt64 { history.last?.revision ?? oldest }

    /// Whether the steps that follow `revision` are all known.
    /// - Parameter current: the site's revision.
    func reachesBack(to revision: UInt64, current: UInt64) -> Bool { oldest <= revision && revision <= current }

    /// Whether an agent that holds the slice of `revision` holds what it should.
    func isCaughtUp(at revision: UInt64, current: UInt64) -> Bool {
        reachesBack(to: revision, current: current) && (history.last?.revision ?? oldest) <= revision
    }

    /// What an agent that holds the slice of `position` needs; nil: it holds nothing.
    /// - Parameters:
    ///   - current: the site's revision; a step that did not concern the host made it no history.
    ///   - snapshot: the slice now.
    mutating func step(after position: UInt64?, current: UInt64, snapshot: () -> Topology) -> Step {
        guard let position, reachesBack(to: position, current: current) else {
            let objects = Array(snapshot().objects.values)
            snapshotCost = objects.count
            return .update(
                TopologyUpdate(revision: current, isSnapshot: true, delta: TopologyDelta(changed: objects)))
        }
        let missing = history.drop { $0.revision <= position }
        guard let last = missing.last else { return .caughtUp }
        return .update(
            TopologyUpdate(
                revision: last.revision, isSnapshot: false, delta: TopologyDelta(merging: missing.map(\.delta))))
    }
}

extension TopologyDelta {
    /// Several steps as one; the last word on a key counts.
    init(merging steps: [TopologyDelta]) {
        guard steps.count != 1 else {
            self = steps[0]
            return
        }
        var last: [TopologyKey: TopologyObject?] = [:]
        for step in steps {
            for key in step.removed { last.updateValue(nil, forKey: key) }
            for object in step.changed { last.updateValue(object, forKey: object.key) }
        }
        self.init()
        for (key, object) in last {
            if let object { changed.append(object) } else { removed.append(key) }
        }
    }
}
