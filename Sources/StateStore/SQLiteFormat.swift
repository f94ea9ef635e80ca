import GRDB

/// The format of the database file: how a file is known as ours, which version it has, and the steps forward.
///
/// Steps are only ever appended. A file of a newer version is refused untouched: an older program can't know what it
/// would break.
package struct SQLiteFormat: Sendable {
    /// `PRAGMA application_id` of our files: "Tmbl".
    static let applicationID = 0x546d_626c

    /// `steps[n]` brings a file from version n to n + 1 (`PRAGMA user_version`).
    package let steps: [String]

    package static let current = SQLiteFormat(steps: [
        """
        -- One row: the last revision, and the last one that is no longer in the history.
        CREATE TABLE store (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            revision INTEGER NOT NULL,
            compacted INTEGER NOT NULL
        ) STRICT;
        INSERT INTO store (id, revision, compacted) VALUES (1, 0, 0);

        CREATE TABLE entry (
            key TEXT PRIMARY KEY NOT NULL,
            value BLOB NOT NULL,
            created INTEGER NOT NULL,
            modified INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- What each commit did, in order; a change without a value is a delete.
        CREATE TABLE history (
            revision INTEGER NOT NULL,
            position INTEGER NOT NULL,
            key TEXT NOT NULL,
            value BLOB,
            PRIMARY KEY (revision, position)
        ) STRICT, WITHOUT ROWID;
        """
    ])

    package init(steps: [String]) {
        self.steps = steps
    }

    /// Refuses what is not ours, is newer or is damaged, before anything is written to the file.
    func check(_ db: Database, path: String) throws {
        let found = try Self.pragma("user_version", db)
        let application = try Self.pragma("application_id", db)
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        let isNew = found == 0 && application == 0 && tables == 0
        guard isNew || application == Self.applicationID else { throw StoreError.notAStore(path: path) }
        guard found <= steps.count else { throw StoreError.newerFormat(found: found, supported: steps.count) }
        let problem = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
        guard problem == "ok" else { throw StoreError.corrupt("'\(path)': \(problem)") }
    }

    /// Applies the missing steps, all or none.
    func migrate(_ db: Database) throws {
        let found = try Self.pragma("user_version", db)
        guard found < steps.count else { return }
        try db.inTransaction(.immediate) {
            for step in steps[found...] { try db.execute(sql: step) }
            try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(steps.count)")
            return .commit
        }
    }

    private static func pragma(_ name: String, _ db: Database) throws -> Int {
        guard let value = try Int.fetchOne(db, sql: "PRAGMA \(name)") else {
            throw StoreError.unavailable("PRAGMA \(name) has no value")
        }
        return value
    }
}
