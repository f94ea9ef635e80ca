import Addresses
import Resources

/// Writes JSON straight into bytes. Commas are its business; that names and values alternate is the caller's.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private var lastTime: (timestamp: Timestamp, text: [UInt8])?

    package init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    package mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    package mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    package mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
    }

    package mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    package mutating func name(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A name that was encoded before, with quotes and colon.
    mutating func encodedName(_ name: [UInt8]) {
        separate()
        bytes.append(contentsOf: name)
        needsComma = false
    }

    static func encodeName(_ name: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.name(name)
        return writer.bytes
    }

    package mutating func null() { raw("null") }
    package mutating func bool(_ value: Bool) { value ? raw("true") : raw("false") }

    package mutating func integer(_ value: Int64) {
        separate()
        appendDecimal(value.magnitude, negative: value < 0)
    }

    package mutating func count(_ value: UInt128) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func string(_ text: String) {
        separate()
        quote(text)
    }

    private mutating func raw(_ text: StaticString) {
        separate()
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let value):
            separate()
            bytes.append(contentsOf: value.description.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                self.name(name)
                self.value(member)
            }
            endObject()
        }
    }

    package static func text(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

// The forms that lists are full of, without a String in between.
extension JSONWriter {
    /// A UUID, quoted.
    mutating func identifier(_ value: UInt128) {
        quoted(36) { text in
            var high = UInt64(truncatingIfNeeded: value >> 64)
            var low = UInt64(truncatingIfNeeded: value)
            var position = 35
            for digit in 0..<32 {
                if digit == 12 || digit == 16 || digit == 20 || digit == 24 {
                    text[position] = UInt8(ascii: "-")
                    position -= 1
                }
                text[position] = Self.digit(UInt8(truncatingIfNeeded: digit < 16 ? low : high) & 15)
                if digit < 16 { low >>= 4 } else { high >>= 4 }
                position -= 1
            }
        }
    }

    mutating func address(_ address: IPAddress) {
        guard case .v4(let address) = address else { return string(address.description) }
        separate()
        bytes.append(UInt8(ascii: "\""))
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            appendDecimal(UInt64(address.value >> shift & 0xff), negative: false)
            if shift > 0 { bytes.append(UInt8(ascii: ".")) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func mac(_ address: MACAddress) {
        quoted(17) { text in
            for octet in 0..<6 {
                let value = UInt8(truncatingIfNeeded: address.value >> UInt64(40 - 8 * octet))
                text[octet * 3] = Self.digit(value >> 4)
                text[octet * 3 + 1] = Self.digit(value & 15)
                if octet < 5 { text[octet * 3 + 2] = UInt8(ascii: ":") }
            }
        }
    }

    /// ISO 8601, UTC, whole seconds: `2026-11-20T22:03:00Z`. Most resources of a list share a few times, and a
    /// resource mostly shows one twice, so the last one's text is kept.
    mutating func timestamp(_ timestamp: Timestamp) {
        if lastTime?.timestamp != timestamp {
            lastTime = (timestamp, Array("\"\(timestamp.iso8601)\"".utf8))
        }
        separate()
        bytes.append(contentsOf: lastTime?.text ?? [])
    }

    /// So many bytes of text that needs no escaping, in quotes.
    private mutating func quoted(_ count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { text in
            text.initialize(repeating: 0)
            fill(text)
            bytes.append(contentsOf: text)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private mutating func appendDecimal(_ value: UInt64, negative: Bool) {
        if negative { bytes.append(UInt8(ascii: "-")) }
        if value < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(value)) }
        var rest = value
        let start = bytes.count
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { units in
            var plain = 0
            for (index, byte) in units.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5c {
                bytes.append(contentsOf: units[plain..<index])
                plain = index + 1
                escape(byte)
            }
            bytes.append(contentsOf: units[plain...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0a: bytes.append(UInt8(ascii: "n"))
        case 0x0d: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x22, 0x5c: bytes.append(byte)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(Self.digit(byte >> 4))
            bytes.append(Self.digit(byte & 15))
        }
    }
}
