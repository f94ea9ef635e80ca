import CForwardingPipeline

/// A packet enters from the underlay. What is not VXLAN to an address of this host goes on to the host's stack.
@c @section("tc") @used
public func from_uplink(_ buffer: UnsafeMutablePointer<socket_buffer>) -> Int32 {
    guard packet_vlan_present(buffer) == 0, let outer = packet(buffer, reaching: VXLAN.inner),
        outer.load(Ethernet.type, as: UInt16.self) == Ethernet.ipv4
    else { return Verdict.pass }
    let ip = IPv4(outer)
    guard ip.protocolNumber == IPv4.udp, ip.versionAndLength == 0x45, !ip.isLaterFragment,
        outer.load(VXLAN.udp + 2, as: UInt16.self) == UInt16(VXLAN_PORT).bigEndianValue
    else { return Verdict.pass }
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
