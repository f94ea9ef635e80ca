import Addresses

/// A UDP header (RFC 768): 8 bytes.
package struct UDPHeader: WireFormat {
    package static let headerLength = 8
    /// IANA's port of VXLAN (RFC 7348).
    package static let vxlanPort: UInt16 = 4789
    package static let dhcpServerPort: UInt16 = 67
    package static let dhcpClientPort: UInt16 = 68

    package var sourcePort: UInt16
    package var destinationPort: UInt16
    /// What the length field leaves after the header.
    package var payloadLength: Int
    /// As found; 0 means that the sender made none.
    package var checksum: UInt16
    /// Where the header was found; 0 in one that was made.
    package var offset = 0

    package init(sourcePort: UInt16, destinationPort: UInt16, payloadLength: Int = 0, checksum: UInt16 = 0) {
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.payloadLength = payloadLength
        self.checksum = checksum
    }

    package var payloadOffset: Int { offset + Self.headerLength }
    package var length: Int { Self.headerLength + payloadLength }

    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> UDPHeader {
        try bytes.require(headerLength, at: offset, for: "UDP header")
        let length = Int(try bytes.u16be(offset + 4))
        guard length >= headerLength else { throw .invalid(field: "UDP length", rule: "must be 8 or more") }
        var header = UDPHeader(
            sourcePort: try bytes.u16be(offset),
            destinationPort: try bytes.u16be(offset + 2),
            payloadLength: length - headerLength,
            checksum: try bytes.u16be(offset + 6)
        )
        header.offset = offset
        return header
    }

    /// True also when there is no checksum.
    package func isChecksumValid(in bytes: RawSpan, source: IPv4Address, destination: IPv4Address) -> Bool {
        checksum == 0
            || InternetChecksum.transport(
                bytes, in: offset..<offset + length, source: source, destination: destination, protocol: .udp
            ) == 0
    }

    /// The header with `checksum` as it stands.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(be: sourcePort)
        bytes.append(be: destinationPort)
        bytes.append(be: UInt16(clamping: length))
        bytes.append(be: checksum)
    }

    /// A datagram with length and checksum made right. A sum of zero is sent as 0xffff (RFC 768).
    package static func datagram(
        from source: IPv4Address, port sourcePort: UInt16, to destination: IPv4Address,
        port destinationPort: UInt16, payload: [UInt8]
    ) -> [UInt8] {
        let header = UDPHeader(
            sourcePort: sourcePort, destinationPort: destinationPort, payloadLength: payload.count
        )
        var bytes: [UInt8] = []
        header.append(to: &bytes)
        bytes += payload
        let checksum = InternetChecksum.transport(
            bytes.span.bytes, in: 0..<bytes.count, source: source, destination: destination, protocol: .udp
        )
        bytes.set(be: checksum == 0 ? 0xffff : checksum, at: 6)
        return bytes
    }
}
