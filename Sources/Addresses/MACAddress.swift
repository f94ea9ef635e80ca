/// An Ethernet address.
package struct MACAddress: StringCoded {
    /// The low 48 bits, first octet highest: 02:00:00:00:00:01 is 0x020000000001. The high 16 bits are always zero.
    package let value: UInt64

    package static let zero = MACAddress(0)
    package static let broadcast = MACAddress(0xffff_ffff_ffff)

    /// Keeps the low 48 bits.
    package init(_ value: UInt64) {
        self.value = value & 0xffff_ffff_ffff
    }

    package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8) {
        let high = UInt64(a) << 40 | UInt64(b) << 32 | UInt64(c) << 24
        value = high | UInt64(d) << 16 | UInt64(e) << 8 | UInt64(f)
    }

    package init(octets: InlineArray<6, UInt8>) {
        self.init(octets[0], octets[1], octets[2], octets[3], octets[4], octets[5])
    }

    /// `aa:bb:cc:dd:ee:ff` or `AA-BB-CC-DD-EE-FF`: six groups of exactly two digits, one kind of separator.
    package init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 17 else { return nil }
        let separator = utf8[2]
        guard separator == UInt8(ascii: ":") || separator == UInt8(ascii: "-") else { return nil }
        var value: UInt64 = 0
        for start in stride(from: 0, to: 17, by: 3) {
            if start > 0 && utf8[start - 1] != separator { return nil }
            guard let octet = StrictNumber.hexadecimal(utf8[start..<start + 2], maximumDigits: 2) else { return nil }
            value = value << 8 | UInt64(octet)
        }
        self.value = value
    }

    package var octets: InlineArray<6, UInt8> {
        InlineArray { UInt8(truncatingIfNeeded: value >> (40 - 8 * UInt64($0))) }
    }

    /// Lower case, colons.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 17) { text in
            for index in 0..<6 {
                let octet = Int(truncatingIfNeeded: value >> (40 - 8 * UInt64(index)) & 0xff)
                text[index * 3] = digits[octet >> 4]
                text[index * 3 + 1] = digits[octet & 15]
                if index < 5 { text[index * 3 + 2] = UInt8(ascii: ":") }
            }
            return 17
        }
    }

    /// The I/G bit: a group address, broadcast included.
    package var isMulticast: Bool { value >> 40 & 1 == 1 }
    package var isBroadcast: Bool { self == .broadcast }
    package var isZero: Bool { value == 0 }
    /// Can be the address of one station: neither a group nor zero.
    package var isUnicast: Bool { !isMulticast && !isZero }
    /// The U/L bit.
    package var isLocallyAdministered: Bool { value >> 40 & 2 == 2 }

    package static func < (left: MACAddress, right: MACAddress) -> Bool { left.value < right.value }
}
