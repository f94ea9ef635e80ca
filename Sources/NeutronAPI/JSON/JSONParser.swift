/// A strict JSON parser over bytes: RFC 8259 and nothing more (no NaN, no comments, no trailing commas).
///
/// Linear in the input; nesting is limited, so no input can exhaust the stack.
package struct JSONParser: ~Copyable {
    package enum Failure: Error, Hashable, Sendable {
        case unexpectedEnd
        case unexpectedByte(at: Int)
        case invalidString(at: Int)
        case invalidNumber(at: Int)
        case tooDeep(at: Int)
    }

    package static let maximumDepth = 64

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The one value that the bytes hold, blanks around it aside.
    package static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        guard parser.position == bytes.count else { throw .unexpectedByte(at: parser.position) }
        return value
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return
            }
        }
    }

    private func peek() throws(Failure) -> UInt8 {
        guard position < bytes.count else { throw .unexpectedEnd }
        return bytes[position]
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth < Self.maximumDepth else { throw .tooDeep(at: position) }
        skipBlanks()
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw .unexpectedByte(at: position)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[offset] else { throw .unexpectedByte(at: position) }
            position += 1
        }
        return value
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONValue {
        var members: [String: JSONValue] = [:]
        position += 1
        skipBlanks()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipBlanks()
            guard try peek() == UInt8(ascii: "\"") else { throw .unexpectedByte(at: position) }
            let name = try string()
            skipBlanks()
            guard try peek() == UInt8(ascii: ":") else { throw .unexpectedByte(at: position) }
            position += 1
            members[name] = try value(depth: depth + 1)
            guard try another(before: UInt8(ascii: "}")) else { return .object(members) }
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> JSONValue {
        var elements: [JSONValue] = []
        position += 1
        skipBlanks()
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            guard try another(before: UInt8(ascii: "]")) else { return .array(elements) }
        }
    }

    /// Reads the comma before another element, or the end.
    private mutating func another(before end: UInt8) throws(Failure) -> Bool {
        skipBlanks()
        let byte = try peek()
        guard byte == end || byte == UInt8(ascii: ",") else { throw .unexpectedByte(at: position) }
        position += 1
        return byte != end
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let leading = position
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[leading] != UInt8(ascii: "0") else { throw .invalidNumber(at: start) }
        var isIntegral = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            isIntegral = false
            guard digits() > 0 else { throw .invalidNumber(at: start) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            isIntegral = false
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard digits() > 0 else { throw .invalidNumber(at: start) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isIntegral, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw .invalidNumber(at: start) }
        return .number(number)
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        return position - start
    }

    private mutating func string() throws(Failure) -> String {
        let start = position
        position += 1
        let content = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard let text = String(validating: bytes[content..<position], as: UTF8.self) else {
                    throw .invalidString(at: start)
                }
                position += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(start: start, content: content)
            case 0..<0x20: throw .invalidString(at: position)
            default: position += 1
            }
        }
        throw .unexpectedEnd
    }

    private mutating func escapedString(start: Int, content: Int) throws(Failure) -> String {
        var unescaped = Array(bytes[content..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: unescaped, as: UTF8.self) else { throw .invalidString(at: start) }
                return text
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw .invalidString(at: position - 1)
            default: unescaped.append(byte)
            }
        }
        throw .unexpectedEnd
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(Failure) {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0c)
        case UInt8(ascii: "n"): unescaped.append(0x0a)
        case UInt8(ascii: "r"): unescaped.append(0x0d)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            let at = position
            var scalar = UInt32(try codeUnit())
            if 0xd800..<0xdc00 ~= scalar {
                guard try peek() == UInt8(ascii: "\\") else { throw .invalidString(at: at) }
                position += 1
                guard try peek() == UInt8(ascii: "u") else { throw .invalidString(at: at) }
                position += 1
                let low = UInt32(try codeUnit())
                guard 0xdc00..<0xe000 ~= low else { throw .invalidString(at: at) }
                scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let character = Unicode.Scalar(scalar) else { throw .invalidString(at: at) }
            unescaped.append(contentsOf: UTF8.encode(character).map { Array($0) } ?? [])
        default: throw .invalidString(at: position - 1)
        }
    }

    private mutating func codeUnit() throws(Failure) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            let byte = try peek()
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw .invalidString(at: position)
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
