import Addresses
import Resources
import StateStore
import Synchronization

@testable import Manager

/// Shorthand for what tests do to a site.
struct Site {
    let controller: SiteController
    let store: any StateStore

    init(_ controller: SiteController, _ store: any StateStore = InMemoryStore()) {
        self.controller = controller
        self.store = store
    }

    init(_ store: any StateStore, clock: SiteClock = .system) async throws {
        self.store = store
        controller = try await SiteController(store: store, clock: clock)
    }

    var context: RequestContext { controller.context(projectID: "p", isAdmin: true) }

    func makeNetwork(_ name: String = "n", vni: Int? = nil) async throws -> Network {
        try await controller.write { [context] (inventory, random) throws(ResourceError) in
            var draft = NetworkDraft()
            draft.standard.name = name
            draft.segmentationID = vni
            return try inventory.creating(network: draft, context: context, using: &random)
        }
    }

    func makeSubnet(_ network: NetworkID, _ cidr: String) async throws -> Subnet {
        try await controller.write { [context] (inventory, random) throws(ResourceError) in
            var draft = SubnetDraft()
            draft.networkID = network
            draft.cidr = IPPrefix(cidr)
            return try inventory.creating(subnet: draft, context: context, using: &random)
        }
    }

    func makePort(_ network: NetworkID, host: String? = nil) async throws -> Port {
        try await controller.write { [context] (inventory, random) throws(ResourceError) in
            var draft = PortDraft()
            draft.networkID = network
            draft.bindingHostID = host
            return try inventory.creating(port: draft, context: context, using: &random)
        }
    }

    func update(_ port: PortID, _ change: @escaping @Sendable (inout PortUpdate) -> Void) async throws -> Port {
        try await controller.write { [context] (inventory, random) throws(ResourceError) in
            var update = PortUpdate()
            change(&update)
            return try inventory.updating(port: port, update, context: context, using: &random)
        }
    }

    func delete(_ port: PortID) async throws {
        try await controller.write { [context] (inventory, _) throws(ResourceError) in
            ((), try inventory.deleting(port: port, context: context))
        }
    }

    func port(_ id: PortID) -> Port? { controller.read { $0.ports[id] } }
}

/// A clock that stands still until told otherwise.
final class ManualClock: Sendable {
    /// Begins now, since TLS judges certificates by the real time.
    private let seconds = Mutex(SiteClock.system.now().seconds)

    var clock: SiteClock { SiteClock { Timestamp(seconds: self.seconds.withLock { $0 }) } }

    func advance(by more: Int64) { seconds.withLock { $0 += more } }
}

/// Fails commits on demand, before or after they take effect.
final class FailingStore: StateStore {
    enum Failure: Sendable {
        case before(StoreError)
        case after(StoreError)
        /// Somebody else's commit comes first.
        case overtaken([StoreChange])
    }

    let base = InMemoryStore()
    private let next = Mutex<Failure?>(nil)

    func failNext(_ failure: Failure) { next.withLock { $0 = failure } }

    func commit(_ changes: [StoreChange], expecting: [Expectation]) async throws(StoreError) -> Revision {
        let failure = next.withLock { failure in
            defer { failure = nil }
            return failure
        }
        switch failure {
        case .before(let error): throw error
        case .after(let error):
            _ = try await base.commit(changes, expecting: expecting)
            throw error
        case .overtaken(let others):
            _ = try await base.commit(others)
            return try await base.commit(changes, expecting: expecting)
        case nil: return try await base.commit(changes, expecting: expecting)
        }
    }

    func entry(_ key: StoreKey) async throws(StoreError) -> StoredEntry? { try await base.entry(key) }
    func entries(under prefix: String) async throws(StoreError) -> (entries: [StoredEntry], at: Revision) {
        try await base.entries(under: prefix)
    }
    var revision: Revision { get async throws(StoreError) { try await base.revision } }
    func changes(since: Revision) -> AsyncThrowingStream<CommittedChanges, any Error> { base.changes(since: since) }
    func close() async { await base.close() }
}
