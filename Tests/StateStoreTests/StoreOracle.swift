import StateStore

// Testing has an `Expectation` of its own.
import enum StateStore.Expectation

/// What a store must answer, written a second time in the plainest way.
struct StoreOracle {
    private(set) var revision: UInt64 = 0
    private(set) var entries: [StoreKey: StoredEntry] = [:]
    private(set) var history: [CommittedChanges] = []

    mutating func commit(_ changes: [StoreChange], expecting: [Expectation]) -> Result<Revision, StoreError> {
        for expectation in expecting {
            switch expectation {
            case .absent(let key):
                if let entry = entries[key] { return .failure(.conflict(expectation, actual: entry.modifiedAt)) }
            case .present(let key):
                if entries[key] == nil { return .failure(.conflict(expectation, actual: .zero)) }
            case .unchanged(let key, let since):
                let actual = entries[key]?.modifiedAt ?? Revision(0)
                if actual != since { return .failure(.conflict(expectation, actual: actual)) }
            case .storeAt(let at):
                if at.value != revision { return .failure(.conflict(expectation, actual: Revision(revision))) }
            }
        }
        let next = Revision(revision + 1)
        var done: [StoreChange] = []
        for change in changes {
            switch change {
            case .put(let key, let value):
                let created = entries[key]?.createdAt ?? next
                entries[key] = StoredEntry(key: key, value: value, createdAt: created, modifiedAt: next)
                done.append(change)
            case .delete(let key):
                if entries.removeValue(forKey: key) != nil { done.append(change) }
            }
        }
        if !done.isEmpty {
            revision += 1
            history.append(CommittedChanges(revision: next, changes: done))
        }
        return .success(Revision(revision))
    }
}
