import Addresses
import Resources
import Testing

@Suite struct TransactionTests {
    let claims = (1...4).map { Claim.portNumber($0) }

    @Test("what one step takes and another releases cancels out, in either order")
    func cancelling() {
        let take = Transaction(taken: [claims[0], claims[1]])
        let swap = Transaction(taken: [claims[2]], released: [claims[0], claims[3]])
        let both = take.followed(by: swap)
        #expect(both.taken == [claims[1], claims[2]])
        #expect(both.released == [claims[3]])
        let back = both.followed(by: Transaction(taken: [claims[0], claims[3]]))
        #expect(Set(back.taken) == [claims[0], claims[1], claims[2]])
        #expect(back.released.isEmpty)
    }

    @Test("composing ten thousand steps costs no more than their sizes")
    func many() {
        var steps = TransactionSteps()
        for number in 1...10_000 as ClosedRange<UInt32> { steps.append(Transaction(taken: [.portNumber(number)])) }
        #expect(steps.transaction.taken.count == 10_000)
    }
}
