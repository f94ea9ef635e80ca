import Addresses

/// An ICMP header (RFC 792): 8 bytes, then echo data or the quoted packet.
package struct ICMPv4Header: WireFormat {
    package struct MessageType: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let echoReply = MessageType(rawValue: 0)
        package static let destinationUnreachable = MessageType(rawValue: 3)
        package static let sourceQuench = MessageType(rawValue: 4)
        package static let redirect = MessageType(rawValue: 5)
        package static let echoRequest = MessageType(rawValue: 8)
        package static let timeExceeded = MessageType(rawValue: 11)
        package static let parameterProblem = MessageType(rawValue: 12)
    }

    /// Codes of "destination unreachable".
    package enum Unreachable {
        package static let network: UInt8 = 0
        package static let host: UInt8 = 1
        package static let `protocol`: UInt8 = 2
        package static let port: UInt8 = 3
        package static let fragmentationNeeded: UInt8 = 4
        package static let administrativelyProhibited: UInt8 = 13
    }

    package static let headerLength = 8

    package var type: MessageType
    package var code: UInt8
    /// The second word; what it means depends on the type.
    package var rest: UInt32
    /// Where the header was found; 0 in one that was made.
    package var offset = 0

    package init(type: MessageType, code: UInt8 = 0, rest: UInt32 = 0) {
        self.type = type
        self.code = code
        self.rest = rest
    }

    package static func echoRequest(identifier: UInt16, sequence: UInt16) -> ICMPv4Header {
        ICMPv4Header(type: .echoRequest, rest: UInt32(identifier) << 16 | UInt32(sequence))
    }

    package static func echoReply(identifier: UInt16, sequence: UInt16) -> ICMPv4Header {
        ICMPv4Header(type: .echoReply, rest: UInt32(identifier) << 16 | UInt32(sequence))
    }

    /// TTL reached zero in transit.
    package static let timeExceeded = ICMPv4Header(type: .timeExceeded)

    package static func unreachable(_ code: UInt8) -> ICMPv4Header {
        ICMPv4Header(type: .destinationUnreachable, code: code)
    }

    /// RFC 1191: `nextHopMTU` counts the IP header in.
    package static func fragmentationNeeded(nextHopMTU: UInt16) -> ICMPv4Header {
        ICMPv4Header(
            type: .destinationUnreachable, code: Unreachable.fragmentationNeeded, rest: UInt32(nextHopMTU)
        )
    }

    package var payloadOffset: Int { offset + Self.headerLength }
    package var isEcho: Bool { type == .echoRequest || type == .echoReply }
    /// Quotes a packet, at `payloadOffset`. Such messages are never answered with another (RFC 1122 3.2.2).
    package var isError: Bool {
        [.destinationUnreachable, .sourceQuench, .redirect, .timeExceeded, .parameterProblem].contains(type)
    }
    /// Of an echo.
    package var identifier: UInt16 { UInt16(rest >> 16) }
    /// Of an echo.
    package var sequence: UInt16 { UInt16(rest & 0xffff) }
    /// Of "fragmentation needed", in bytes; 0 from routers older than RFC 1191.
    package var nextHopMTU: UInt16? {
        type == .destinationUnreachable && code == Unreachable.fragmentationNeeded ? UInt16(rest & 0xffff) : nil
    }

    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> ICMPv4Header {
        try bytes.require(headerLength, at: offset, for: "ICMP header")
        var header = ICMPv4Header(
            type: MessageType(rawValue: try bytes.u8(offset)),
            code: try bytes.u8(offset + 1),
            rest: try bytes.u32be(offset + 4)
        )
        header.offset = offset
        return header
    }

    /// The whole message, checksum included.
    package func message(payload: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [type.rawValue, code, 0, 0]
        bytes.append(be: rest)
        bytes += payload
        bytes.set(be: InternetChecksum.of(bytes), at: 2)
        return bytes
    }
}
