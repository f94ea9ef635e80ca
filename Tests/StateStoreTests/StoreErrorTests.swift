import StateStore
import Testing

@Suite("Store errors")
struct StoreErrorTests {
    @Test("an error says what was expected and what was there")
    func descriptions() throws {
        let claim = try key("claim/vni/10001")
        let errors: [(StoreError, String)] = [
            (
                .conflict(.absent(claim), actual: Revision(7)),
                "store conflict: expected that 'claim/vni/10001' is absent, but it was modified at revision 7"
            ),
            (
                .conflict(.unchanged(claim, since: Revision(3)), actual: .zero),
                "store conflict: expected that 'claim/vni/10001' is unchanged since revision 3, but it has no entry"
            ),
            (
                .conflict(.storeAt(Revision(3)), actual: Revision(4)),
                "store conflict: expected revision 3, but the store is at revision 4"
            ),
            (.inUse(path: "/var/state.db"), "the store '/var/state.db' is in use by another manager"),
            (
                .newerFormat(found: 3, supported: 1),
                "the store has format 3, but this version supports formats up to 1 only"
            ),
            (
                .compacted(oldest: Revision(40)),
                "the store's history begins after revision 40; what came before is compacted"
            ),
        ]
        for (error, description) in errors { #expect("\(error)" == description) }
    }
}
