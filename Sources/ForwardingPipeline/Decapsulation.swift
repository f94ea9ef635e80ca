import CForwardingPipeline

/// Takes a VXLAN packet for this host out of its tunnel and onto the bridge that its VNI names (S0-07).
///
/// Only a sender that the control plane named for that VNI is heard (DESIGN §6, 7). Reserved bits are ignored (RFC 7348
/// §5), the UDP checksum is not verified (it MAY be), fragments are dropped (RFC 7348 §4.3: they MAY be).
@inline(__always)
func decapsulate(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ uplink: Origin, _ ip: IPv4, _ key: tunnel_source_key,
    _ source: UnsafePointer<tunnel_source>?
) -> Int32 {
    guard !ip.isFragment else { return uplink.drop(DROP_OUTER_FRAGMENT) }
    let outer = ip.packet
    let length = packet_length(buffer)
    let udpLength = UInt32(outer.load(VXLAN.udp + 4, as: UInt16.self).bigEndianValue)
    guard ip.isWellFormed(frameLength: length), ip.checksumIsRight, udpLength &+ 20 == ip.totalLength,
        udpLength >= UInt32(8 + 8 + Ethernet.size)
    else { return uplink.drop(DROP_OUTER_MALFORMED) }
    guard outer.load(VXLAN.header, as: UInt8.self) & VXLAN.validVNI != 0 else { return uplink.drop(DROP_VXLAN_FLAGS) }

    guard let source else { return uplink.drop(unknownTunnel(key)) }
    var origin = uplink
    origin.scope = UInt8(truncatingIfNeeded: source.pointee.scope)
    let number = source.pointee.bridge

    guard let whole = packet(buffer, reaching: VXLAN.inner + Ethernet.size) else {
        return origin.drop(DROP_OUTER_MALFORMED)
    }
    let type: UInt16 = whole.load(VXLAN.inner + Ethernet.type)
    // RFC 7348 §6.1: a tagged inner frame SHOULD be discarded.
    guard type != Ethernet.vlan && type != Ethernet.serviceVLAN else { return origin.drop(DROP_INNER_VLAN_TAGGED) }
    let inner: MAC = whole.load(VXLAN.inner + Ethernet.source)
    guard !inner.isMulticast else { return origin.drop(DROP_MALFORMED_FRAME) }
    guard mergeCongestion(buffer, outer: whole.load(VXLAN.ip + 1), type: type) else {
        return origin.drop(DROP_ECN_CONGESTION)
    }
    let view = Packet(buffer)
    guard view.has(VXLAN.inner + Ethernet.size) else { return origin.drop(DROP_OUTER_MALFORMED) }
    // The Ethernet header that stays is the outer one; the rest goes.
    view.store(view.load(VXLAN.inner, as: UInt64.self), 0)
    view.store(view.load(VXLAN.inner + 8, as: UInt32.self), 8)
    view.store(type, Ethernet.type)
    guard shrink_after_decapsulation(buffer) == 0 else { return origin.drop(DROP_DECAPSULATION_FAILED) }
    return bridge(buffer, origin, number: number)
}

/// Says what was wrong with a tunnel packet that no row of tunnel_sources knows.
@inline(__always)
private func unknownTunnel(_ key: tunnel_source_key) -> drop_reason {
    var endpoint = tunnel_endpoint_key(local: key.local, vni: 0, encapsulation: key.encapsulation)
    guard find_tunnel_endpoint(&endpoint) != nil else { return DROP_UNKNOWN_TUNNEL_IP }
    endpoint.vni = key.vni
    guard key.vni != 0, find_tunnel_endpoint(&endpoint) != nil else { return DROP_UNKNOWN_VNI }
    return DROP_UNKNOWN_TUNNEL_SOURCE
}

/// RFC 6040 §4.2: congestion experienced by the outer packet reaches the inner one, and so does the lesser mark ECT(1).
///
/// - Returns: false when the inner packet can't carry the mark and must be dropped.
@inline(__always)
private func mergeCongestion(
    _ buffer: UnsafeMutablePointer<socket_buffer>, outer: UInt8, type: UInt16
) -> Bool {
    guard outer & 1 == 1, type == Ethernet.ipv4 else { return true }
    guard let whole = packet(buffer, reaching: VXLAN.inner + Ethernet.size + IPv4.size) else { return true }
    let inner = IPv4(whole, at: VXLAN.inner + Ethernet.size)
    let mark = inner.typeOfService & 3
    if outer & 3 == 3 {
        if mark == 0 { return false }
        if mark != 3 { inner.setTypeOfService(inner.typeOfService | 3) }
    } else if mark == 2 {
        inner.setTypeOfService(inner.typeOfService ^ 3)
    }
    return true
}
