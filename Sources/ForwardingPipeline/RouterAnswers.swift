import CForwardingPipeline

/// What a router does with a packet for one of its own addresses.
enum RouterAnswer {
    case answered
    case portUnreachable
    case ignored
}

/// ICMP (RFC 792): offsets from the start of a frame whose IPv4 header has no options.
private enum Echo {
    static let type = Ethernet.size + IPv4.size
    static let checksum = type + 2
    static let request: UInt8 = 8
    static let reply: UInt8 = 0
}

/// Answers echo requests (S2-13); the rest is refused or ignored. The answer is made in place.
///
/// A later fragment of an echo request has no ICMP header, but its answer is the same fragment sent back: only the type
/// in the first one changes, and the checksum with it.
@inline(__always)
func answerAsRouter(_ buffer: UnsafeMutablePointer<socket_buffer>) -> RouterAnswer {
    guard
        let frame = packet(buffer, reaching: Echo.checksum + 2)
            ?? packet(buffer, reaching: Ethernet.size + IPv4.size)
    else { return .ignored }
    let ip = IPv4(frame)
    guard isUnicastSource(ip.source) else { return .ignored }
    guard ip.protocolNumber == IPv4.icmp, ip.headerLength == IPv4.size else {
        return ip.protocolNumber == IPv4.udp ? .portUnreachable : .ignored
    }
    if !ip.isLaterFragment {
        guard ip.packet.has(Echo.checksum + 2), ip.packet.load(Echo.type, as: UInt16.self) == UInt16(Echo.request)
        else {
            return .ignored
        }
        let checksum: UInt16 = ip.packet.load(Echo.checksum)
        ip.packet.store(Echo.reply, Echo.type)
        ip.packet.store(
            Checksum.replacing(checksum, old: UInt16(Echo.request), new: UInt16(Echo.reply)), Echo.checksum)
    }
    let asker = ip.source
    ip.packet.store(ip.destination, ip.offset + 12)
    ip.packet.store(asker, ip.offset + 16)
    ip.setTimeToLive(64)
    return .answered
}
