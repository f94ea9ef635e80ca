import CForwardingPipeline

/// Follows a frame from device to device until it leaves or is dropped: port, tunnel, or router after router.
@inline(__always)
func forward(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, to first: UnsafePointer<destination>, _ flow: Flow
) -> Int32 {
    var destination = first
    // The packet was turned around by a router: an echo reply or an ICMP error. It is answered with no further error,
    // and what becomes of it is not counted: the packet it answers is.
    var turned = false
    var devices: UInt32 = 0
    while devices < UInt32(MAXIMUM_DEVICES) {
        let kind = UInt32(destination.pointee.kind)
        if kind == DESTINATION_PORT.rawValue || kind == DESTINATION_TUNNEL.rawValue {
            return leave(buffer, origin, destination, turned: turned)
        }
        guard kind == DESTINATION_ROUTER.rawValue else {
            return turned ? Verdict.drop : origin.drop(reason: destination.pointee.device)
        }
        guard let next = route(buffer, origin, at: destination, turned: &turned) else { return Verdict.drop }
        if devices == 0 && !turned { flow.keep(buffer, next) }
        destination = next
        devices &+= 1
    }
    return turned ? Verdict.drop : origin.drop(DROP_TOO_MANY_DEVICES)
}

/// The end of a packet's way through this host: a port or a tunnel.
@inline(__always)
func leave(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, _ destination: UnsafePointer<destination>,
    turned: Bool
) -> Int32 {
    if UInt32(destination.pointee.kind) == DESTINATION_PORT.rawValue {
        if !turned { origin.count { $0.delivered &+= 1 } }
        return deliver(buffer, origin, destination)
    }
    let reason = encapsulate(buffer, destination)
    if reason != DROP_UNSPECIFIED { return turned ? Verdict.drop : origin.drop(reason) }
    if !turned { origin.count { $0.tunnelled &+= 1 } }
    return Verdict.redirect
}

/// Hands the frame to a device port of this host.
@inline(__always)
func deliver(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, _ destination: UnsafePointer<destination>
) -> Int32 {
    if destination.pointee.flags & UInt8(DESTINATION_PEER_DEVICE.rawValue) != 0 && isWhatItSays(buffer, origin) {
        return Int32(truncatingIfNeeded: redirect_to_peer(destination.pointee.interface))
    }
    return Int32(truncatingIfNeeded: redirect(destination.pointee.interface))
}

/// Out of a tunnel the kernel takes a frame for IPv4, as its outer packet was, until a device receives it. The short way
/// (redirect_peer) skips that, so another frame goes the long one.
@inline(__always)
private func isWhatItSays(_ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin) -> Bool {
    guard origin.scope != UInt8(SCOPE_LOCAL.rawValue) else { return true }
    let frame = Packet(buffer)
    return frame.has(Ethernet.size) && frame.load(Ethernet.type, as: UInt16.self) == Ethernet.ipv4
}
