import CForwardingPipeline

/// Sends the frame into a tunnel: VXLAN over IPv4, routed by the host's underlay (S0-08, S4-20…S4-27).
///
/// - Returns: why it can't be sent, or `DROP_UNSPECIFIED`.
@inline(__always)
func encapsulate(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ destination: UnsafePointer<destination>
) -> drop_reason {
    guard grow(buffer) else { return DROP_ENCAPSULATION_FAILED }
    var way = underlay_route()
    guard addressOuter(buffer, destination, &way) else { return DROP_NO_UNDERLAY_ROUTE }
    let result =
        way.unresolved != 0 ? redirect_to_next_hop(way.interface, way.next_hop) : redirect(way.interface)
    return result == Int(Verdict.redirect) ? DROP_UNSPECIFIED : DROP_NO_UNDERLAY_ROUTE
}

/// Puts an outer header before the frame; addresses are still missing.
@inline(__always)
func grow(_ buffer: UnsafeMutablePointer<socket_buffer>) -> Bool {
    let length = packet_length(buffer)
    // The flow's addresses and ports, and the class of service, may lie in fragments of the buffer.
    guard
        let frame = packet(buffer, reaching: Ethernet.size + IPv4.size + 8)
            ?? packet(buffer, reaching: Ethernet.size + IPv4.size) ?? packet(buffer, reaching: Ethernet.size),
        length <= 65535 - 36
    else { return false }
    let port = sourcePort(frame)
    let type: UInt16 = frame.load(Ethernet.type)
    var typeOfService: UInt8 = 0
    // ECN and DSCP go out as they came (RFC 6040 normal mode, RFC 2983 uniform).
    if type == Ethernet.ipv4 && frame.has(Ethernet.size + 2) { typeOfService = frame.load(Ethernet.size + 1) }
    let target: MAC = frame.load(Ethernet.destination)
    let source: MAC = frame.load(Ethernet.source)
    if grow_for_encapsulation(buffer) != 0 {
        guard type != Ethernet.ipv4, grow_before_ethernet(buffer) == 0 else { return false }
    }
    let outer = Packet(buffer)
    guard outer.has(VXLAN.inner + Ethernet.size) else { return false }
    outer.store(target, VXLAN.inner)
    outer.store(source, VXLAN.inner + Ethernet.source)
    outer.store(type, VXLAN.inner + Ethernet.type)
    outer.store(Ethernet.ipv4, Ethernet.type)
    outer.store(UInt8(0x45), VXLAN.ip)
    outer.store(typeOfService, VXLAN.ip + 1)
    outer.store(UInt16(truncatingIfNeeded: length &+ 36).bigEndianValue, VXLAN.ip + 2)
    outer.store(UInt16(0), VXLAN.ip + 4)  // never fragmented: the identification may be constant (RFC 6864 §4.1)
    outer.store(IPv4.dontFragment, VXLAN.ip + 6)
    outer.store(UInt16(0x1140), VXLAN.ip + 8)  // time to live 64, UDP
    outer.store(port.bigEndianValue, VXLAN.udp)
    outer.store(UInt16(VXLAN_PORT).bigEndianValue, VXLAN.udp + 2)
    outer.store(UInt16(truncatingIfNeeded: length &+ 16).bigEndianValue, VXLAN.udp + 4)
    outer.store(UInt16(0), VXLAN.udp + 6)  // RFC 7348 §5: SHOULD be zero
    outer.store(UInt32(VXLAN.validVNI), VXLAN.header)
    return true
}

/// Writes the tunnel's addresses and VNI into a grown packet.
///
/// - Parameter way: where it leaves by. The host's routing decides (S1-04), asked every other tick of the clock.
/// - Returns: false when the underlay has no route.
@inline(__always)
func addressOuter(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ destination: UnsafePointer<destination>,
    _ way: inout underlay_route
) -> Bool {
    let outer = Packet(buffer)
    guard outer.has(VXLAN.inner) else { return false }
    let local = destination.pointee.local.rawIPv4
    let remote = destination.pointee.remote.rawIPv4
    outer.store((destination.pointee.vni << 8).bigEndianValue, VXLAN.header + 4)
    outer.store(local, VXLAN.ip + 12)
    outer.store(remote, VXLAN.ip + 16)
    var sum = UInt64(outer.load(VXLAN.ip, as: UInt32.self))
    sum &+= UInt64(outer.load(VXLAN.ip + 4, as: UInt32.self))
    sum &+= UInt64(outer.load(VXLAN.ip + 8, as: UInt16.self))
    sum &+= UInt64(local) &+ UInt64(remote)
    outer.store(Checksum.fold(sum), VXLAN.ip + 10)
    guard find_underlay_route(buffer, local, remote, &way) == 0 else { return false }
    outer.store(MAC(bits: way.target), Ethernet.destination)
    outer.store(MAC(bits: way.source), Ethernet.source)
    return true
}
