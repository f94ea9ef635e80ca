/// A UUID that knows what it names: a network's can't be passed where a router's is meant.
///
/// Printed and parsed in the 8-4-4-4-12 form, lower case (RFC 9562). Randomness comes from outside: ``init(randomBits:)``.
package struct Identifier<Kind>: Hashable, Comparable, Sendable {
    package var value: UInt128

    package init(_ value: UInt128) { self.value = value }

    /// A version 4 UUID out of 128 random bits.
    package init(randomBits: UInt128) {
        let version: UInt128 = 0xf000 << 64
        let variant: UInt128 = 0xc000_0000_0000_0000
        value = (randomBits & ~version & ~variant) | (0x4000 << 64) | 0x8000_0000_0000_0000
    }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

extension Identifier: LosslessStringConvertible {
    package init?(_ text: some StringProtocol) {
        var value: UInt128 = 0
        var position = 0
        for byte in text.utf8 {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = Self.hexDigit(byte) else { return nil }
                value = value << 4 | UInt128(digit)
            }
            position += 1
        }
        guard position == 36 else { return nil }
        self.init(value)
    }

    package var description: String {
        let digits = String(value, radix: 16)
        let padded = String(repeating: "0", count: 32 - digits.count) + digits
        var text = ""
        for (position, character) in padded.enumerated() {
            if position == 8 || position == 12 || position == 16 || position == 20 { text.append("-") }
            text.append(character)
        }
        return text
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let identifier = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a UUID")
        }
        self = identifier
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
