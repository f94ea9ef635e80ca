import Testing

/// What a packet between two VTEPs must look like (RFC 7348 §5), whoever sent it.
struct TunnelPacket {
    var source: String
    var destination: String
    var vni: Int
    var innerSourceMAC: String
    var innerDestinationMAC: String

    /// Checks what tshark reads.
    func check(_ packet: WirePacket, sourceLocation: SourceLocation = #_sourceLocation) {
        func expect(_ field: String, _ seen: [String], _ wanted: [String]) {
            #expect(seen == wanted, "\(field) of \(packet.fields)", sourceLocation: sourceLocation)
        }
        expect("protocols", [String(packet.outer("frame.protocols").prefix(32))], ["eth:ethertype:ip:udp:vxlan:eth:e"])
        expect("outer source", [packet.outer("ip.src")], [source])
        expect("outer destination", [packet.outer("ip.dst")], [destination])
        expect("VNI", packet["vxlan.vni"], ["\(vni)"])
        // I set, everything reserved zero.
        expect("flags", packet["vxlan.flags"], ["0x0800"])
        expect("reserved bits", packet["vxlan.reserved8"] + packet["vxlan.gbp"], ["0", "0"])
        expect("UDP destination", [packet.outer("udp.dstport")], ["4789"])
        expect("UDP checksum", [packet.outer("udp.checksum")], ["0x0000"])
        expect("outer checksum", [packet.outer("ip.checksum.status")], ["1"])
        expect("DF", [packet.outer("ip.flags.df")], ["1"])
        expect(
            "inner MACs", Array(packet["eth.src"].dropFirst()) + Array(packet["eth.dst"].dropFirst()),
            [innerSourceMAC, innerDestinationMAC])
        let port = packet.number("udp.srcport") ?? 0
        #expect((49152...65535).contains(port), "UDP source port \(port)", sourceLocation: sourceLocation)
        let inner = (packet.innerNumber("ip.len") ?? 0) + 14
        #expect(packet.length == inner + 50, "\(inner) bytes in \(packet.length)", sourceLocation: sourceLocation)
    }
}
