import Addresses

/// The rules of ICMP errors: which packets get one, and what it quotes.
package enum ICMPv4Error {
    /// RFC 1812 4.3.2.3: the whole error, its IP header included, stays within 576 bytes.
    package static let maximumLength = 576

    /// Whether a router may send an error about the IPv4 packet at `offset` (RFC 1812 4.3.2.7): not about an ICMP error,
    /// a fragment other than the first, a packet to a multicast or broadcast address, or one whose source is not a host.
    package static func isAllowed(about bytes: RawSpan, at offset: Int = 0) -> Bool {
        guard let header = try? IPv4Header.parse(bytes, at: offset) else { return false }
        if header.fragmentOffset > 0 { return false }
        if header.destination.isMulticast || header.destination.isBroadcast { return false }
        // Zero, loopback, multicast and class E (broadcast included).
        let source = header.source
        if source.value >> 24 == 0 || source.isLoopback || source.value >> 28 >= 0xe { return false }
        guard header.protocol == .icmp else { return true }
        guard let icmp = try? ICMPv4Header.parse(bytes, at: header.payloadOffset) else { return false }
        return !icmp.isError
    }

    /// The part of the IPv4 packet at `offset` that an error quotes: as much as fits, at least header and 8 bytes
    /// if they are there. Link-layer padding is left out.
    package static func quote(of bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> [UInt8] {
        let header = try IPv4Header.parse(bytes, at: offset)
        let room = maximumLength - 20 - ICMPv4Header.headerLength
        return bytes.array(in: offset..<offset + min(header.totalLength, room))
    }
}
