import Addresses

/// A TCP header (RFC 9293).
package struct TCPHeader: WireFormat {
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let fin = Flags(rawValue: 1)
        package static let syn = Flags(rawValue: 2)
        package static let rst = Flags(rawValue: 4)
        package static let psh = Flags(rawValue: 8)
        package static let ack = Flags(rawValue: 16)
        package static let urg = Flags(rawValue: 32)
        package static let ece = Flags(rawValue: 64)
        package static let cwr = Flags(rawValue: 128)
    }

    package var sourcePort: UInt16
    package var destinationPort: UInt16
    package var sequence: UInt32
    package var acknowledgment: UInt32
    package var flags: Flags
    /// As on the wire, unscaled.
    package var window: UInt16
    /// As found.
    package var checksum: UInt16
    package var urgentPointer: UInt16
    /// As on the wire: a multiple of 4 bytes, at most 40.
    package var options: [UInt8]
    /// Where the header was found; 0 in one that was made.
    package var offset = 0

    package init(
        sourcePort: UInt16, destinationPort: UInt16, sequence: UInt32 = 0, acknowledgment: UInt32 = 0,
        flags: Flags, window: UInt16 = 65535, checksum: UInt16 = 0, urgentPointer: UInt16 = 0, options: [UInt8] = []
    ) {
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.sequence = sequence
        self.acknowledgment = acknowledgment
        self.flags = flags
        self.window = window
        self.checksum = checksum
        self.urgentPointer = urgentPointer
        self.options = options
    }

    /// 20 to 60 bytes.
    package var headerLength: Int { 20 + (min(options.count, 40) + 3) / 4 * 4 }
    package var payloadOffset: Int { offset + headerLength }

    /// The "maximum segment size" option (kind 2), which a SYN carries.
    package var maximumSegmentSize: UInt16? {
        var index = 0
        while index < options.count {
            switch options[index] {
            case 0: return nil
            case 1: index += 1
            case 2 where index + 3 < options.count && options[index + 1] == 4:
                return UInt16(options[index + 2]) << 8 | UInt16(options[index + 3])
            default:
                guard index + 1 < options.count, options[index + 1] >= 2 else { return nil }
                index += Int(options[index + 1])
            }
        }
        return nil
    }

    package static func maximumSegmentSizeOption(_ size: UInt16) -> [UInt8] {
        [2, 4, UInt8(size >> 8), UInt8(size & 0xff)]
    }

    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> TCPHeader {
        try bytes.require(20, at: offset, for: "TCP header")
        let headerLength = Int(try bytes.u8(offset + 12) >> 4) * 4
        guard headerLength >= 20 else { throw .invalid(field: "TCP data offset", rule: "must be 20 bytes or more") }
        try bytes.require(headerLength, at: offset, for: "TCP header with options")
        var header = TCPHeader(
            sourcePort: try bytes.u16be(offset),
            destinationPort: try bytes.u16be(offset + 2),
            sequence: try bytes.u32be(offset + 4),
            acknowledgment: try bytes.u32be(offset + 8),
            flags: Flags(rawValue: try bytes.u8(offset + 13)),
            window: try bytes.u16be(offset + 14),
            checksum: try bytes.u16be(offset + 16),
            urgentPointer: try bytes.u16be(offset + 18),
            options: try bytes.array(offset + 20, count: headerLength - 20)
        )
        header.offset = offset
        return header
    }

    /// The header with `checksum` as it stands. Options are padded to a multiple of 4 bytes and cut at 40.
    package func append(to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(be: sourcePort)
        bytes.append(be: destinationPort)
        bytes.append(be: sequence)
        bytes.append(be: acknowledgment)
        bytes.append(UInt8(headerLength / 4) << 4)
        bytes.append(flags.rawValue)
        bytes.append(be: window)
        bytes.append(be: checksum)
        bytes.append(be: urgentPointer)
        bytes += options.prefix(40)
        while bytes.count < start + headerLength { bytes.append(0) }
    }

    /// A segment with its checksum made right.
    package func segment(from source: IPv4Address, to destination: IPv4Address, payload: [UInt8]) -> [UInt8] {
        var header = self
        header.checksum = 0
        var bytes: [UInt8] = []
        header.append(to: &bytes)
        bytes += payload
        let checksum = InternetChecksum.transport(
            bytes.span.bytes, in: 0..<bytes.count, source: source, destination: destination, protocol: .tcp
        )
        bytes.set(be: checksum, at: 16)
        return bytes
    }
}
