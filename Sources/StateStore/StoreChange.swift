/// One change of a commit. A commit names each key at most once.
package enum StoreChange: Hashable, Sendable {
    /// Creates the entry, or replaces its value.
    case put(StoreKey, [UInt8])
    /// Removes the entry. Of an absent key: no change at all, so watchers don't hear of it.
    case delete(StoreKey)

    package var key: StoreKey {
        switch self {
        case .put(let key, _), .delete(let key): key
        }
    }
}

/// What one commit did, as watchers get it: only changes that had an effect, in the order of the commit.
package struct CommittedChanges: Hashable, Sendable {
    package let revision: Revision
    package let changes: [StoreChange]

    package init(revision: Revision, changes: [StoreChange]) {
        self.revision = revision
        self.changes = changes
    }
}
