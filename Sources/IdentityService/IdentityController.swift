import Identity
import Logging
import Manager
import StateStore
import Synchronization

/// The directory in memory, kept equal to the store: the same discipline as `SiteController`'s. Reads see the last committed
/// state; writes plan on it one at a time, and are durable before they show.
package final class IdentityController: Sendable {
    private struct State {
        var directory: Directory
        var head: Revision
        /// A commit's outcome is unknown, or another manager wrote: read the store before the next write.
        var mustReload = false
    }

    private static let maximumAttempts = 5

    let tokenKey: [UInt8]
    private let storage: IdentityStorage
    private let state: Mutex<State>
    private let turn = WriterTurn()
    private let logger: Logger

    /// Reads the directory, and makes the key of the tokens if there is none.
    package init(store: any StateStore, logger: Logger) async throws {
        storage = IdentityStorage(store: store)
        self.logger = logger
        let contents = try await storage.load()
        if let known = contents.tokenKey {
            tokenKey = known
        } else {
            tokenKey = PasswordHasher.randomBytes(32)
            let key = try StoreKey(IdentityStorage.tokenKeyPath)
            _ = try await store.commit([.put(key, tokenKey)], expecting: [.absent(key)])
        }
        state = Mutex(State(directory: contents.directory, head: contents.head))
    }

    package func read<Value: Sendable>(_ body: (Directory) throws -> Value) rethrows -> Value {
        try state.withLock { state in try body(state.directory) }
    }

    /// Plans on the current state and commits what comes out.
    /// - Throws: the plan's `IdentityError`, or one that says that the store did not take it; then nothing has changed.
    package func write<Value: Sendable>(
        _ plan:
            @escaping @Sendable (
                Directory, inout SystemRandomNumberGenerator
            ) throws(IdentityError) -> (Value, [DirectoryChange])
    ) async throws(IdentityError) -> Value {
        do {
            return try await turn.take { try await self.planAndCommit(plan) }
        } catch let error as IdentityError {
            throw error
        } catch let error as StoreError {
            logger.error("a change of the directory was not stored", metadata: ["error": "\(error)"])
            throw IdentityError(status: 503, message: "The site's store did not take the change: \(error)")
        } catch {
            logger.error("a change of the directory failed", metadata: ["error": "\(error)"])
            throw IdentityError(
                status: 500, message: "An unexpected error prevented the server from fulfilling your request.")
        }
    }

    private func planAndCommit<Value: Sendable>(
        _ plan: (Directory, inout SystemRandomNumberGenerator) throws(IdentityError) -> (Value, [DirectoryChange])
    ) async throws -> Value {
        var attempt = 1
        while true {
            try await reloadIfNeeded()
            var generator = SystemRandomNumberGenerator()
            let ((value, changes), head) = try state.withLock { (state) throws(IdentityError) in
                (try plan(state.directory, &generator), state.head)
            }
            guard !changes.isEmpty else { return value }
            let (stored, expecting) = try IdentityStorage.commit(changes, after: head)
            do throws(StoreError) {
                let revision = try await storage.store.commit(stored, expecting: expecting)
                state.withLock { state in
                    state.directory.apply(changes)
                    state.head = revision
                }
                return value
            } catch {
                state.withLock { $0.mustReload = true }
                guard case .conflict = error, attempt < Self.maximumAttempts else { throw error }
                attempt += 1
            }
        }
    }

    private func reloadIfNeeded() async throws {
        guard state.withLock({ $0.mustReload }) else { return }
        let contents = try await storage.load()
        state.withLock { state in
            state.directory = contents.directory
            state.head = contents.head
            state.mustReload = false
        }
    }
}
