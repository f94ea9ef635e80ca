import CForwardingPipeline

/// Head-end replication (S3-18, S3-24): one copy for each local port, one for each other host of the site.
///
/// The list holds local ports first, then tunnels, so the packet is encapsulated once and only its outer header changes
/// from host to host. What came from a tunnel goes to local ports only (split horizon).
@inline(__always)
func flood(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, bridge: UInt32, count: UInt32
) -> Int32 {
    guard count <= UInt32(MAXIMUM_FLOOD_LIST) else { return origin.drop(DROP_FLOOD_LIST_TOO_LONG) }
    origin.count { $0.flooded &+= 1 }
    set_packet_note(buffer, 0, bridge)
    set_packet_note(buffer, 1, 0)
    set_packet_note(buffer, 2, count)
    set_packet_note(buffer, 3, origin.port)
    set_packet_note(buffer, 4, UInt32(origin.scope))
    return continueFlood(buffer)
}

/// Copies the packet to the next part of the flood list, and goes on with the rest.
///
/// Notes of the packet: bridge, next index, count, origin's port, origin's scope with `encapsulatedNote` beside it.
@c @section("tc") @used
public func flood_copies(_ buffer: UnsafeMutablePointer<socket_buffer>) -> Int32 {
    let bridge = packet_note(buffer, 0)
    let first = packet_note(buffer, 1)
    let count = packet_note(buffer, 2)
    let port = packet_note(buffer, 3)
    let scope = packet_note(buffer, 4)
    var encapsulated = scope & encapsulatedNote != 0
    var step: UInt32 = 0
    while step < UInt32(FLOOD_STEP) {
        var key = flood_key(bridge: bridge, index: first &+ step)
        step &+= 1
        // Every copy is a clone; the original ends here, counted as flooded.
        guard key.index < count, let destination = find_flood_entry(&key) else { return Verdict.drop }
        let kind = UInt32(destination.pointee.kind)
        if kind == DESTINATION_PORT.rawValue {
            if destination.pointee.device != port && !encapsulated {
                _ = clone_to(buffer, destination.pointee.interface)
            }
        } else if kind == DESTINATION_TUNNEL.rawValue {
            guard scope & ~encapsulatedNote == SCOPE_LOCAL.rawValue else { return Verdict.drop }
            if !encapsulated {
                guard grow(buffer) else { return Verdict.drop }
                encapsulated = true
            }
            var way = underlay_route()
            if addressOuter(buffer, destination, &way) && way.unresolved == 0 { _ = clone_to(buffer, way.interface) }
        }
    }
    set_packet_note(buffer, 1, first &+ step)
    if encapsulated { set_packet_note(buffer, 4, scope | encapsulatedNote) }
    return continueFlood(buffer)
}

private let encapsulatedNote: UInt32 = 0x100

@inline(__always)
private func continueFlood(_ buffer: UnsafeMutablePointer<socket_buffer>) -> Int32 {
    #if FORWARDING_PIPELINE_BPF
        continue_with(buffer, CONTINUATION_FLOOD.rawValue)
        return Verdict.drop
    #else
        return flood_copies(buffer)
    #endif
}
