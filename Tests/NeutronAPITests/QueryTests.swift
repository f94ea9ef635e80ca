import Testing

@testable import NeutronAPI

@Suite("Queries")
struct QueryTests {
    @Test("form encoding is decoded, and broken escapes are taken as they are")
    func decoding() {
        let query = Query(encoded: "a=1&a=x+y&b=%2Fz%3d&c&=d&e=%zz%4&fixed_ips=ip_address%3D10.0.0.3")
        #expect(query.all("a") == ["1", "x y"])
        #expect(query.last("b") == "/z=")
        #expect(query.last("c") == "")
        #expect(query.last("e") == "%zz%4")
        #expect(query.last("fixed_ips") == "ip_address=10.0.0.3")
    }

    @Test("what is encoded decodes to the same")
    func roundTrip() {
        let query = Query([.init(name: "näme", value: "a b&c=d%+/?#"), .init(name: "x", value: "")])
        #expect(Query(encoded: query.encoded).items == query.items)
    }

    @Test("a page is a window after its marker, or before it in reverse")
    func windows() throws {
        let page = try Page(Query(encoded: "limit=3"))
        #expect(page.window(count: 10, markerAt: nil) == 0..<3)
        #expect(page.window(count: 10, markerAt: 8) == 9..<10)
        #expect(page.window(count: 10, markerAt: 9) == 10..<10)
        let reverse = try Page(Query(encoded: "limit=3&page_reverse=True"))
        #expect(reverse.window(count: 10, markerAt: 5) == 2..<5)
        #expect(reverse.window(count: 10, markerAt: 1) == 0..<1)
        #expect(reverse.window(count: 10, markerAt: nil) == 7..<10)
        #expect(try Page(Query(encoded: "limit=0")).window(count: 10, markerAt: nil) == 0..<10)
        #expect(
            try Page(Query(encoded: "limit=9223372036854775807")).window(count: 10, markerAt: 3) == 4..<10
        )
    }

    @Test("tag filters: all, any, not all, none")
    func tags() {
        func matches(_ query: String, _ tags: [String]) -> Bool { TagFilter(Query(encoded: query)).matches(tags) }
        #expect(matches("tags=a,b", ["a", "b", "c"]))
        #expect(!matches("tags=a,b", ["a"]))
        #expect(matches("tags-any=a,b", ["b"]))
        #expect(!matches("tags-any=a,b", ["c"]))
        #expect(!matches("not-tags=a,b", ["a", "b"]))
        #expect(matches("not-tags=a,b", ["a"]))
        #expect(!matches("not-tags-any=a,b", ["a"]))
        #expect(matches("not-tags-any=a,b", []))
    }
}
