/// A request's query: names with their values, in order, decoded.
struct Query: Sendable {
    let items: [Item]

    struct Item: Hashable, Sendable {
        let name: String
        let value: String
    }

    init(_ items: [Item]) { self.items = items }

    /// `application/x-www-form-urlencoded`: `+` is a blank. Escapes that are none are taken literally, and bytes that
    /// are no UTF-8 become U+FFFD, as WebOb does it.
    init(encoded text: some StringProtocol) {
        items = text.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return Item(name: Self.decode(parts[0]), value: parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
    func last(_ name: String) -> String? { items.last { $0.name == name }?.value }

    func setting(_ name: String, to value: String) -> Query {
        Query(without([name]).items + [Item(name: name, value: value)])
    }
    func without(_ names: Set<String>) -> Query { Query(items.filter { !names.contains($0.name) }) }

    var encoded: String {
        items.map { Self.encode($0.name) + "=" + Self.encode($0.value) }.joined(separator: "&")
    }

    private static func decode(_ text: some Collection<UInt8>) -> String { decode(text, plusIsBlank: true) }

    /// A part of a path: as in a query, but `+` is itself.
    static func decodePath(_ text: some StringProtocol) -> String { decode(text.utf8, plusIsBlank: false) }

    private static func decode(_ text: some Collection<UInt8>, plusIsBlank: Bool) -> String {
        var decoded: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(hexadecimal),
                let low = rest.dropFirst().first.flatMap(hexadecimal)
            {
                decoded.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(plusIsBlank && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
