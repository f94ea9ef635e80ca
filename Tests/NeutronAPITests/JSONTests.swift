import Addresses
import Resources
import SeededRandom
import Testing

@testable import NeutronAPI

@Suite("JSON")
struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    @Test("values of every kind are read")
    func kinds() throws {
        #expect(try parse(" null ") == .null)
        #expect(try parse("[true,false]") == .array([.bool(true), .bool(false)]))
        #expect(try parse("-0") == .integer(0))
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try parse("1.5e2") == .number(150))
        #expect(try parse(#"{"a":{"b":[]},"c":""}"#) == .object(["a": .object(["b": .array([])]), "c": .string("")]))
    }

    @Test("escapes and surrogate pairs are decoded, the last of equal names counts")
    func strings() throws {
        #expect(try parse(#""a\n\t\"\\\/\b\f\r\u00e9\ud83d\ude00é""#) == .string("a\n\t\"\\/\u{8}\u{c}\ré😀é"))
        #expect(try parse(#"{"a":1,"a":2}"#) == .object(["a": .integer(2)]))
    }

    @Test(
        "what RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "nulll", "01", "1.", ".5", "+1", "-", "1e", "1e+", "NaN", "Infinity", "1e999", "[1,]",
            "[,1]",
            "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "\"a", "\"\u{1}\"", "\"\\x\"", "\"\\u12\"",
            "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "'a'", "[1]]", "{} {}", "// x\n1", "\u{feff}1",
        ]
    )
    func refused(text: String) {
        #expect(throws: JSONParser.Failure.self) { try parse(text) }
    }

    @Test("bytes that are no UTF-8 are refused")
    func notUTF8() {
        #expect(throws: JSONParser.Failure.self) { try JSONParser.parse([0x22, 0xff, 0x22]) }
        #expect(throws: JSONParser.Failure.self) { try JSONParser.parse([0x22, 0x5c, 0x6e, 0xc0, 0x80, 0x22]) }
    }

    @Test("nesting has a limit, so no input exhausts the stack")
    func depth() throws {
        let limit = JSONParser.maximumDepth
        _ = try parse(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
        #expect(throws: JSONParser.Failure.self) { try parse(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONParser.Failure.self) { try parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test("what is written reads back the same, for 2000 random values")
    func roundTrip() throws {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            let value = JSONValue.random(depth: 4, using: &generator)
            #expect(try parse(JSONWriter.text(value)) == value)
        }
    }

    @Test("identifiers, addresses, MACs and times are written as their own text")
    func leaves() throws {
        var generator = SplitMix64(seed: 11)
        for _ in 0..<500 {
            let id = NetworkID(randomBits: UInt128.random(in: .min ... .max, using: &generator))
            let v4 = IPAddress.v4(IPv4Address(UInt32.random(in: .min ... .max, using: &generator)))
            let v6 = IPAddress.v6(IPv6Address(UInt128.random(in: .min ... .max, using: &generator)))
            let mac = MACAddress(UInt64.random(in: .min ... .max, using: &generator))
            var writer = JSONWriter()
            writer.value(.list([.identifier(id), .address(v4), .address(v6), .mac(mac)]))
            #expect(
                String(decoding: writer.bytes, as: UTF8.self)
                    == "[\"\(id)\",\"\(v4)\",\"\(v6)\",\"\(mac)\"]"
            )
        }
    }

    @Test("times are ISO 8601 in UTC, and read back")
    func times() {
        #expect(Timestamp(seconds: 0).iso8601 == "1970-01-01T00:00:00Z")
        #expect(Timestamp(seconds: 951_782_400).iso8601 == "2000-02-29T00:00:00Z")
        #expect(Timestamp(seconds: 1_795_212_180).iso8601 == "2026-11-20T22:03:00Z")
        #expect(Timestamp(seconds: -1).iso8601 == "1969-12-31T23:59:59Z")
        for seconds in stride(from: Int64(-4_000_000_000), to: 8_000_000_000, by: 9_999_991) {
            #expect(Timestamp(iso8601: Timestamp(seconds: seconds).iso8601)?.seconds == seconds)
        }
        #expect(Timestamp(iso8601: "2026-13-01T00:00:00") == nil)
        #expect(Timestamp(iso8601: "yesterday") == nil)
    }
}

extension JSONValue {
    static func random(depth: Int, using generator: inout some RandomNumberGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(.random(in: .min ... .max, using: &generator))
        case 3: return .number(Double.random(in: -1e9...1e9, using: &generator) + 0.5)
        case 4, 5:
            let scalars = (0..<Int.random(in: 0..<12, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &generator))
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            return .string(text)
        case 6:
            return .array(
                (0..<Int.random(in: 0..<4, using: &generator)).map { _ in .random(depth: depth - 1, using: &generator) }
            )
        default:
            var members: [String: JSONValue] = [:]
            for index in 0..<Int.random(in: 0..<4, using: &generator) {
                members["k\(index)"] = .random(depth: depth - 1, using: &generator)
            }
            return .object(members)
        }
    }
}
