import Addresses
import PacketFormats
import SeededRandom
import Testing

@Suite("Headers: what is built parses back, what is malformed is refused")
struct HeaderTests {
    @Test("Any header survives the wire", arguments: 1...4 as ClosedRange<UInt64>)
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func u8() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }
        func u16() -> UInt16 { UInt16(truncatingIfNeeded: random.next()) }
        func u32() -> UInt32 { UInt32(truncatingIfNeeded: random.next()) }
        for _ in 0..<250 {
            let prefix = zeros(Int(u8() & 3))
            var ethernet = EthernetHeader(
                destination: MACAddress(random.next()), source: MACAddress(random.next()),
                vlan: Bool.random(using: &random) ? VLANTag(control: u16()) : nil,
                etherType: EtherType(rawValue: u16() | 0x8800)
            )
            let arp = ARPMessage(
                operation: .init(rawValue: u16()), senderMAC: MACAddress(random.next()), senderIP: IPv4Address(u32()),
                targetMAC: MACAddress(random.next()), targetIP: IPv4Address(u32())
            )
            var ipv4 = IPv4Header(
                source: IPv4Address(u32()), destination: IPv4Address(u32()), protocol: IPProtocol(rawValue: u8()),
                ttl: u8(), tos: u8(), identification: u16(), dontFragment: Bool.random(using: &random),
                moreFragments: Bool.random(using: &random), fragmentOffset: Int(u16() & 0x1fff) * 8,
                options: (0..<Int(u8() % 11) * 4).map { _ in u8() }, payloadLength: Int(u16() & 0x7fff)
            )
            var ipv6 = IPv6Header(
                source: IPv6Address(UInt128(random.next()) << 64), destination: IPv6Address(UInt128(random.next())),
                nextHeader: .udp, hopLimit: u8(), trafficClass: u8(), flowLabel: u32(), payloadLength: u16()
            )
            var udp = UDPHeader(
                sourcePort: u16(), destinationPort: u16(), payloadLength: Int(u16() & 0x7fff), checksum: u16())
            var tcp = TCPHeader(
                sourcePort: u16(), destinationPort: u16(), sequence: u32(), acknowledgment: u32(),
                flags: .init(rawValue: u8()), window: u16(), checksum: u16(), urgentPointer: u16(),
                options: (0..<Int(u8() % 11) * 4).map { _ in u8() }
            )
            var icmp = ICMPv4Header(type: .init(rawValue: u8()), code: u8(), rest: u32())
            var vxlan = VXLANHeader(flags: u8(), reserved1: u32(), identifier: u32(), reserved2: u8())

            var bytes = prefix
            ethernet.append(to: &bytes)
            let arpOffset = bytes.count
            arp.append(to: &bytes)
            let ipv4Offset = bytes.count
            ipv4.append(to: &bytes)
            let ipv6Offset = bytes.count
            ipv6.append(to: &bytes)
            let udpOffset = bytes.count
            udp.append(to: &bytes)
            let tcpOffset = bytes.count
            tcp.append(to: &bytes)
            let vxlanOffset = bytes.count
            vxlan.append(to: &bytes)
            let icmpOffset = bytes.count
            bytes += icmp.message(payload: [1, 2, 3])

            (ethernet.offset, ipv4.offset, ipv6.offset, udp.offset) = (prefix.count, ipv4Offset, ipv6Offset, udpOffset)
            (tcp.offset, icmp.offset, vxlan.offset) = (tcpOffset, icmpOffset, vxlanOffset)
            #expect(try EthernetHeader.parse(bytes, at: prefix.count) == ethernet)
            #expect(ethernet.payloadOffset == arpOffset)
            #expect(try ARPMessage.parse(bytes, at: arpOffset) == arp)
            #expect(try IPv4Header.parse(bytes, at: ipv4Offset) == ipv4)
            #expect(ipv4.payloadOffset == ipv6Offset && ipv4.isChecksumValid(in: bytes))
            #expect(try IPv6Header.parse(bytes, at: ipv6Offset) == ipv6)
            #expect(try UDPHeader.parse(bytes, at: udpOffset) == udp)
            #expect(try TCPHeader.parse(bytes, at: tcpOffset) == tcp)
            #expect(tcp.payloadOffset == vxlanOffset)
            #expect(try VXLANHeader.parse(bytes, at: vxlanOffset) == vxlan)
            #expect(try ICMPv4Header.parse(bytes, at: icmpOffset) == icmp)
            #expect(InternetChecksum.of(Array(bytes[icmpOffset...])) == 0)
        }
    }

    @Test("RFC 7348: reserved bits are kept; without the I flag there is no VNI; zero is no VNI")
    func vxlan() throws {
        let bytes = hex("ffabcdef002711ee")
        let header = try VXLANHeader.parse(bytes)
        #expect(header.vni == VNI(10001) && header.reserved1 == 0xabcdef && header.reserved2 == 0xee)
        #expect(header.bytes() == bytes)
        #expect(try VXLANHeader.parse(hex("f700000000271100")).vni == nil)
        #expect(try VXLANHeader.parse(hex("0800000000000000")).vni == nil)
        #expect(VXLANHeader(vni: VNI(0xffffff)!).bytes() == hex("08000000ffffff00"))
    }

    @Test("A malformed header is refused with its field")
    func refusals() {
        func field(_ body: () throws(PacketError) -> Void) -> String? {
            do {
                try body()
                return nil
            } catch {
                switch error {
                case .truncated(let field, _, _), .invalid(let field, _): return field
                }
            }
        }
        let ip = Packet.ipv4(source: vm1, destination: vm2).bytes()
        func broken(_ index: Int, _ value: UInt8) -> [UInt8] {
            var bytes = ip
            bytes[index] = value
            return bytes
        }
        func parseIPv4(_ bytes: [UInt8]) -> String? {
            field { () throws(PacketError) in _ = try IPv4Header.parse(bytes) }
        }
        #expect(parseIPv4(ip) == nil)
        #expect(parseIPv4(broken(0, 0x65)) == "IPv4 version")
        #expect(parseIPv4(broken(0, 0x44)) == "IPv4 header length")
        #expect(parseIPv4(broken(0, 0x46)) == "IPv4 header with options")
        #expect(parseIPv4(broken(3, 19)) == "IPv4 total length")
        #expect(parseIPv4(ip.dropLast()) == "IPv4 header")
        let arp = Packet.ethernet(source: macA, destination: macB).arpRequest(senderIP: vm1, targetIP: vm2)
        for (index, name) in [(1, "ARP hardware type"), (2, "ARP protocol type"), (4, "ARP address lengths")] {
            var bytes = Array(arp.dropFirst(14))
            bytes[index] = 9
            #expect(field { () throws(PacketError) in _ = try ARPMessage.parse(bytes) } == name)
        }
        let udp = UDPHeader.datagram(from: vm1, port: 1, to: vm2, port: 2, payload: [])
        var short = udp
        short[5] = 7
        #expect(field { () throws(PacketError) in _ = try UDPHeader.parse(short) } == "UDP length")
        #expect(field { () throws(PacketError) in _ = try UDPHeader.parse(udp, at: 1) } == "UDP header")
        #expect(field { () throws(PacketError) in _ = try UDPHeader.parse(udp, at: -1) } == "UDP header")
        var tcp = zeros(20)
        tcp[12] = 0x40
        #expect(field { () throws(PacketError) in _ = try TCPHeader.parse(tcp) } == "TCP data offset")
        let tag = Array(Golden.vlanUDP.prefix(17))
        #expect(field { () throws(PacketError) in _ = try EthernetHeader.parse(tag) } == "802.1Q tag")
        #expect(VLANTag(identifier: 4096) == nil && VLANTag(identifier: 1, priority: 8) == nil)
    }

    @Test("An IPv4 payload ends where the header says, padding or not, cut off or not")
    func payloadRange() throws {
        let packet = Packet.ipv4(source: vm1, destination: vm2).payload(zeros(10))
        let header = try IPv4Header.parse((packet + zeros(20)))
        #expect(header.payloadRange(in: 50) == 20..<30)
        #expect(header.payloadRange(in: 25) == 20..<25)
        #expect(header.payloadRange(in: 10) == 10..<10)
        #expect(header.payloadRange(in: 0) == 0..<0)
    }

    @Test("RFC 1812 4.3.2.7: no ICMP error about errors, later fragments, groups, or sources that are no host")
    func icmpErrors() {
        func allowed(_ packet: [UInt8]) -> Bool { ICMPv4Error.isAllowed(about: packet) }
        func udp(_ source: IPv4Address, _ destination: IPv4Address) -> [UInt8] {
            Packet.ipv4(source: source, destination: destination).udp(source: 1, destination: 2).bytes()
        }
        #expect(allowed(udp(vm1, vm2)))
        #expect(!allowed(udp(vm1, .broadcast)) && !allowed(udp(vm1, IPv4Address(224, 0, 0, 1))))
        for source in [IPv4Address(0), .loopback, IPv4Address(224, 0, 0, 1), IPv4Address(240, 0, 0, 1), .broadcast] {
            #expect(!allowed(udp(source, vm2)))
        }
        let ip = Packet.ipv4(source: vm1, destination: vm2)
        #expect(allowed(ip.icmpEchoRequest(identifier: 1, sequence: 1).bytes()))
        #expect(!allowed(ip.icmp(.timeExceeded).payload(udp(vm1, vm2))))
        #expect(!allowed(ip.icmp(.fragmentationNeeded(nextHopMTU: 1450)).payload(udp(vm1, vm2))))
        let first = Packet.ipv4(source: vm1, destination: vm2, moreFragments: true)
        #expect(allowed(first.udp(source: 1, destination: 2).bytes()))
        #expect(!allowed(Packet.ipv4(source: vm1, destination: vm2, fragmentOffset: 8).payload(zeros(8))))
        #expect(!allowed([]) && !allowed(zeros(20)))
    }
}
