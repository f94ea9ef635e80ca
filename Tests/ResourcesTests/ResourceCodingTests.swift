import Foundation
import Resources
import ResourcesSupport
import Testing

@Suite struct ResourceCodingTests {
    @Test("resources and changes survive JSON, and keys their paths")
    func roundTrip() throws {
        var edits = RandomEdits(seed: 5)
        var kinds: Set<Substring> = []
        for _ in 0..<2000 {
            guard let transaction = edits.next() else { continue }
            let landed = edits.commit(transaction)
            #expect(landed)
            kinds.formUnion(transaction.changes.compactMap { $0.key.path.split(separator: "/").first })
            let json = try JSONEncoder().encode(transaction.changes)
            #expect(try JSONDecoder().decode([ResourceChange].self, from: json) == transaction.changes)
        }
        #expect(kinds.count == 20, "\(kinds)")
        for resource in edits.inventory.resources { #expect(ResourceKey(path: resource.key.path) == resource.key) }
        for text in ["", "network", "network/1", "nonsense/\(NetworkID(1))", "network/\(NetworkID(1))/"] {
            #expect(ResourceKey(path: text) == nil)
        }
    }

    @Test("a stored resource names its kind")
    func shape() throws {
        var site = Site()
        let network = try site.network()
        let json = String(decoding: try JSONEncoder().encode(Resource.network(network)), as: UTF8.self)
        #expect(json.hasPrefix(#"{"network":{"#))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Resource.self, from: Data(#"{"planet":{}}"#.utf8))
        }
    }
}
