import Foundation
import GRDB

/// Opens the one file of a store: makes it readable by its owner only, takes it for this process alone, sets what
/// durability needs, and checks it before anything is believed.
enum SQLiteFile {
    /// - Throws: `.inUse`, `.notAStore`, `.newerFormat`, `.corrupt`, `.diskFull`, `.unavailable`.
    static func open(path: String, busyTimeout: Duration, format: SQLiteFormat) throws(StoreError) -> DatabaseQueue {
        try makePrivate(path)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration(busyTimeout: busyTimeout))
            try queue.writeWithoutTransaction { db in
                try format.check(db, path: path)
                try makeDurable(db)
                try format.migrate(db)
                try SQLiteTables(db: db).checkHistory()
            }
            return queue
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            throw .inUse(path: path)
        } catch {
            throw StoreError(sqlite: error).named(path)
        }
    }

    /// SQLite gives its journal the mode of the database file.
    ///
    /// An existing file must not be opened and closed here: that would drop the POSIX locks which another store of
    /// this process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
    private static func makePrivate(_ path: String) throws(StoreError) {
        let descriptor = Foundation.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            guard Foundation.close(descriptor) == 0 else { throw systemError(path) }
            return
        }
        guard errno == EEXIST else { throw systemError(path) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw systemError(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unavailable("'\(path)' is not a regular file") }
        guard chmod(path, 0o600) == 0 else { throw systemError(path) }
    }

    private static func configuration(busyTimeout: Duration) -> Configuration {
        var configuration = Configuration()
        configuration.label = "tombolo.store"
        configuration.busyMode = .timeout(busyTimeout / .seconds(1))
        configuration.prepareDatabase { db in
            // Before the first access: the file lock is then taken once and held until the file is closed (also in
            // WAL mode, whose index then lives in memory instead of a third file), so a second manager is refused.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        return configuration
    }

    private static func makeDurable(_ db: Database) throws {
        // Takes the file's exclusive lock at the latest.
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw StoreError.unavailable("SQLite refused the WAL journal mode")
        }
        // FULL: the log reaches the disk before COMMIT returns.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
            throw StoreError.unavailable("SQLite refused PRAGMA synchronous = FULL")
        }
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 1000")
        try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
    }

    private static func systemError(_ path: String) -> StoreError {
        errno == ENOSPC ? .diskFull : .unavailable("'\(path)': \(String(cString: strerror(errno)))")
    }
}

extension StoreError {
    /// The same error, saying which file.
    fileprivate func named(_ path: String) -> StoreError {
        switch self {
        case .corrupt(let detail) where !detail.contains(path): .corrupt("'\(path)': \(detail)")
        case .unavailable(let detail) where !detail.contains(path): .unavailable("'\(path)': \(detail)")
        default: self
        }
    }
}
