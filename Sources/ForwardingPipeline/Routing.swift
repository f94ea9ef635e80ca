import CForwardingPipeline

/// One distributed router's work on a packet: find the route and the neighbour, rewrite, and say where it goes next.
///
/// - Returns: the next destination; `here` again when the packet was turned around (an echo reply, an ICMP error) and
///   must be routed afresh; nil when it was dropped and counted.
@inline(__always)
func route(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, at here: UnsafePointer<destination>,
    turned: inout Bool
) -> UnsafePointer<destination>? {
    // Of a super-packet the TCP header too: it tells how long its segments will be.
    let headers = packet_segment_size(buffer) == 0 ? IPv4.size : IPv4.size + 20
    guard
        let frame = packet(buffer, reaching: Ethernet.size + headers)
            ?? packet(buffer, reaching: Ethernet.size + IPv4.size),
        frame.load(Ethernet.type, as: UInt16.self) == Ethernet.ipv4
    else { return lost(origin, turned, DROP_NOT_ROUTABLE) }
    let ip = IPv4(frame)
    guard ip.mayBeRouted(frameLength: packet_length(buffer)) else { return lost(origin, turned, DROP_MALFORMED_IP) }

    var key = route_key(
        prefix_length: UInt32(ROUTE_PREFIX) + 128, router: here.pointee.device, address: mapped(ip.destination))
    guard let entry = find_route(&key) else {
        return turnAround(buffer, origin, here, .networkUnreachable, DROP_NO_ROUTE, 0, &turned)
    }
    if entry.pointee.kind == ROUTE_BLACKHOLE.rawValue { return lost(origin, turned, DROP_BLACKHOLE_ROUTE) }
    if entry.pointee.kind == ROUTE_LOCAL.rawValue {
        guard !turned else { return nil }
        switch answerAsRouter(buffer) {
        case .answered:
            origin.count { $0.answered &+= 1 }
            turned = true
            return here
        case .portUnreachable:
            return turnAround(buffer, origin, here, .portUnreachable, DROP_ROUTER_ADDRESS, 0, &turned)
        case .ignored:
            return lost(origin, turned, DROP_ROUTER_ADDRESS)
        }
    }
    if ip.timeToLive <= 1 && !turned {
        return turnAround(buffer, origin, here, .timeExceeded, DROP_TTL_EXCEEDED, 0, &turned)
    }
    var next = neighbour_key(device: entry.pointee.port, reserved: 0, address: key.address)
    if entry.pointee.kind == ROUTE_VIA.rawValue { next.address = entry.pointee.next_hop }
    guard let adjacency = find_neighbour(&next) else {
        return turnAround(buffer, origin, here, .hostUnreachable, DROP_NO_NEIGHBOUR, 0, &turned)
    }
    if !turned {
        let mtu = UInt32(adjacency.pointee.mtu)
        if ip.largestPacket(segmentSize: packet_segment_size(buffer)) > mtu {
            return turnAround(buffer, origin, here, .fragmentationNeeded, DROP_PACKET_TOO_BIG, mtu, &turned)
        }
        ip.decrementTimeToLive()
    }
    frame.store(MAC(bits: target_of(adjacency)), Ethernet.destination)
    frame.store(MAC(bits: source_of(adjacency)), Ethernet.source)
    return destination_of(adjacency)
}

/// Drops the packet; one that was turned around is counted already.
@inline(__always)
private func lost(_ origin: Origin, _ turned: Bool, _ reason: drop_reason) -> UnsafePointer<destination>? {
    if !turned { _ = origin.drop(reason) }
    return nil
}

/// Drops the packet for `reason` and sends an ICMP error from the router in its place.
@inline(__always)
private func turnAround(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, _ here: UnsafePointer<destination>,
    _ error: ICMPError, _ reason: drop_reason, _ mtu: UInt32, _ turned: inout Bool
) -> UnsafePointer<destination>? {
    guard !turned else { return nil }
    _ = origin.drop(reason)
    guard becomeError(buffer, here.pointee.port, error.rawValue, mtu) == 0 else { return nil }
    origin.count { $0.icmp_errors &+= 1 }
    turned = true
    return here
}

extension IPv4 {
    /// Layer 3 length of the packet, or of the segments a super-packet will be cut into.
    @inline(__always)
    func largestPacket(segmentSize: UInt32) -> UInt32 {
        guard segmentSize != 0 else { return totalLength }
        let transport = Ethernet.size + IPv4.size
        var headers: UInt32 = 8
        if protocolNumber == IPv4.tcp && packet.has(transport + 20) {
            headers = UInt32(packet.load(transport + 12, as: UInt8.self) >> 4) &* 4
        }
        return UInt32(IPv4.size) &+ headers &+ segmentSize
    }
}
