import Addresses
import PacketFormats
import Testing

@Suite("Frames are, to the byte, what another implementation makes")
struct GoldenFrameTests {
    let ethernet = Packet.ethernet(source: macA, destination: macB)
    let answer = Packet.ethernet(source: macB, destination: macA)

    @Test("RFC 7348: VXLAN around a ping, outer UDP checksum zero")
    func vxlan() {
        let frame = Packet.ethernet(source: underlayMAC1, destination: underlayMAC2)
            .ipv4(source: tunnel1, destination: tunnel2, dontFragment: true)
            .udp(source: 51234, destination: 4789, checksum: false)
            .vxlan(vni: VNI(10001)!)
            .ethernet(source: macA, destination: macB)
            .ipv4(source: vm1, destination: vm2, ttl: 63, dontFragment: true, identification: 0x1234)
            .icmpEchoRequest(identifier: 5, sequence: 1).payload(Array(0..<56))
        #expect(frame == Golden.vxlan)
    }

    @Test("TCP: a SYN with options, a data segment")
    func tcp() {
        let syn = ethernet.ipv4(source: vm1, destination: vm2, identification: 7)
            .tcp(
                source: 40000, destination: 443, flags: .syn, sequence: 0x0102_0304, window: 64240,
                options: TCPHeader.maximumSegmentSizeOption(1410) + hex("0402080a0000000100000000") + hex("01030307")
            )
        #expect(syn.bytes() == Golden.tcpSYN)
        let data = ethernet.ipv4(source: vm1, destination: vm2, tos: 0xba, identification: 8)
            .tcp(
                source: 40000, destination: 443, flags: [.psh, .ack], sequence: 100, acknowledgment: 200, window: 501
            )
        #expect(data.payload(Array("hello".utf8)) == Golden.tcpData)
    }

    @Test("ARP: request and reply")
    func arp() {
        let request = Packet.ethernet(source: macA, destination: .broadcast)
        #expect(request.arpRequest(senderIP: vm1, targetIP: gateway) == Golden.arpRequest)
        #expect(answer.arpReply(senderIP: gateway, targetIP: vm1) == Golden.arpReply)
    }

    @Test("UDP in a VLAN; a fragment with an IP option")
    func variants() {
        let tagged = Packet.ethernet(source: macA, destination: macB, vlan: VLANTag(identifier: 5, priority: 3))
            .ipv4(source: vm1, destination: vm2, ttl: 1, identification: 9)
            .udp(source: 1000, destination: 2000).payload(Array("abc".utf8))
        #expect(tagged == Golden.vlanUDP)
        let fragment = ethernet.ipv4(
            source: vm1, destination: vm2, identification: 10, moreFragments: true, fragmentOffset: 1480,
            options: [0x94, 4, 0, 0], protocol: .udp
        )
        #expect(fragment.payload(zeros(8)) == Golden.fragmentWithOption)
    }

    @Test("RFC 1191 and RFC 792: errors quote the packet they are about")
    func errors() throws {
        let packet = Packet.ipv4(source: vm1, destination: vm2, dontFragment: true, identification: 11)
            .udp(source: 1000, destination: 2000).payload(zeros(1472))
        #expect(packet.count == 1500)
        let quote = try ICMPv4Error.quote(of: packet)
        #expect(quote.count == 548)
        let needed = answer.ipv4(source: gateway, destination: vm1, identification: 12)
            .icmp(.fragmentationNeeded(nextHopMTU: 1450)).payload(quote)
        #expect(needed == Golden.fragmentationNeeded)
        let exceeded = answer.ipv4(source: gateway, destination: vm1, identification: 13)
            .icmp(.timeExceeded).payload(Array(quote.prefix(28)))
        #expect(exceeded == Golden.timeExceeded)
    }

    @Test("Golden frames parse to what they were made of")
    func parsing() throws {
        let outer = try FrameLayers.parse(Golden.vxlan)
        #expect(outer.ethernet.source == underlayMAC1 && outer.ipv4?.source == tunnel1)
        #expect(outer.udp?.sourcePort == 51234 && outer.udp?.checksum == 0)
        #expect(outer.vxlan?.vni == VNI(10001) && outer.payload == 50..<148)
        let inner = try FrameLayers.parse(Golden.vxlan, at: outer.payload.lowerBound)
        #expect(inner.ipv4?.ttl == 63 && inner.ipv4?.dontFragment == true && inner.ipv4?.identification == 0x1234)
        #expect(inner.icmp?.identifier == 5 && inner.icmp?.sequence == 1 && inner.payload == 92..<148)

        let syn = try FrameLayers.parse(Golden.tcpSYN)
        #expect(syn.tcp?.flags == .syn && syn.tcp?.maximumSegmentSize == 1410 && syn.payload.isEmpty)
        let tagged = try FrameLayers.parse(Golden.vlanUDP)
        #expect(tagged.ethernet.vlan?.identifier == 5 && tagged.ethernet.vlan?.priority == 3)
        #expect(tagged.udp?.destinationPort == 2000 && tagged.payload.count == 3)
        let fragment = try FrameLayers.parse(Golden.fragmentWithOption)
        #expect(fragment.ipv4?.fragmentOffset == 1480 && fragment.ipv4?.options == [0x94, 4, 0, 0])
        #expect(fragment.udp == nil && fragment.payload.count == 8)
        let lookalike = ethernet.ipv4(source: vm1, destination: vm2, fragmentOffset: 8, protocol: .udp)
            .payload(UDPHeader.datagram(from: vm1, port: 1, to: vm2, port: 4789, payload: zeros(8)))
        #expect(try FrameLayers.parse(lookalike).udp == nil)

        let bytes = Golden.fragmentationNeeded
        let needed = try FrameLayers.parse(bytes)
        #expect(needed.icmp?.nextHopMTU == 1450)
        let quoted = try IPv4Header.parse(bytes, at: needed.payload.lowerBound)
        #expect(quoted.destination == vm2 && quoted.totalLength == 1500)
        #expect(try UDPHeader.parse(bytes, at: quoted.payloadOffset).destinationPort == 2000)
        let reply = try FrameLayers.parse(Golden.arpReply)
        #expect(reply.arp?.operation == .reply && reply.arp?.senderMAC == macB && reply.arp?.targetIP == vm1)
    }
}
