/// A condition on the store, checked in the same transaction as the changes it guards.
package enum Expectation: Hashable, Sendable {
    /// The key has no entry. Putting a claim with this expectation makes it unique: of two commits one wins.
    case absent(StoreKey)
    /// The key has an entry.
    case present(StoreKey)
    /// The entry's last modification is exactly this revision; `.zero` means that the key has no entry.
    case unchanged(StoreKey, since: Revision)
    /// Nothing at all was committed after this revision.
    case storeAt(Revision)
}

extension Expectation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .absent(let key): "'\(key)' is absent"
        case .present(let key): "'\(key)' is present"
        case .unchanged(let key, let revision): "'\(key)' is unchanged since revision \(revision)"
        case .storeAt(let revision): "the store is at revision \(revision)"
        }
    }
}

extension Expectation {
    /// The conflict, or `nil` when the expectation holds.
    /// - Parameter modified: a key's modification revision, `.zero` when it has no entry.
    func conflict<Failure: Error>(
        at current: Revision,
        modified: (StoreKey) throws(Failure) -> Revision
    ) throws(Failure) -> StoreError? {
        let holds: Bool
        let actual: Revision
        switch self {
        case .absent(let key):
            actual = try modified(key)
            holds = actual == .zero
        case .present(let key):
            actual = try modified(key)
            holds = actual != .zero
        case .unchanged(let key, let revision):
            actual = try modified(key)
            holds = actual == revision
        case .storeAt(let revision):
            actual = current
            holds = actual == revision
        }
        return holds ? nil : .conflict(self, actual: actual)
    }
}
