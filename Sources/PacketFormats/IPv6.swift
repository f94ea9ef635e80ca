import Addresses

/// The fixed IPv6 header (RFC 8200): 40 bytes. Extension headers are left to the payload.
package struct IPv6Header: WireFormat {
    package static let headerLength = 40

    package var source: IPv6Address
    package var destination: IPv6Address
    package var nextHeader: IPProtocol
    package var hopLimit: UInt8
    package var trafficClass: UInt8
    /// 20 bits.
    package var flowLabel: UInt32
    package var payloadLength: UInt16
    /// Where the header was found; 0 in one that was made.
    package var offset = 0

    package init(
        source: IPv6Address, destination: IPv6Address, nextHeader: IPProtocol, hopLimit: UInt8 = 64,
        trafficClass: UInt8 = 0, flowLabel: UInt32 = 0, payloadLength: UInt16 = 0
    ) {
        self.source = source
        self.destination = destination
        self.nextHeader = nextHeader
        self.hopLimit = hopLimit
        self.trafficClass = trafficClass
        self.flowLabel = flowLabel & 0xf_ffff
        self.payloadLength = payloadLength
    }

    package var payloadOffset: Int { offset + Self.headerLength }

    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> IPv6Header {
        try bytes.require(headerLength, at: offset, for: "IPv6 header")
        let lead = try bytes.u32be(offset)
        guard lead >> 28 == 6 else { throw .invalid(field: "IPv6 version", rule: "must be 6") }
        var header = IPv6Header(
            source: try bytes.ipv6(offset + 8),
            destination: try bytes.ipv6(offset + 24),
            nextHeader: IPProtocol(rawValue: try bytes.u8(offset + 6)),
            hopLimit: try bytes.u8(offset + 7),
            trafficClass: UInt8(truncatingIfNeeded: lead >> 20),
            flowLabel: lead & 0xf_ffff,
            payloadLength: try bytes.u16be(offset + 4)
        )
        header.offset = offset
        return header
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(be: 6 << 28 | UInt32(trafficClass) << 20 | flowLabel & 0xf_ffff)
        bytes.append(be: payloadLength)
        bytes.append(nextHeader.rawValue)
        bytes.append(hopLimit)
        bytes.append(source)
        bytes.append(destination)
    }
}
