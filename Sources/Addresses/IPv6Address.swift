/// An IPv6 address as a number in host order.
package struct IPv6Address: StringCoded {
    /// Host byte order: ::1 is 1.
    package var value: UInt128

    package static let unspecified = IPv6Address(0)
    package static let loopback = IPv6Address(1)

    package init(_ value: UInt128) {
        self.value = value
    }

    /// The text forms of RFC 4291 section 2.2: eight groups, `::` once for one or more zero groups, and an IPv4 address
    /// in place of the last two groups. No zone.
    package init?(_ text: some StringProtocol) {
        self.init(utf8: Array(text.utf8)[...])
    }

    init?(utf8 text: ArraySlice<UInt8>) {
        guard text.count <= 45 else { return nil }
        let colon = UInt8(ascii: ":")
        // Where `::` stands, if anywhere; a second one makes an empty group and is refused below.
        let gap = text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
        guard let gap else {
            guard let groups = Self.groups(text, mayEndInIPv4: true), groups.count == 8 else { return nil }
            self.init(Self.join(groups))
            return
        }
        let before = text[..<gap]
        let after = text[(gap + 2)...]
        guard let head = before.isEmpty ? [] : Self.groups(before, mayEndInIPv4: false),
            let tail = after.isEmpty ? [] : Self.groups(after, mayEndInIPv4: true),
            head.count + tail.count <= 7
        else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 - head.count - tail.count)
        self.init(Self.join(head + zeros + tail))
    }

    /// The colon-separated groups of one side of `::`; nil if any is malformed.
    private static func groups(_ text: ArraySlice<UInt8>, mayEndInIPv4: Bool) -> [UInt16]? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndInIPv4, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let v4 = IPv4Address(utf8: part) else { return nil }
                groups.append(UInt16(v4.value >> 16))
                groups.append(UInt16(v4.value & 0xffff))
            } else {
                guard let group = StrictNumber.hexadecimal(part, maximumDigits: 4) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func join(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups shortened to `::`,
    /// and dotted quad for IPv4-mapped addresses (section 5).
    package var description: String {
        if value >> 32 == 0xffff {
            return "::ffff:\(IPv4Address(UInt32(truncatingIfNeeded: value)))"
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> (112 - 16 * UInt128($0))) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8 && groups[end] == 0 { end += 1 }
            if end - start >= 2 && end - start > longest.count { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.isEmpty { return text(0..<8) }
        return text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<8)
    }

    /// In network order.
    package var octets: InlineArray<16, UInt8> {
        InlineArray { UInt8(truncatingIfNeeded: value >> (120 - 8 * UInt128($0))) }
    }

    package var isUnspecified: Bool { value == 0 }
    package var isLoopback: Bool { value == 1 }
    /// ff00::/8.
    package var isMulticast: Bool { value >> 120 == 0xff }
    /// IPv6 has no broadcast; here so that both families answer the same questions.
    package var isBroadcast: Bool { false }
    /// fe80::/10.
    package var isLinkLocal: Bool { value >> 118 == 0x3fa }

    /// The address `distance` further on; nil beyond either end of the address space.
    package func advanced(by distance: Int) -> IPv6Address? {
        let magnitude = UInt128(distance.magnitude)
        let (moved, overflow) =
            distance < 0 ? value.subtractingReportingOverflow(magnitude) : value.addingReportingOverflow(magnitude)
        return overflow ? nil : IPv6Address(moved)
    }

    package static func < (left: IPv6Address, right: IPv6Address) -> Bool { left.value < right.value }
}
