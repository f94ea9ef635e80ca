/// What one request changes, all or nothing (invariant 5).
package struct Transaction: Hashable, Sendable {
    package var changes: [ResourceChange]
    /// Keys that must be free and are taken with it.
    package var taken: [Claim]
    /// Keys that become free with it.
    package var released: [Claim]

    package init(changes: [ResourceChange] = [], taken: [Claim] = [], released: [Claim] = []) {
        self.changes = changes
        self.taken = taken
        self.released = released
    }

    package var isEmpty: Bool { changes.isEmpty && taken.isEmpty && released.isEmpty }

    /// This one and then `next`, as one. `next` was computed with this one applied.
    package func followed(by next: Transaction) -> Transaction {
        var result = self
        result.append(next)
        return result
    }

    package mutating func append(_ next: Transaction) {
        changes += next.changes
        // A claim taken by one step and released by another is nobody's business outside.
        let before = Set(taken)
        let freed = Set(released)
        let nextTaken = Set(next.taken)
        let nextReleased = Set(next.released)
        taken = taken.filter { !nextReleased.contains($0) } + next.taken.filter { !freed.contains($0) }
        released = released.filter { !nextTaken.contains($0) } + next.released.filter { !before.contains($0) }
    }
}
