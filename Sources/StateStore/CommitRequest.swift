/// A commit as its caller submitted it, and the part of its evaluation that is the same for every backend.
struct CommitRequest: Sendable {
    let changes: [StoreChange]
    let expectations: [Expectation]

    /// Refuses a key that is named twice: the outcome would depend on the backend (etcd refuses it too).
    init(_ changes: [StoreChange], expecting expectations: [Expectation]) throws(StoreError) {
        var keys = Set<StoreKey>(minimumCapacity: changes.count)
        for change in changes {
            guard keys.insert(change.key).inserted else { throw .duplicateKey(change.key) }
        }
        self.changes = changes
        self.expectations = expectations
    }

    enum Evaluation {
        case conflict(StoreError)
        /// Nothing to change.
        case nothing
        /// What to write, at the next revision.
        case commit(CommittedChanges)
    }

    /// Compares the request with the state at revision `current`.
    /// - Parameter modified: a key's modification revision, `.zero` when it has no entry.
    func evaluate<Failure: Error>(
        at current: Revision,
        modified: (StoreKey) throws(Failure) -> Revision
    ) throws(Failure) -> Evaluation {
        for expectation in expectations {
            if let conflict = try expectation.conflict(at: current, modified: modified) {
                return .conflict(conflict)
            }
        }
        var effective: [StoreChange] = []
        for change in changes {
            if case .delete(let key) = change, try modified(key) == .zero { continue }
            effective.append(change)
        }
        return effective.isEmpty ? .nothing : .commit(CommittedChanges(revision: current.next, changes: effective))
    }
}
