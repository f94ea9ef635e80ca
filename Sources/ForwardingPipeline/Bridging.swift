import CForwardingPipeline

/// A frame is on a bridge: follow its destination MAC, or copy it to everyone the bridge reaches.
@inline(__always)
func bridge(_ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, number: UInt32) -> Int32 {
    guard let frame = packet(buffer, reaching: Ethernet.size) else { return origin.drop(DROP_MALFORMED_FRAME) }
    let target: MAC = frame.load(Ethernet.destination)
    if !target.isMulticast {
        if let verdict = shortcut(buffer, origin, bridge: number, target) { return verdict }
        let flow = Flow(bridge: number, mac: target, generation: settled_generation_for_walk())
        if let destination = find_mac(number, target.bits) {
            if destination.pointee.kind == UInt8(DESTINATION_TUNNEL.rawValue) {
                if destination.pointee.scope == origin.scope { return origin.drop(DROP_SPLIT_HORIZON) }
                // Nor does ARP cross a peering, to whomever it is addressed: the control plane knows the peer.
                if destination.pointee.scope == UInt8(SCOPE_PEER.rawValue)
                    && frame.load(Ethernet.type, as: UInt16.self) == Ethernet.arp
                {
                    return origin.drop(DROP_NO_FLOOD)
                }
            }
            if destination.pointee.kind == UInt8(DESTINATION_PORT.rawValue)
                && destination.pointee.device == origin.port
            {
                return origin.drop(DROP_HAIRPIN)
            }
            return forward(buffer, origin, to: destination, flow)
        }
    }
    var bridgeNumber = number
    guard let entry = find_bridge(&bridgeNumber), entry.pointee.flags & BRIDGE_FLOOD.rawValue != 0,
        origin.scope != UInt8(SCOPE_PEER.rawValue)
    else {
        // No broadcast and no unknown unicast crosses a peering, in either direction (DESIGN §6, 8).
        return origin.drop(target.isMulticast ? DROP_NO_FLOOD : DROP_UNKNOWN_MAC)
    }
    return flood(buffer, origin, bridge: number, count: entry.pointee.flood_count)
}
