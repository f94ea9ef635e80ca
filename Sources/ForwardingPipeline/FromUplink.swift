import CForwardingPipeline

/// A packet enters from the underlay. What is not VXLAN to an address of this host goes on to the host's stack.
@c @section("tc") @used
public func from_uplink(_ buffer: UnsafeMutablePointer<socket_buffer>) -> Int32 {
    guard packet_vlan_present(buffer) == 0, let outer = packet(buffer, reaching: VXLAN.inner),
        outer.load(Ethernet.type, as: UInt16.self) == Ethernet.ipv4
    else { return Verdict.pass }
    let ip = IPv4(outer)
    guard ip.protocolNumber == IPv4.udp, !ip.isLaterFragment else { return Verdict.pass }
    guard ip.versionAndLength == 0x45 else { return refuseOptions(buffer, ip) }
    guard outer.load(VXLAN.udp + 2, as: UInt16.self) == UInt16(VXLAN_PORT).bigEndianValue else { return Verdict.pass }
    var key = tunnel_source_key(
        local: mapped(ip.destination), remote: mapped(ip.source),
        vni: outer.load(VXLAN.header + 4, as: UInt32.self).bigEndianValue >> 8,
        encapsulation: ENCAPSULATION_VXLAN.rawValue)
    let source = find_tunnel_source(&key)
    // Tunnels end at addresses of this host, so most packets need not ask.
    if source == nil && find_host_address(&key.local) == nil { return Verdict.pass }

    let origin = Origin(port: UPLINK_PORT | packet_interface(buffer), scope: SCOPE_SITE)
    origin.received(bytes: packet_length(buffer))
    return decapsulate(buffer, origin, ip, key, source)
}

/// No VTEP sends options; the host's stack would take such a packet for its own VXLAN device.
@inline(__always)
func refuseOptions(_ buffer: UnsafeMutablePointer<socket_buffer>, _ ip: IPv4) -> Int32 {
    var local = mapped(ip.destination)
    guard ip.versionAndLength >> 4 == 4,
        isForTunnelPort(buffer, UInt32(truncatingIfNeeded: ip.headerLength)) != 0, find_host_address(&local) != nil
    else { return Verdict.pass }
    let origin = Origin(port: UPLINK_PORT | packet_interface(buffer), scope: SCOPE_SITE)
    origin.received(bytes: packet_length(buffer))
    return origin.drop(DROP_OUTER_MALFORMED)
}

/// Whether UDP behind an IPv4 header with options is for VXLAN's port: not 0 for yes.
@inline(never)
func isForTunnelPort(_ buffer: UnsafeMutablePointer<socket_buffer>, _ headerLength: UInt32) -> Int32 {
    var ports = kept_bytes()
    guard headerLength > UInt32(IPv4.size), keep_bytes(buffer, UInt32(Ethernet.size) &+ headerLength, &ports, 4) == 0
    else {
        return 0
    }
    return ports.bytes.2 == UInt8(VXLAN_PORT >> 8) && ports.bytes.3 == UInt8(VXLAN_PORT & 0xff) ? 1 : 0
}
