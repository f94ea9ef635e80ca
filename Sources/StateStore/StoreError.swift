/// Why a store did not do what it was asked.
package enum StoreError: Error, Hashable, Sendable {
    /// The first expectation that did not hold; nothing was changed.
    /// `actual` is the key's modification revision (`.zero`: no entry), or the store's revision for `.storeAt`.
    case conflict(Expectation, actual: Revision)
    /// A commit changes this key twice; nothing was changed.
    case duplicateKey(StoreKey)
    case invalidKey(StoreKeyError)
    /// The history up to `oldest` is gone: watch from `oldest` or later, after reading a snapshot.
    case compacted(oldest: Revision)
    /// A watch asks for what follows a revision that this store never reached: it was restored from an older copy.
    case notReached(Revision, current: Revision)
    /// Another process, or another store of this process, has the file open.
    case inUse(path: String)
    /// The file was written by a newer version of this program.
    case newerFormat(found: Int, supported: Int)
    /// The file is an SQLite database, but another program's.
    case notAStore(path: String)
    case corrupt(String)
    /// No room for the commit; nothing was changed, and the store goes on working once there is room.
    case diskFull
    /// The backend failed. Whether a commit took effect is unknown: read before trying again.
    case unavailable(String)
    case closed
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .conflict(.storeAt(let expected), let actual):
            "store conflict: expected revision \(expected), but the store is at revision \(actual)"
        case .conflict(let expectation, actual: .zero):
            "store conflict: expected that \(expectation), but it has no entry"
        case .conflict(let expectation, let actual):
            "store conflict: expected that \(expectation), but it was modified at revision \(actual)"
        case .duplicateKey(let key):
            "a commit must name a key once, but '\(key)' is there more than once"
        case .invalidKey(let error):
            error.description
        case .compacted(let oldest):
            "the store's history begins after revision \(oldest); what came before is compacted"
        case .notReached(let revision, let current):
            "the store is at revision \(current) and never reached revision \(revision): was it restored from a copy?"
        case .inUse(let path):
            "the store '\(path)' is in use by another manager"
        case .newerFormat(let found, let supported):
            "the store has format \(found), but this version supports formats up to \(supported) only"
        case .notAStore(let path):
            "'\(path)' is a database of another program"
        case .corrupt(let detail):
            "the store is corrupt: \(detail)"
        case .diskFull:
            "the store's disk is full"
        case .unavailable(let detail):
            "the store is unavailable: \(detail)"
        case .closed:
            "the store is closed"
        }
    }
}
