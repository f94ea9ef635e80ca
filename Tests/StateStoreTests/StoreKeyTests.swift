import StateStore
import Testing

@Suite("Store keys")
struct StoreKeyTests {
    @Test("components are joined by slashes", arguments: ["a", "network/6f1c", "claim/ip/s-1/fd00::1", "a/b/c/~!"])
    func valid(_ path: String) throws {
        #expect(try StoreKey(path).path == path)
    }

    @Test("what is no key is refused, with the reason")
    func invalid() {
        #expect(throws: StoreKeyError.empty) { try StoreKey("") }
        for path in ["/", "/a", "a/", "a//b"] {
            #expect(throws: StoreKeyError.emptyComponent(path: path)) { try StoreKey(path) }
        }
        for path in ["a b", "a\u{0}", "é", "a/\n", "a\u{7f}"] {
            #expect(throws: StoreKeyError.invalidCharacter(path: path)) { try StoreKey(path) }
        }
        #expect(throws: StoreKeyError.tooLong(bytes: 1025)) { try StoreKey(String(repeating: "a", count: 1025)) }
        #expect(throws: StoreKeyError.emptyComponent(path: "a//b")) { try StoreKey(components: ["a", "", "b"]) }
    }

    @Test("text of any kind becomes a component, and different texts different keys")
    func escaping() throws {
        #expect(try StoreKey(components: ["claim", "name", "my net"]).path == "claim/name/my%20net")
        #expect(try StoreKey(components: ["claim", "cidr", "10.0.0.0/8"]).path == "claim/cidr/10.0.0.0%2F8")
        // The same letter to Swift, composed and decomposed: two keys.
        #expect(try StoreKey(components: ["\u{e9}"]).path == "%C3%A9")
        #expect(try StoreKey(components: ["e\u{301}"]).path == "e%CC%81")
        #expect(try StoreKey(components: ["a%2Fb"]).path == "a%252Fb")
    }

    @Test("keys are ordered by their bytes")
    func order() throws {
        let paths = ["A", "B", "a", "a-b", "a/b", "a0", "b"]
        #expect(try paths.shuffled().map { try StoreKey($0) }.sorted().map(\.path) == paths)
    }
}
