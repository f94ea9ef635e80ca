import Foundation
import GRDB

/// The statements of the store on one connection. GRDB keeps each prepared.
struct SQLiteTables {
    let db: Database

    // MARK: Revisions

    /// The last revision, and the last one that the history no longer has.
    func revisions() throws -> (head: Revision, compacted: Revision) {
        let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT revision, compacted FROM store WHERE id = 1"))
        guard let row else { throw StoreError.corrupt("the table 'store' is empty") }
        return (try Self.revision(row[0] as Int64), try Self.revision(row[1] as Int64))
    }

    /// Moves the head, and drops the history before the last `historyLimit` revisions.
    func advance(to head: Revision, historyLimit: Int) throws {
        let compacted = head.value - min(head.value, UInt64(historyLimit))
        try execute("DELETE FROM history WHERE revision <= ?", [Self.integer(Revision(compacted))])
        try execute(
            "UPDATE store SET revision = ?, compacted = max(compacted, ?) WHERE id = 1",
            [Self.integer(head), Self.integer(Revision(compacted))]
        )
    }

    // MARK: Entries

    func modified(_ key: StoreKey) throws -> Revision {
        let statement = try db.cachedStatement(sql: "SELECT modified FROM entry WHERE key = ?")
        return try Self.revision(Int64.fetchOne(statement, arguments: [key.path]) ?? 0)
    }

    func entry(_ key: StoreKey) throws -> StoredEntry? {
        let statement = try db.cachedStatement(sql: "SELECT key, value, created, modified FROM entry WHERE key = ?")
        return try Row.fetchOne(statement, arguments: [key.path]).map(Self.entry)
    }

    func entries(in range: KeyRange) throws -> [StoredEntry] {
        let select = "SELECT key, value, created, modified FROM entry"
        let rows: RowCursor
        if let bounds = range.bounds {
            let statement = try db.cachedStatement(sql: select + " WHERE key >= ? AND key < ? ORDER BY key")
            rows = try Row.fetchCursor(statement, arguments: [bounds.lower, bounds.upper])
        } else {
            rows = try Row.fetchCursor(db.cachedStatement(sql: select + " ORDER BY key"))
        }
        var entries: [StoredEntry] = []
        while let row = try rows.next() { entries.append(try Self.entry(row)) }
        return entries
    }

    // MARK: Commits

    /// Writes a commit to the entries and to the history.
    func write(_ commit: CommittedChanges) throws {
        let revision = Self.integer(commit.revision)
        for (position, change) in commit.changes.enumerated() {
            switch change {
            case .put(let key, let value):
                // An empty blob may bind as NULL (a buffer of no bytes may have no address), hence the coalesce.
                try execute(
                    """
                    INSERT INTO entry (key, value, created, modified) VALUES (?1, coalesce(?2, x''), ?3, ?3)
                    ON CONFLICT (key) DO UPDATE SET value = excluded.value, modified = excluded.modified
                    """,
                    [key.path, Data(value), revision]
                )
                try execute(
                    "INSERT INTO history (revision, position, key, value) VALUES (?, ?, ?, coalesce(?, x''))",
                    [revision, position, key.path, Data(value)]
                )
            case .delete(let key):
                try execute("DELETE FROM entry WHERE key = ?", [key.path])
                try execute(
                    "INSERT INTO history (revision, position, key, value) VALUES (?, ?, ?, NULL)",
                    [revision, position, key.path]
                )
            }
        }
    }

    /// The commits after a revision, at most `limit`.
    func commits(after position: Revision, limit: UInt64) throws -> [CommittedChanges] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT revision, key, value FROM history WHERE revision > ? AND revision <= ?
                ORDER BY revision, position
                """)
        let last = Revision(position.value + limit)
        let rows = try Row.fetchCursor(statement, arguments: [Self.integer(position), Self.integer(last)])
        var commits: [CommittedChanges] = []
        var changes: [StoreChange] = []
        var current: Revision?
        while let row = try rows.next() {
            let revision = try Self.revision(row[0] as Int64)
            if let current, current != revision {
                commits.append(CommittedChanges(revision: current, changes: changes))
                changes = []
            }
            current = revision
            let key = try Self.key(row[1])
            changes.append((row[2] as Data?).map { .put(key, Array($0)) } ?? .delete(key))
        }
        if let current { commits.append(CommittedChanges(revision: current, changes: changes)) }
        return commits
    }

    /// Checks that the history reaches exactly from the compacted revision to the head.
    func checkHistory() throws {
        let (head, compacted) = try revisions()
        guard compacted <= head else {
            throw StoreError.corrupt("compacted up to revision \(compacted), after the last one, \(head)")
        }
        let sql = "SELECT count(DISTINCT revision), coalesce(min(revision), 0), coalesce(max(revision), 0) FROM history"
        guard let row = try Row.fetchOne(db, sql: sql) else { throw StoreError.corrupt("the history has no answer") }
        let isEmpty = compacted == head
        let expected = [
            Self.integer(Revision(head.value - compacted.value)),
            isEmpty ? 0 : Self.integer(compacted.next),
            isEmpty ? 0 : Self.integer(head),
        ]
        guard [row[0] as Int64, row[1], row[2]] == expected else {
            throw StoreError.corrupt("the history does not reach from revision \(compacted) to \(head)")
        }
    }

    // MARK: Values

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private static func entry(_ row: Row) throws -> StoredEntry {
        StoredEntry(
            key: try key(row[0]),
            value: Array(row[1] as Data),
            createdAt: try revision(row[2]),
            modifiedAt: try revision(row[3])
        )
    }

    private static func key(_ path: String) throws -> StoreKey {
        do throws(StoreKeyError) {
            return try StoreKey(path)
        } catch {
            throw StoreError.corrupt(error.description)
        }
    }

    private static func revision(_ value: Int64) throws -> Revision {
        guard let value = UInt64(exactly: value) else { throw StoreError.corrupt("negative revision \(value)") }
        return Revision(value)
    }

    private static func integer(_ revision: Revision) -> Int64 {
        Int64(clamping: revision.value)
    }
}
