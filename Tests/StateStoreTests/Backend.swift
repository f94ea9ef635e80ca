import Foundation
import StateStore
import Testing

/// The stores that the conformance suite runs against. A new backend adds its case here and nothing else.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite

    var testDescription: String { rawValue }

    /// Runs `body` with a new, empty store that keeps the last `historyLimit` commits, and closes it.
    func withStore<Result>(
        historyLimit: Int = 10_000,
        _ body: (any StateStore) async throws -> Result
    ) async throws -> Result {
        switch self {
        case .memory:
            return try await closing(InMemoryStore(historyLimit: historyLimit), after: body)
        case .sqlite:
            return try await withTemporaryDirectory { directory in
                var options = SQLiteStore.Options()
                options.historyLimit = historyLimit
                return try await closing(SQLiteStore(path: directory + "/state.db", options: options), after: body)
            }
        }
    }

    private func closing<Store: StateStore, Result>(
        _ store: Store,
        after body: (any StateStore) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(store)
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }
}

func key(_ path: String) throws -> StoreKey { try StoreKey(path) }

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension StateStore {
    /// The first `count` commits after `since`.
    func changes(since: Revision, first count: Int) async throws -> [CommittedChanges] {
        var iterator = changes(since: since).makeAsyncIterator()
        var commits: [CommittedChanges] = []
        while commits.count < count, let commit = try await iterator.next() { commits.append(commit) }
        return commits
    }
}
