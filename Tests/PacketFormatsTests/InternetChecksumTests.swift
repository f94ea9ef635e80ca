import Addresses
import PacketFormats
import SeededRandom
import Testing

@Suite("The Internet checksum")
struct InternetChecksumTests {
    @Test("RFC 1071 section 3: the example")
    func example() {
        #expect(InternetChecksum.of(hex("0001f203f4f5f6f7")) == ~0xddf2)
        #expect(InternetChecksum.of([]) == 0xffff)
        #expect(InternetChecksum.of([0xab]) == ~0xab00)
    }

    @Test("Where bytes are cut into pieces makes no difference")
    func pieces() {
        var random = SplitMix64(seed: 1071)
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8(truncatingIfNeeded: random.next())
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            var checksum = InternetChecksum()
            checksum.add(bytes.span.bytes, in: 0..<cut)
            checksum.add(bytes.span.bytes, in: cut..<bytes.count + 9)
            #expect(checksum.value == InternetChecksum.of(bytes))
        }
    }

    @Test("RFC 1624: updating for one changed field equals computing anew")
    func update() {
        var random = SplitMix64(seed: 1624)
        for _ in 0..<500 {
            var header = IPv4Header(
                source: IPv4Address(UInt32(truncatingIfNeeded: random.next())), destination: vm2, protocol: .udp,
                identification: UInt16(truncatingIfNeeded: random.next())
            )
            let before = header.bytes()
            let old = header.identification
            header.identification = UInt16(truncatingIfNeeded: random.next())
            let after = header.bytes()
            func checksum(_ bytes: [UInt8]) -> UInt16 { UInt16(bytes[10]) << 8 | UInt16(bytes[11]) }
            #expect(
                InternetChecksum.updated(checksum(before), from: old, to: header.identification) == checksum(after))
        }
    }

    @Test("UDP and TCP segments check out over their pseudo header, and no longer when a bit changes")
    func transport() throws {
        var random = SplitMix64(seed: 768)
        for length in 0..<40 {
            let payload = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var udp = UDPHeader.datagram(from: vm1, port: 1000, to: vm2, port: 2000, payload: payload)
            let header = try UDPHeader.parse(udp)
            #expect(header.checksum != 0)
            #expect(header.isChecksumValid(in: udp, source: vm1, destination: vm2))
            #expect(!header.isChecksumValid(in: udp, source: vm1, destination: gateway))
            udp[Int.random(in: 0..<4, using: &random)] ^= 1
            #expect(!header.isChecksumValid(in: udp, source: vm1, destination: vm2))
            let tcp = TCPHeader(sourcePort: 1, destinationPort: 2, flags: .syn).segment(
                from: vm1, to: vm2, payload: payload)
            let sum = InternetChecksum.transport(
                tcp.span.bytes, in: 0..<tcp.count, source: vm1, destination: vm2, protocol: .tcp)
            #expect(sum == 0)
        }
    }

    @Test("RFC 768: a UDP sum of zero is sent as 0xffff, so that it does not read as none")
    func zeroSum() throws {
        let probe = UDPHeader.datagram(from: vm1, port: 1, to: vm2, port: 2, payload: [0, 0])
        let sum = try UDPHeader.parse(probe).checksum
        let bytes = UDPHeader.datagram(
            from: vm1, port: 1, to: vm2, port: 2, payload: [UInt8(sum >> 8), UInt8(sum & 0xff)])
        let header = try UDPHeader.parse(bytes)
        #expect(header.checksum == 0xffff)
        #expect(header.isChecksumValid(in: bytes, source: vm1, destination: vm2))
    }
}
