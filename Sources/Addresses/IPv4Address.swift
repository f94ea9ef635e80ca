/// An IPv4 address as a number in host order, so that ranges and masks are plain arithmetic.
package struct IPv4Address: StringCoded {
    /// Host byte order: 10.0.0.1 is 0x0a000001.
    package var value: UInt32

    package static let unspecified = IPv4Address(0)
    package static let loopback = IPv4Address(0x7f00_0001)
    package static let broadcast = IPv4Address(.max)

    package init(_ value: UInt32) {
        self.value = value
    }

    package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        value = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Dotted quad, exactly four decimal parts without leading zeros.
    package init?(_ text: some StringProtocol) {
        self.init(utf8: Array(text.utf8)[...])
    }

    init?(utf8 text: ArraySlice<UInt8>) {
        guard text.count <= 15 else { return nil }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        value = 0
        for part in parts {
            guard let octet = StrictNumber.decimal(part, maximum: 255) else { return nil }
            value = value << 8 | UInt32(octet)
        }
    }

    /// The netmask of a prefix length; nil outside 0...32.
    package init?(netmaskLength length: Int) {
        guard (0...32).contains(length) else { return nil }
        self.init(length == 0 ? 0 : UInt32.max << UInt32(32 - length))
    }

    package var description: String {
        "\(value >> 24).\(value >> 16 & 0xff).\(value >> 8 & 0xff).\(value & 0xff)"
    }

    /// In network order.
    package var octets: InlineArray<4, UInt8> {
        [
            UInt8(truncatingIfNeeded: value >> 24), UInt8(truncatingIfNeeded: value >> 16),
            UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value),
        ]
    }

    package var isUnspecified: Bool { value == 0 }
    /// 127.0.0.0/8.
    package var isLoopback: Bool { value >> 24 == 127 }
    /// 224.0.0.0/4.
    package var isMulticast: Bool { value >> 28 == 0xe }
    /// 255.255.255.255 only; a subnet's own broadcast is `IPPrefix.broadcast`.
    package var isBroadcast: Bool { value == .max }
    /// 169.254.0.0/16 (RFC 3927).
    package var isLinkLocal: Bool { value >> 16 == 0xa9fe }

    /// The address `distance` further on; nil beyond either end of the address space.
    package func advanced(by distance: Int) -> IPv4Address? {
        let (sum, overflow) = Int64(value).addingReportingOverflow(Int64(distance))
        guard !overflow, let moved = UInt32(exactly: sum) else { return nil }
        return IPv4Address(moved)
    }

    package static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.value < right.value }
}
