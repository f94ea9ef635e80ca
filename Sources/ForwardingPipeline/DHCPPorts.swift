import CForwardingPipeline

/// Which side of DHCPv4 (RFC 2131 §4.1) an IPv4 packet is of.
enum DHCPDirection: UInt32 {
    case none
    case request
    case reply
}

@inline(__always)
func dhcpPorts(_ buffer: UnsafeMutablePointer<socket_buffer>, _ ip: IPv4) -> DHCPDirection {
    guard ip.protocolNumber == IPv4.udp, ip.headerLength == IPv4.size, !ip.isLaterFragment else { return .none }
    let transport = Ethernet.size + IPv4.size
    // Also when the ports lie in a fragment of the buffer: nobody hides a DHCP server there.
    guard let packet = packet(buffer, reaching: transport + 4) else { return .none }
    let ports: UInt32 = packet.load(transport)
    if ports == 0x4300_4400 { return .request }  // 68 -> 67
    if ports == 0x4400_4300 { return .reply }  // 67 -> 68
    return .none
}
