import Addresses
import PacketFormats
import SeededRandom
import Testing

@Suite("No bytes make a parser trap")
struct FuzzTests {
    private let corpus = [
        Golden.vxlan, Golden.tcpSYN, Golden.tcpData, Golden.arpRequest, Golden.vlanUDP, Golden.fragmentWithOption,
        Golden.fragmentationNeeded, Golden.timeExceeded, Golden.dhcpDiscover, Golden.dhcpOffer,
    ]

    /// Runs every parser at `offset`; how many succeeded, so that the work cannot be optimised away.
    private func parseAll(_ bytes: RawSpan, at offset: Int) -> Int {
        var parsed = 0
        if (try? EthernetHeader.parse(bytes, at: offset)) != nil { parsed += 1 }
        if (try? ARPMessage.parse(bytes, at: offset)) != nil { parsed += 1 }
        if let ip = try? IPv4Header.parse(bytes, at: offset) {
            parsed += ip.payloadRange(in: bytes.byteCount).count
            if ip.isChecksumValid(in: bytes) { parsed += 1 }
        }
        if (try? IPv6Header.parse(bytes, at: offset)) != nil { parsed += 1 }
        if let udp = try? UDPHeader.parse(bytes, at: offset) {
            if udp.isChecksumValid(in: bytes, source: vm1, destination: vm2) { parsed += 1 }
        }
        if let tcp = try? TCPHeader.parse(bytes, at: offset), tcp.maximumSegmentSize != nil { parsed += 1 }
        if let icmp = try? ICMPv4Header.parse(bytes, at: offset), icmp.isError { parsed += 1 }
        if (try? VXLANHeader.parse(bytes, at: offset)) != nil { parsed += 1 }
        if let quote = try? ICMPv4Error.quote(of: bytes, at: offset) { parsed += quote.count }
        if ICMPv4Error.isAllowed(about: bytes, at: offset) { parsed += 1 }
        if (try? FrameLayers.parse(bytes, at: offset)) != nil { parsed += 1 }
        if let dhcp = try? DHCPv4Message.parse(bytes, at: offset) {
            parsed += dhcp.options.count
            if (try? dhcp.classlessRoutes()) != nil { parsed += 1 }
            parsed += dhcp.routers.count + dhcp.parameterRequestList.count
            if dhcp.hostName != nil || dhcp.leaseTime != nil || dhcp.interfaceMTU != nil { parsed += 1 }
        }
        return parsed
    }

    @Test("Mutated frames: bits flipped, lengths made extreme, cut off, extended", arguments: 0..<4 as Range<UInt64>)
    func mutations(shard: UInt64) throws {
        var random = SplitMix64(seed: 7348 + shard)
        var parsed = 0
        for _ in 0..<25_000 {
            var bytes = corpus[Int.random(in: 0..<corpus.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<min(bytes.count, 96), using: &random)
                switch random.next() % 6 {
                case 0: bytes[index] ^= 1 << UInt8(random.next() % 8)
                case 1: bytes[index] = 0xff
                case 2: bytes[index] = 0
                case 3: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                case 4: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
                default: bytes += zeros(Int(random.next() % 8))
                }
            }
            let span = bytes.span.bytes
            parsed += PacketDescription.describe(span).utf8.count
            // A layer's own offset, or a wild one.
            let offset = [14, 14, 0, 34, 42, 42, 50, -1, .min, .max, bytes.count].randomElement(using: &random) ?? 0
            parsed += parseAll(span, at: offset)
        }
        #expect(parsed > 0)
    }

    @Test("Random DHCP options, RFC 3442 routes and TCP options")
    func lists() {
        var random = SplitMix64(seed: 3442)
        let header = Array(Golden.dhcpOffer[42..<282])
        var parsed = 0
        for _ in 0..<4_000 {
            // Small numbers make plausible codes and lengths.
            let tail = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8(truncatingIfNeeded: random.next() % ([4, 64, 256].randomElement(using: &random) ?? 4))
            }
            parsed += parseAll((header + tail).span.bytes, at: 0)
            if let routes = try? DHCPv4ClasslessRoute.parse(tail) {
                parsed += routes.count
                // What parses is equal after another trip.
                let again = try? DHCPv4ClasslessRoute.parse(DHCPv4ClasslessRoute.bytes(of: routes))
                if again != routes { Issue.record("\(tail)") }
            }
            let tcp = TCPHeader(sourcePort: 1, destinationPort: 2, flags: .syn, options: tail)
            let frame = Packet.ethernet(source: macA, destination: macB).ipv4(source: vm1, destination: vm2)
                .tcp(source: 1, destination: 2, options: tail).bytes()
            parsed += PacketDescription.describe(frame).utf8.count + Int(tcp.maximumSegmentSize ?? 0)
        }
        #expect(parsed > 0)
    }
}
