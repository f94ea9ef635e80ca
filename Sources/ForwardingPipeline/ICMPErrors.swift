import CForwardingPipeline

/// Type and code of the ICMP errors a router sends (RFC 792, RFC 1812).
enum ICMPError: UInt32 {
    case networkUnreachable = 0x0300
    case hostUnreachable = 0x0301
    case portUnreachable = 0x0303
    case fragmentationNeeded = 0x0304
    case timeExceeded = 0x0b00
}

private enum ICMP {
    /// Outer IPv4 header and ICMP header, put before the packet that the error quotes.
    static let headers = 28
    static let start = Ethernet.size + IPv4.size
    static let quote = Ethernet.size + headers
}

/// Turns the packet into the ICMP error about it, from the router port it came in by, to its source.
///
/// - Parameters:
///   - port: the router port; its address is the error's source (S1-16: it is what traceroute prints).
///   - error: an `ICMPError`.
///   - mtu: of the next hop, for fragmentation needed (RFC 1191); otherwise 0.
/// - Returns: 0; or -1 when no error may be sent about it (RFC 1122 §3.2.2), the packet being as it was or useless.
@inline(never)
func becomeError(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ port: UInt32, _ error: UInt32, _ mtu: UInt32
) -> Int32 {
    var number = port
    guard let face = find_router_port(&number), face.pointee.address.low != 0 else { return -1 }
    guard let original = packet(buffer, reaching: Ethernet.size + IPv4.size) else { return -1 }
    let ip = IPv4(original)
    let source = ip.source
    guard isUnicastSource(source), ip.destination & 0xff < 224, !ip.isLaterFragment else { return -1 }
    if ip.protocolNumber == IPv4.icmp {
        // Never about an error: only queries are answered. (With options the type lies elsewhere; then none is sent.)
        guard ip.headerLength == IPv4.size, original.has(ICMP.start + 1) else { return -1 }
        let type: UInt8 = original.load(ICMP.start)
        guard type == 8 || type == 0 || type == 13 || type == 15 || type == 17 else { return -1 }
    }
    let length = ip.totalLength
    // As much as is there, in steps whose size the verifier knows; at least the header and 8 bytes (RFC 792), and of
    // TCP its checksum field, which a buffer with an unfinished checksum must keep.
    var quoted: UInt32 = length >= 128 ? 128 : length >= 60 ? 60 : length >= 40 ? 40 : 28
    guard length >= 28 else { return -1 }
    if trim(buffer, UInt32(Ethernet.size) &+ quoted) == 0 {
        guard change_after_ethernet(buffer, Int32(ICMP.headers)) == 0 else { return -1 }
    } else {
        guard reshape(buffer, &quoted) else { return -1 }
    }
    // Of a super-packet the quote lies in fragments of the buffer.
    _ = pull(buffer, UInt32(ICMP.quote) &+ quoted)
    let answer = Packet(buffer)
    guard answer.has(ICMP.quote + 28) else { return -1 }
    let reply = IPv4(answer)
    answer.store(UInt16(0xc045), reply.offset)  // no options, internetwork control (RFC 1812 §4.3.2.5)
    answer.store(UInt16(truncatingIfNeeded: quoted &+ UInt32(ICMP.headers)).bigEndianValue, reply.offset + 2)
    answer.store(UInt32(0), reply.offset + 4)
    answer.store(UInt16(0x0140), reply.offset + 8)  // time to live 64, ICMP
    answer.store(UInt16(0), reply.offset + 10)
    answer.store(face.pointee.address.rawIPv4, reply.offset + 12)
    answer.store(source, reply.offset + 16)
    var sum: UInt64 =
        0xc045 &+ 0x0140 &+ UInt64(UInt16(truncatingIfNeeded: quoted &+ UInt32(ICMP.headers)).bigEndianValue)
    sum &+= UInt64(face.pointee.address.rawIPv4) &+ UInt64(source)
    answer.store(Checksum.fold(sum), reply.offset + 10)
    answer.store(UInt16(truncatingIfNeeded: error).bigEndianValue, ICMP.start)
    answer.store(UInt16(0), ICMP.start + 2)
    answer.store(UInt16(0), ICMP.start + 4)
    answer.store(UInt16(truncatingIfNeeded: mtu).bigEndianValue, ICMP.start + 6)
    var checksum: Int64 = -1
    if quoted == 128 && answer.has(ICMP.quote + 128) {
        checksum = checksum_of(answer.start + ICMP.start, 8 + 128)
    } else if quoted == 60 && answer.has(ICMP.quote + 60) {
        checksum = checksum_of(answer.start + ICMP.start, 8 + 60)
    } else if quoted == 40 && answer.has(ICMP.quote + 40) {
        checksum = checksum_of(answer.start + ICMP.start, 8 + 40)
    } else if quoted == 28 {
        checksum = checksum_of(answer.start + ICMP.start, 8 + 28)
    }
    guard checksum >= 0 else { return -1 }
    answer.store(Checksum.fold(UInt64(bitPattern: checksum)), ICMP.start + 2)
    return 0
}

/// Makes room for an error and its quote in a packet that the kernel won't cut at its end: one that is still marked as
/// encapsulated after our decapsulation (ENOTSUPP). It may be changed behind its Ethernet header, so the quote is set
/// aside, the packet brought to size there, and the quote put back. A super-packet has no one size and gets no error.
@inline(__always)
private func reshape(_ buffer: UnsafeMutablePointer<socket_buffer>, _ quoted: inout UInt32) -> Bool {
    if quoted > 60 { quoted = 60 }
    var kept = kept_bytes()
    let change =
        Int32(ICMP.start + 8 - Ethernet.size) &+ Int32(bitPattern: quoted)
        &- Int32(bitPattern: packet_length(buffer) &- UInt32(Ethernet.size))
    guard packet_segment_size(buffer) == 0, keep_bytes(buffer, UInt32(Ethernet.size), &kept, quoted) == 0,
        change == 0 || change_after_ethernet(buffer, change) == 0
    else { return false }
    return put_back(buffer, UInt32(ICMP.quote), &kept, quoted) == 0
}
