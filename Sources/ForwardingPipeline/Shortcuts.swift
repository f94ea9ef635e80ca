import CForwardingPipeline

/// What a packet's walk is an answer to: a router on a bridge, in one state of the tables.
struct Flow {
    let bridge: UInt32
    let mac: MAC
    /// 0: the answer is not kept.
    let generation: UInt64
}

extension Flow {
    /// Keeps what the first router said, unless it sends on to another one.
    @inline(__always)
    func keep(_ buffer: UnsafeMutablePointer<socket_buffer>, _ next: UnsafePointer<destination>) {
        let kind = UInt32(next.pointee.kind)
        guard generation != 0, kind == DESTINATION_PORT.rawValue || kind == DESTINATION_TUNNEL.rawValue else { return }
        let frame = Packet(buffer)
        guard frame.has(Ethernet.size + IPv4.size) else { return }
        let address = IPv4(frame).destination
        guard let answer = flow_answer_for(bridge, mac.bits, address) else { return }
        keep_flow_answer(answer, generation, bridge, mac.bits, next, address)
    }
}

/// Sends a packet on as the walk over `fdb`, `routes` and `neighbours` would, when that has been walked for its destination
/// and the tables have not changed since. Nil: walk.
@inline(__always)
func shortcut(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, bridge: UInt32, _ target: MAC
) -> Int32? {
    let generation = settled_generation()
    guard generation != 0 else { return nil }
    let headers = packet_segment_size(buffer) == 0 ? IPv4.size : IPv4.size + 20
    let frame = Packet(buffer)
    guard frame.has(Ethernet.size + IPv4.size), frame.load(Ethernet.type, as: UInt16.self) == Ethernet.ipv4,
        headers == IPv4.size || frame.has(Ethernet.size + IPv4.size + 20)
    else { return nil }
    let ip = IPv4(frame)
    let address = ip.destination
    guard let answer = flow_answer_for(bridge, target.bits, address), answer.pointee.generation == generation,
        answer.pointee.address == address, answer.pointee.bridge == bridge, answer.pointee.mac == target.bits,
        ip.mayBeRouted(frameLength: packet_length(buffer)), ip.timeToLive > 1,
        ip.largestPacket(segmentSize: packet_segment_size(buffer)) <= UInt32(answer.pointee.adjacency.mtu)
    else { return nil }
    let adjacency = adjacency_in(answer)
    ip.decrementTimeToLive()
    frame.store(MAC(bits: target_of(adjacency)), Ethernet.destination)
    frame.store(MAC(bits: source_of(adjacency)), Ethernet.source)
    return leave(buffer, origin, destination_of(adjacency), turned: false)
}
