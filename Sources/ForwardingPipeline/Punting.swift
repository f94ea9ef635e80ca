import CForwardingPipeline

/// Hands the frame to the agent, within the port's budget: one rogue VM does not starve the others.
@inline(never)
func punt(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ port: UInt32, _ interface: UInt32, _ reason: UInt32
) -> Int32 {
    let origin = Origin(port: port, scope: SCOPE_LOCAL)
    var key = port
    guard let budget = find_punt_budget(&key) else { return origin.drop(DROP_PUNT_RATE_LIMITED) }
    let now = monotonic_nanoseconds()
    let rate: UInt64 = UInt64(PUNTS_PER_SECOND)
    // Thousandths of a punt, earned by the microsecond.
    var tokens = budget.pointee.tokens &+ ((now &- budget.pointee.updated) / 1000) &* rate / 1000
    if tokens > UInt64(PUNT_BURST) &* 1000 { tokens = UInt64(PUNT_BURST) &* 1000 }
    budget.pointee.updated = now
    guard tokens >= 1000 else {
        budget.pointee.tokens = tokens
        return origin.drop(DROP_PUNT_RATE_LIMITED)
    }
    budget.pointee.tokens = tokens &- 1000

    let length = packet_length(buffer)
    guard length > 0 && length <= UInt32(MAXIMUM_PUNT_FRAME) else { return origin.drop(DROP_MALFORMED_FRAME) }
    guard let record = reserve_punt() else { return origin.drop(DROP_PUNT_QUEUE_FULL) }
    record.pointee.header = punt_header(port: port, interface: interface, reason: reason, length: length)
    _ = copy_packet(buffer, frame_of(record), length)
    submit_punt(record)
    origin.count { $0.punted &+= 1 }
    return Verdict.drop
}
