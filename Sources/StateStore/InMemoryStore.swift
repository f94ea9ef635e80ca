import Synchronization

/// A store that lives as long as the process: for tests and simulations. Same contract, nothing durable.
package final class InMemoryStore: StateStore {
    private struct State {
        var revision = Revision.zero
        var entries: [StoreKey: StoredEntry] = [:]
        var closed = false

        mutating func apply(_ commit: CommittedChanges) {
            revision = commit.revision
            for change in commit.changes {
                switch change {
                case .put(let key, let value):
                    let createdAt = entries[key]?.createdAt ?? revision
                    entries[key] = StoredEntry(key: key, value: value, createdAt: createdAt, modifiedAt: revision)
                case .delete(let key):
                    entries[key] = nil
                }
            }
        }
    }

    private let state = Mutex(State())
    private let feed: ChangeFeed

    /// - Parameter historyLimit: how many of the last commits `changes(since:)` can go back.
    package init(historyLimit: Int = 10_000) {
        feed = ChangeFeed(head: .zero, capacity: historyLimit)
    }

    package func commit(_ changes: [StoreChange], expecting: [Expectation]) async throws(StoreError) -> Revision {
        let request = try CommitRequest(changes, expecting: expecting)
        return try await withState { (state) throws(StoreError) in
            switch request.evaluate(at: state.revision, modified: { state.entries[$0]?.modifiedAt ?? .zero }) {
            case .conflict(let conflict):
                throw conflict
            case .nothing:
                return state.revision
            case .commit(let commit):
                state.apply(commit)
                // Inside the lock, so that commits reach the feed in order.
                feed.publish([commit])
                return commit.revision
            }
        }
    }

    package func entry(_ key: StoreKey) async throws(StoreError) -> StoredEntry? {
        try await withState { (state) throws(StoreError) in state.entries[key] }
    }

    package func entries(under prefix: String) async throws(StoreError) -> (entries: [StoredEntry], at: Revision) {
        let range = try KeyRange(under: prefix)
        let (entries, revision) = try await withState { (state) throws(StoreError) in
            (state.entries.values.filter { range.contains($0.key) }, state.revision)
        }
        return (entries.sorted { $0.key < $1.key }, revision)
    }

    package var revision: Revision {
        get async throws(StoreError) {
            try await withState { (state) throws(StoreError) in state.revision }
        }
    }

    package func changes(since: Revision) -> AsyncThrowingStream<CommittedChanges, any Error> {
        // The feed holds the whole history.
        ChangeCursor(since: since, feed: feed) { (_, oldest) throws(StoreError) in
            throw .compacted(oldest: oldest)
        }.stream()
    }

    package func close() async {
        state.withLock { $0.closed = true }
        feed.close()
    }

    private func withState<Value: Sendable>(
        _ body: (inout State) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        // Like any other store, this one lets other tasks run while its caller waits.
        await Task.yield()
        return try state.withLock { (state) throws(StoreError) in
            guard !state.closed else { throw .closed }
            return try body(&state)
        }
    }
}
