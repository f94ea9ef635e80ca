import GRDB
import Logging

/// The embedded store: one SQLite file of one manager.
///
/// One connection does everything, in order, on its own thread: batches of commits (each batch one SQLite transaction,
/// synced to disk before any of its commits is acknowledged) and reads. The file is locked exclusively.
package final class SQLiteStore: StateStore {
    package struct Options: Sendable {
        /// How many of the last commits `changes(since:)` can go back; at least one.
        package var historyLimit = 10_000
        /// How long opening waits for a manager that is just leaving.
        package var busyTimeout = Duration.seconds(2)
        /// The most commits that share one transaction.
        package var maximumBatch = 256

        package init() {}
    }

    /// How many commits are kept in memory for watchers; those further behind are served from the file.
    private static let feedCapacity = 1024
    /// How many commits a watcher reads from the file at once.
    private static let historyPage: UInt64 = 256

    private let database: DatabaseQueue
    private let options: Options
    private let logger: Logger
    private let queue: CommitQueue
    private let feed: ChangeFeed

    /// Opens the store, and makes it if the file is absent (its directory must exist). Blocks while it reads the whole
    /// file to check it.
    /// - Parameter format: for tests; another one than the current makes files that only they can read.
    /// - Throws: `.inUse`, `.notAStore`, `.newerFormat`, `.corrupt`, `.diskFull`, `.unavailable`.
    package init(
        path: String,
        options: Options = Options(),
        format: SQLiteFormat = .current,
        logger: Logger = Logger(label: "tombolo.store")
    ) throws(StoreError) {
        database = try SQLiteFile.open(path: path, busyTimeout: options.busyTimeout, format: format)
        var options = options
        options.historyLimit = max(1, options.historyLimit)
        self.options = options
        self.logger = logger
        queue = CommitQueue(maximumBatch: options.maximumBatch)
        do {
            let head = try database.writeWithoutTransaction { db in try SQLiteTables(db: db).revisions().head }
            feed = ChangeFeed(head: head, capacity: min(Self.feedCapacity, options.historyLimit))
        } catch {
            throw StoreError(sqlite: error)
        }
    }

    // MARK: Commits

    package func commit(_ changes: [StoreChange], expecting: [Expectation]) async throws(StoreError) -> Revision {
        let request = try CommitRequest(changes, expecting: expecting)
        return try await queue.submit(request, schedule: scheduleBatch).get()
    }

    /// One batch per turn of the connection, so that reads get theirs.
    private func scheduleBatch() {
        database.asyncWriteWithoutTransaction { db in
            let batch = self.queue.nextBatch()
            // Empty when closing has written them.
            if !batch.isEmpty { self.write(batch, db) }
            if self.queue.finishBatch() { self.scheduleBatch() }
        }
    }

    /// Writes a batch and answers its callers. If a batch of several fails, each is tried alone, so that one which
    /// can't be written (too large for the disk, say) fails alone.
    private func write(_ batch: [CommitQueue.Pending], _ db: Database) {
        do {
            let outcomes = try transaction(batch.map(\.request), db)
            for (pending, outcome) in zip(batch, outcomes) { pending.continuation.resume(returning: outcome) }
        } catch {
            if batch.count > 1 {
                for pending in batch { write([pending], db) }
            } else {
                let failure = StoreError(sqlite: error)
                logger.error("commit failed", metadata: ["error": "\(failure)"])
                for pending in batch { pending.continuation.resume(returning: .failure(failure)) }
            }
        }
    }

    /// Evaluates requests one after the other in one transaction; publishes the commits once they are durable.
    private func transaction(_ requests: [CommitRequest], _ db: Database) throws -> [CommitQueue.Outcome] {
        let tables = SQLiteTables(db: db)
        var outcomes: [CommitQueue.Outcome] = []
        var commits: [CommittedChanges] = []
        try db.inTransaction(.immediate) {
            var head = try tables.revisions().head
            for request in requests {
                switch try request.evaluate(at: head, modified: tables.modified) {
                case .conflict(let conflict):
                    outcomes.append(.failure(conflict))
                case .nothing:
                    outcomes.append(.success(head))
                case .commit(let commit):
                    try tables.write(commit)
                    commits.append(commit)
                    head = commit.revision
                    outcomes.append(.success(head))
                }
            }
            guard !commits.isEmpty else { return .rollback }
            try tables.advance(to: head, historyLimit: options.historyLimit)
            return .commit
        }
        feed.publish(commits)
        return outcomes
    }

    // MARK: Reads

    package func entry(_ key: StoreKey) async throws(StoreError) -> StoredEntry? {
        try await read { tables in try tables.entry(key) }
    }

    package func entries(under prefix: String) async throws(StoreError) -> (entries: [StoredEntry], at: Revision) {
        let range = try KeyRange(under: prefix)
        return try await read { tables in (try tables.entries(in: range), try tables.revisions().head) }
    }

    package var revision: Revision {
        get async throws(StoreError) {
            try await read { tables in try tables.revisions().head }
        }
    }

    package func changes(since: Revision) -> AsyncThrowingStream<CommittedChanges, any Error> {
        ChangeCursor(since: since, feed: feed) { (position, _) throws(StoreError) in
            try await self.read { tables in
                let compacted = try tables.revisions().compacted
                guard position >= compacted else { throw StoreError.compacted(oldest: compacted) }
                return try tables.commits(after: position, limit: Self.historyPage)
            }
        }.stream()
    }

    /// Reads between two batches, so no transaction is needed for a consistent state.
    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteTables) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { db in
                // Checked here and not before: the connection may be gone by the time it is this read's turn.
                guard !self.queue.isClosed else { return continuation.resume(returning: .failure(.closed)) }
                continuation.resume(
                    returning: Result { try body(SQLiteTables(db: db)) }.mapError(StoreError.init(sqlite:))
                )
            }
        }
        return try result.get()
    }

    // MARK: End

    package func close() async {
        let isFirst = queue.close()
        await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { db in
                if isFirst { self.finish(db) }
                continuation.resume()
            }
        }
        do {
            try database.close()
        } catch {
            logger.error("closing the store failed", metadata: ["error": "\(StoreError(sqlite: error))"])
        }
    }

    /// Writes what was submitted before the store closed, ends the watchers and empties the log into the file.
    private func finish(_ db: Database) {
        while case let batch = queue.nextBatch(), !batch.isEmpty { write(batch, db) }
        feed.close()
        do {
            _ = try db.checkpoint(.truncate)
        } catch {
            // Nothing is lost: the next opening reads the log.
            logger.warning("the log stays beside the store", metadata: ["error": "\(StoreError(sqlite: error))"])
        }
    }
}
