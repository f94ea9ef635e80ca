import AgentProtocol
import Foundation
import Logging
import Resources
import StateStore
import Synchronization
import Telemetry
import VirtualTopology

/// A site's state: the resources in memory, kept equal to the store, and what follows from them for the hosts.
///
/// Reads see the last committed state. Writes plan on it one at a time; what they plan is one transaction of the store,
/// durable before it shows anywhere (invariant 5).
package final class SiteController: Sendable {
    struct State {
        var inventory: Inventory
        var announcements: [PortID: Announcement]
        /// When the store's head key was put last.
        var head: Revision
        /// A commit's outcome is unknown, or another manager wrote: read the store before the next write.
        var mustReload = false
        var hosts: HostFeeds
        var sessions = SessionRegistry()
    }

    /// How often a write is planned again because someone else wrote in between.
    private static let maximumAttempts = 5

    package let storeID: StoreID
    let clock: SiteClock
    let logger: Logger
    let state: Mutex<State>
    private let storage: SiteStorage
    private let turn = WriterTurn()
    /// How long commits take.
    let commits = Histogram()

    /// Reads the whole store, and gives it an identity if it is new.
    package init(
        store: any StateStore, clock: SiteClock = .system, logger: Logger = Logger(label: "tombolo.manager")
    ) async throws {
        storage = SiteStorage(store: store)
        self.clock = clock
        self.logger = logger
        let contents = try await storage.load()
        if let known = contents.storeID {
            storeID = known
        } else {
            var generator = SystemRandomNumberGenerator()
            storeID = Identifier(randomBits: UInt128.random(in: .min ... .max, using: &generator))
            let key = try StoreKey(SiteStorage.identityPath)
            _ = try await store.commit(
                [.put(key, Array(try JSONEncoder().encode(storeID)))], expecting: [.absent(key)])
        }
        if !contents.claimsToAdd.isEmpty || !contents.claimsToRemove.isEmpty {
            logger.error(
                "claims differ from the resources; repairing",
                metadata: ["missing": "\(contents.claimsToAdd)", "stale": "\(contents.claimsToRemove)"])
            _ = try await store.commit(
                contents.claimsToAdd.map { .put($0, []) } + contents.claimsToRemove.map { .delete($0) },
                expecting: [.storeAt(try await store.revision)])
        }
        state = Mutex(
            State(
                inventory: contents.inventory, announcements: contents.announcements, head: contents.head,
                hosts: HostFeeds(contents.inventory, at: contents.head.value)))
        logger.info(
            "site loaded", metadata: ["resources": "\(contents.inventory.count)", "revision": "\(contents.revision)"])
    }

    // MARK: Reading and writing

    /// The state as last committed. `body` should not keep the inventory: while a copy lives, the next write copies all.
    package func read<Value: Sendable>(_ body: (Inventory) throws -> Value) rethrows -> Value {
        try state.withLock { state in try body(state.inventory) }
    }

    /// The state as last committed, for work that should not hold writes up. While the value lives, a write copies the
    /// tables that it changes: let it go soon.
    package var snapshot: Inventory { state.withLock { $0.inventory } }

    /// The state as last committed, and the revision that made it.
    package func readWithRevision<Value: Sendable>(_ body: (Inventory) throws -> Value) rethrows -> (Value, UInt64) {
        try state.withLock { state in (try body(state.inventory), state.head.value) }
    }

    /// Plans on the current state and commits what comes out. When it returns, the change is durable, and reads see it.
    ///
    /// - Parameter plan: a rule of `Inventory`; it is called again if another manager wrote in between.
    /// - Throws: the plan's `ResourceError`, or a `StoreError`, and then nothing has changed. After
    ///   `StoreError.unavailable` alone the outcome is unknown; the state is read again before the next write.
    package func write<Value: Sendable>(
        _ plan:
            @escaping @Sendable (
                Inventory, inout SystemRandomNumberGenerator
            ) throws(ResourceError) -> (Value, Transaction)
    ) async throws -> Value {
        try await writeSite { (state, generator) throws(ResourceError) in
            let (value, transaction) = try plan(state.inventory, &generator)
            return SitePlan(value: value, transaction: transaction)
        }
    }

    /// A write that also knows and changes which interfaces announced which ports.
    func writeSite<Value: Sendable>(
        _ plan:
            @escaping @Sendable (
                State, inout SystemRandomNumberGenerator
            ) throws(ResourceError) -> SitePlan<Value>
    ) async throws -> Value {
        try await turn.take { try await self.planAndCommit(plan) }
    }

    private func planAndCommit<Value: Sendable>(
        _ plan: (State, inout SystemRandomNumberGenerator) throws(ResourceError) -> SitePlan<Value>
    ) async throws -> Value {
        var attempt = 1
        while true {
            try await reloadIfNeeded()
            var generator = SystemRandomNumberGenerator()
            let (planned, head) = try state.withLock { (state) throws(ResourceError) in
                (try plan(state, &generator).withoutDangling(state.announcements), state.head)
            }
            guard !planned.changesNothing else { return planned.value }
            let (changes, expecting) = try SiteStorage.commit(
                planned.transaction, announcements: planned.announcements, after: head)
            do throws(StoreError) {
                let start = ContinuousClock.now
                let revision = try await storage.store.commit(changes, expecting: expecting)
                commits.observe(ContinuousClock.now - start)
                apply(planned.transaction.changes, planned.announcements, revision: revision)
                return planned.value
            } catch {
                state.withLock { $0.mustReload = true }
                guard case .conflict = error, attempt < Self.maximumAttempts else { throw error }
                logger.info("planning again", metadata: ["conflict": "\(error)", "attempt": "\(attempt)"])
                attempt += 1
            }
        }
    }

    private func apply(
        _ changes: [ResourceChange], _ announcements: [PortID: Announcement?], revision: Revision
    ) {
        let signals = state.withLock { state in
            state.head = revision
            for (port, announcement) in announcements { state.announcements[port] = announcement }
            return state.take(changes, at: revision)
        }
        for signal in signals { signal.wake() }
    }

    /// After a commit whose outcome is unknown or that someone else's came before.
    private func reloadIfNeeded() async throws {
        guard state.withLock({ $0.mustReload }) else { return }
        let contents = try await storage.load()
        let signals = state.withLock { state in
            state.mustReload = false
            guard contents.head != state.head else { return [SessionSignal]() }
            state.head = contents.head
            state.announcements = contents.announcements
            return state.take(state.inventory.changes(to: contents.inventory), at: contents.head)
        }
        for signal in signals { signal.wake() }
    }
}

/// What a write does besides its answer.
struct SitePlan<Value: Sendable>: Sendable {
    var value: Value
    var transaction = Transaction()
    /// Nil takes an announcement back.
    var announcements: [PortID: Announcement?] = [:]

    var changesNothing: Bool { transaction.isEmpty && announcements.isEmpty }

    /// Announcements go with their port and with their host.
    func withoutDangling(_ known: [PortID: Announcement]) -> SitePlan {
        var plan = self
        for change in transaction.changes {
            switch change {
            case .delete(.port(let port)) where known[port] != nil:
                plan.announcements.updateValue(nil, forKey: port)
            case .delete(.host(let host)):
                for (port, announcement) in known where announcement.host == host {
                    plan.announcements.updateValue(nil, forKey: port)
                }
            default: break
            }
        }
        return plan
    }
}

extension SiteController.State {
    /// Takes committed changes in: resources, translation ①, each host's slice. Returns the sessions to wake.
    mutating func take(_ changes: [ResourceChange], at revision: Revision) -> [SessionSignal] {
        let touched = hosts.apply(changes, to: &inventory, at: revision.value)
        let portsChanged = changes.contains { change in
            if case .port = change.key { true } else { false }
        }
        return sessions.signals(of: touched, portsChanged: portsChanged)
    }
}

extension Inventory {
    /// What makes `other` out of this one.
    fileprivate func changes(to other: Inventory) -> [ResourceChange] {
        let gone = resources.filter { other[$0.key] == nil }.map { ResourceChange.delete($0.key) }
        return gone + other.resources.filter { self[$0.key] != $0 }.map { .put($0) }
    }
}
