/// A key's value, with the revisions that made it.
package struct StoredEntry: Hashable, Sendable {
    package let key: StoreKey
    package let value: [UInt8]
    /// The commit that created the entry; a delete and a later put make a new entry.
    package let createdAt: Revision
    /// The last commit that put the entry.
    package let modifiedAt: Revision

    package init(key: StoreKey, value: [UInt8], createdAt: Revision, modifiedAt: Revision) {
        self.key = key
        self.value = value
        self.createdAt = createdAt
        self.modifiedAt = modifiedAt
    }
}
