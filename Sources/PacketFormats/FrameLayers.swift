/// The headers of a frame down to its payload, for callers who want to look at all of them at once. A header that is
/// absent, cut off, malformed or in a later fragment is nil, and what it would have headed is the payload.
package struct FrameLayers: WireFormat {
    package var ethernet: EthernetHeader
    package var arp: ARPMessage?
    package var ipv4: IPv4Header?
    package var udp: UDPHeader?
    package var tcp: TCPHeader?
    package var icmp: ICMPv4Header?
    package var vxlan: VXLANHeader?
    /// In the bytes that were parsed, without link-layer padding after an IPv4 packet. Of VXLAN: the inner frame.
    package var payload: Range<Int>

    /// The frame at `offset`. Only its Ethernet header has to be there.
    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> FrameLayers {
        let ethernet = try EthernetHeader.parse(bytes, at: offset)
        var layers = FrameLayers(ethernet: ethernet, payload: ethernet.payloadOffset..<bytes.byteCount)
        switch ethernet.etherType {
        case .arp: layers.arp = try? ARPMessage.parse(bytes, at: ethernet.payloadOffset)
        case .ipv4: layers.parseIPv4(bytes)
        default: break
        }
        return layers
    }

    private mutating func parseIPv4(_ bytes: RawSpan) {
        guard let header = try? IPv4Header.parse(bytes, at: payload.lowerBound) else { return }
        ipv4 = header
        payload = header.payloadRange(in: bytes.byteCount)
        guard header.fragmentOffset == 0 else { return }
        let start = payload.lowerBound
        let end = payload.upperBound
        switch header.protocol {
        case .udp:
            guard let header = try? UDPHeader.parse(bytes, at: start), header.payloadOffset <= end else { return }
            udp = header
            payload = header.payloadOffset..<min(end, header.payloadOffset + header.payloadLength)
            parseVXLAN(bytes)
        case .tcp:
            guard let header = try? TCPHeader.parse(bytes, at: start), header.payloadOffset <= end else { return }
            tcp = header
            payload = header.payloadOffset..<end
        case .icmp:
            guard let header = try? ICMPv4Header.parse(bytes, at: start), header.payloadOffset <= end else { return }
            icmp = header
            payload = header.payloadOffset..<end
        default: break
        }
    }

    private mutating func parseVXLAN(_ bytes: RawSpan) {
        guard udp?.destinationPort == UDPHeader.vxlanPort,
            let header = try? VXLANHeader.parse(bytes, at: payload.lowerBound),
            header.payloadOffset <= payload.upperBound
        else { return }
        vxlan = header
        payload = header.payloadOffset..<payload.upperBound
    }
}
