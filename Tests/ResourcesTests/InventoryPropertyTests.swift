import Resources
import ResourcesSupport
import Testing

@Suite struct InventoryPropertyTests {
    @Test(
        "random histories: indexes equal those rebuilt, claims equal the store's, and deleting everything leaves nothing",
        arguments: [1, 2, 3, 4] as [UInt64]
    )
    func randomHistories(seed: UInt64) {
        var edits = RandomEdits(seed: seed)
        for step in 0..<1500 {
            guard let transaction = edits.next() else { continue }
            let landed = edits.commit(transaction)
            #expect(landed, "a claim collided at step \(step)")
            if step % 25 == 0 {
                let faults = edits.inventory.invariants()
                #expect(faults.isEmpty, "step \(step): \(faults)")
                #expect(Set(edits.inventory.heldClaims.map(\.path)) == edits.store)
                if !faults.isEmpty { return }
            }
        }
        #expect(edits.accepted > 500)
        while let transaction = edits.nextTeardown() {
            let landed = edits.commit(transaction)
            #expect(landed)
        }
        #expect(edits.inventory.isEmpty)
        #expect(edits.inventory.invariants().isEmpty)
        #expect(edits.store.isEmpty)
        #expect(edits.inventory.heldClaims.isEmpty)
    }

    @Test("a transaction's inverse takes it back", arguments: [11, 12] as [UInt64])
    func inverse(seed: UInt64) {
        var edits = RandomEdits(seed: seed)
        for _ in 0..<400 {
            guard let transaction = edits.next() else { continue }
            var copy = edits.inventory
            let inverse = copy.inverse(of: transaction.changes)
            copy.apply(transaction.changes)
            copy.apply(inverse)
            #expect(Set(copy.resources) == Set(edits.inventory.resources))
            #expect(copy.invariants().isEmpty)
            let landed = edits.commit(transaction)
            #expect(landed)
        }
    }

    @Test("resources loaded in any order give the same inventory")
    func anyOrder() {
        var edits = RandomEdits(seed: 21)
        for _ in 0..<600 {
            guard let transaction = edits.next() else { continue }
            let landed = edits.commit(transaction)
            #expect(landed)
        }
        let shuffled = edits.inventory.resources.shuffled(using: &edits.generator)
        let loaded = Inventory(shuffled)
        #expect(loaded.invariants().isEmpty)
        #expect(Set(loaded.heldClaims) == Set(edits.inventory.heldClaims))
    }
}
