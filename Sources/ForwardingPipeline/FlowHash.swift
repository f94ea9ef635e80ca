import CForwardingPipeline

/// The UDP source port of an outer packet: stable per inner flow, spread over 49152-65535 (RFC 7348 §5, S4-23).
///
/// Our own hash, not the buffer's: it is the same on every host and in every test. All fragments of a packet hash alike,
/// because a fragment's ports are not looked at.
@inline(__always)
func sourcePort(_ frame: Packet) -> UInt16 {
    var mixed: UInt64
    if frame.load(Ethernet.type, as: UInt16.self) == Ethernet.ipv4 && frame.has(Ethernet.size + IPv4.size) {
        let ip = IPv4(frame)
        mixed = UInt64(ip.source) << 32 | UInt64(ip.destination)
        mixed ^= UInt64(ip.protocolNumber) &* 0x9e37_79b9_7f4a_7c15
        if ip.headerLength == IPv4.size && !ip.isFragment && frame.has(Ethernet.size + IPv4.size + 8) {
            let transport = Ethernet.size + IPv4.size
            // Of ICMP the identifier tells flows apart.
            let ports: UInt32 =
                ip.protocolNumber == IPv4.icmp
                ? UInt32(frame.load(transport + 4, as: UInt16.self)) : frame.load(transport, as: UInt32.self)
            mixed = mix(mixed) ^ UInt64(ports)
        }
    } else {
        mixed = frame.load(0, as: UInt64.self)
        mixed = mix(mixed) ^ UInt64(frame.load(8, as: UInt32.self))
    }
    return 0xc000 | UInt16(truncatingIfNeeded: mix(mixed) >> 40) & 0x3fff
}

/// The finalizer of MurmurHash3: each bit of the input moves each bit of the output.
@inline(__always)
private func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed ^= mixed >> 33
    mixed = mixed &* 0xff51_afd7_ed55_8ccd
    mixed ^= mixed >> 33
    mixed = mixed &* 0xc4ce_b9fe_1a85_ec53
    mixed ^= mixed >> 33
    return mixed
}
