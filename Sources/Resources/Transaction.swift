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
        var steps = TransactionSteps()
        steps.append(self)
        steps.append(next)
        return steps.transaction
    }

    package mutating func append(_ next: Transaction) { self = followed(by: next) }
}

/// Transactions, each computed with those before it applied, that become one. Costs no more than the steps' sizes, however
/// many there are.
package struct TransactionSteps {
    private enum Use {
        case taken, released
        /// Taken by one step and released by another: nobody's business outside.
        case cancelled
    }

    private var changes: [ResourceChange] = []
    private var uses: [Claim: Use] = [:]
    private var order: [Claim] = []

    package init() {}

    package mutating func append(_ step: Transaction) {
        changes += step.changes
        for claim in step.taken { note(claim, .taken, undoing: .released) }
        for claim in step.released { note(claim, .released, undoing: .taken) }
    }

    private mutating func note(_ claim: Claim, _ use: Use, undoing opposite: Use) {
        guard let earlier = uses.updateValue(use, forKey: claim) else {
            order.append(claim)
            return
        }
        if earlier == opposite { uses[claim] = .cancelled }
    }

    package var transaction: Transaction {
        Transaction(
            changes: changes, taken: order.filter { uses[$0] == .taken },
            released: order.filter { uses[$0] == .released }
        )
    }
}
