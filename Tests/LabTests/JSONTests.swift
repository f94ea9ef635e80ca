import Testing

@testable import Lab

@Suite("The demo's JSON")
struct JSONTests {
    @Test("what is written keeps its order and can be read")
    func roundTrip() throws {
        let value: JSON = ["b": 1, "a": ["x", true, .null, ["k": "quote \" and\nline"]]]
        #expect(value.compact == #"{"b": 1, "a": ["x", true, null, {"k": "quote \" and\nline"}]}"#)
        let read = try JSON(parsing: Array(value.compact.utf8))
        #expect(read["b"] == 1 && read["a"] == value["a"])
    }

    @Test("an empty body is null") func empty() throws { #expect(try JSON(parsing: []) == .null) }
}
