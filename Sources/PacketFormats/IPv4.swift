import Addresses

/// IANA's "protocol numbers", shared by IPv4 and IPv6.
package struct IPProtocol: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let icmp = IPProtocol(rawValue: 1)
    package static let igmp = IPProtocol(rawValue: 2)
    package static let tcp = IPProtocol(rawValue: 6)
    package static let udp = IPProtocol(rawValue: 17)
    package static let gre = IPProtocol(rawValue: 47)
    package static let icmpv6 = IPProtocol(rawValue: 58)
    package static let vrrp = IPProtocol(rawValue: 112)
    package static let sctp = IPProtocol(rawValue: 132)
    /// RFC 3692: for experiments.
    package static let experiment = IPProtocol(rawValue: 253)
}

/// An IPv4 header (RFC 791).
package struct IPv4Header: WireFormat {
    package var source: IPv4Address
    package var destination: IPv4Address
    package var `protocol`: IPProtocol
    package var ttl: UInt8
    /// DSCP in the high six bits, ECN in the low two.
    package var tos: UInt8
    package var identification: UInt16
    package var dontFragment: Bool
    package var moreFragments: Bool
    /// In bytes, a multiple of 8 below 65536.
    package var fragmentOffset: Int
    /// As on the wire: a multiple of 4 bytes, at most 40.
    package var options: [UInt8]
    /// What the total length field leaves after the header. The bytes that are really there may be fewer
    /// (in an ICMP error's quote) or more (Ethernet padding).
    package var payloadLength: Int
    /// Where the header was found; 0 in one that was made.
    package var offset = 0

    package init(
        source: IPv4Address, destination: IPv4Address, protocol: IPProtocol, ttl: UInt8 = 64, tos: UInt8 = 0,
        identification: UInt16 = 0, dontFragment: Bool = false, moreFragments: Bool = false, fragmentOffset: Int = 0,
        options: [UInt8] = [], payloadLength: Int = 0
    ) {
        self.source = source
        self.destination = destination
        self.protocol = `protocol`
        self.ttl = ttl
        self.tos = tos
        self.identification = identification
        self.dontFragment = dontFragment
        self.moreFragments = moreFragments
        self.fragmentOffset = fragmentOffset
        self.options = options
        self.payloadLength = payloadLength
    }

    /// 20 to 60 bytes.
    package var headerLength: Int { 20 + (min(options.count, 40) + 3) / 4 * 4 }
    package var totalLength: Int { headerLength + payloadLength }
    package var payloadOffset: Int { offset + headerLength }
    /// Where the payload lies, when `byteCount` bytes are there: padding is left out.
    package func payloadRange(in byteCount: Int) -> Range<Int> {
        let start = min(payloadOffset, max(byteCount, 0))
        return start..<max(start, min(payloadOffset + payloadLength, byteCount))
    }

    package var isFragment: Bool { moreFragments || fragmentOffset > 0 }
    package var dscp: UInt8 { tos >> 2 }
    package var ecn: UInt8 { tos & 3 }

    /// Checks version and lengths, not the checksum (see `isChecksumValid`) and not that all of the payload is there.
    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> IPv4Header {
        try bytes.require(20, at: offset, for: "IPv4 header")
        let lead = try bytes.u8(offset)
        guard lead >> 4 == 4 else { throw .invalid(field: "IPv4 version", rule: "must be 4") }
        let headerLength = Int(lead & 15) * 4
        guard headerLength >= 20 else { throw .invalid(field: "IPv4 header length", rule: "must be 20 bytes or more") }
        try bytes.require(headerLength, at: offset, for: "IPv4 header with options")
        let totalLength = Int(try bytes.u16be(offset + 2))
        guard totalLength >= headerLength else {
            throw .invalid(field: "IPv4 total length", rule: "must not be less than the header length")
        }
        let fragment = try bytes.u16be(offset + 6)
        var header = IPv4Header(
            source: try bytes.ipv4(offset + 12),
            destination: try bytes.ipv4(offset + 16),
            protocol: IPProtocol(rawValue: try bytes.u8(offset + 9)),
            ttl: try bytes.u8(offset + 8),
            tos: try bytes.u8(offset + 1),
            identification: try bytes.u16be(offset + 4),
            dontFragment: fragment & 0x4000 != 0,
            moreFragments: fragment & 0x2000 != 0,
            fragmentOffset: Int(fragment & 0x1fff) * 8,
            options: try bytes.array(offset + 20, count: headerLength - 20),
            payloadLength: totalLength - headerLength
        )
        header.offset = offset
        return header
    }

    /// Of the header as it stands in the bytes it was parsed from.
    package func isChecksumValid(in bytes: RawSpan) -> Bool {
        InternetChecksum.of(bytes, in: offset..<offset + headerLength) == 0
    }

    /// With the checksum computed. Options are padded to a multiple of 4 bytes (with "end of options") and cut at 40.
    package func append(to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(0x40 | UInt8(headerLength / 4))
        bytes.append(tos)
        bytes.append(be: UInt16(clamping: totalLength))
        bytes.append(be: identification)
        let flags: UInt16 = (dontFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0)
        bytes.append(be: flags | UInt16(truncatingIfNeeded: fragmentOffset / 8) & 0x1fff)
        bytes.append(ttl)
        bytes.append(self.protocol.rawValue)
        bytes.append(be: 0 as UInt16)
        bytes.append(source)
        bytes.append(destination)
        bytes += options.prefix(40)
        while bytes.count < start + headerLength { bytes.append(0) }
        bytes.set(be: InternetChecksum.of(bytes.span.bytes, in: start..<bytes.count), at: start + 10)
    }

    package func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }
}
