import Addresses
import SeededRandom
import Testing

@Suite("Address texts: what parses, what is refused, how it prints")
struct ParsingTests {
    @Test(
        "An IPv4 address is four canonical decimal parts",
        arguments: ["0.0.0.0", "255.255.255.255", "10.0.0.1", "192.168.123.1", "1.2.3.4"]
    )
    func acceptsIPv4(text: String) {
        #expect(IPv4Address(text)?.description == text)
        #expect(IPAddress(text)?.family == .v4)
    }

    @Test(
        "Anything else is not an IPv4 address",
        arguments: [
            "", ".", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.5", "1.2.3.4.", "256.0.0.1", "1.2.3.256",
            "010.0.0.1", "10.00.0.1", "10.0.0.01", "+1.2.3.4", "-1.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/24",
            "0x1.2.3.4",
            "1.2.3.a", "1.2.3.99999999999999999999", "١.2.3.4", "1.2.3.4\0",
        ]
    )
    func refusesIPv4(text: String) {
        #expect(IPv4Address(text) == nil)
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "IPv6 parses per RFC 4291 and prints per RFC 5952",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("fe80::1", "fe80::1"),
            ("2001:DB8::8:800:200C:417A", "2001:db8::8:800:200c:417a"),
            ("2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1"),
            ("0:0:0:0:0:0:0:0", "::"), ("FF01:0:0:0:0:0:0:101", "ff01::101"),
            // RFC 5952 4.2.2: one zero group is not shortened; 4.2.3: the longest run, the first among equals.
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:0:0:2:0:0:0:0", "1:0:0:2::"), ("0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"),
            ("::ffff:129.144.52.38", "::ffff:129.144.52.38"), ("::ffff:8190:3426", "::ffff:129.144.52.38"),
            ("::13.1.68.3", "::d01:4403"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("1:2:3:4:5::1.2.3.4", "1:2:3:4:5:0:102:304"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ]
    )
    func acceptsIPv6(text: String, printed: String) {
        #expect(IPv6Address(text)?.description == printed)
        #expect(IPAddress(text)?.family == .v6)
        #expect(IPv6Address(printed) == IPv6Address(text))
    }

    @Test(
        "Anything else is not an IPv6 address",
        arguments: [
            "", ":", ":::", "1:::2", "::1::", "1::2::3", ":1", "1:", ":1::", "::1:", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::", "g::", "::1%eth0", "::1/64",
            " ::1",
            "::1 ", "[::1]", "::1.2.3", "::01.2.3.4", "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4",
            "::256.1.1.1",
            "1:2:3:4:1.2.3.4:5:6", "0x1::", "-1::", "fe80::1\0",
        ]
    )
    func refusesIPv6(text: String) {
        #expect(IPv6Address(text) == nil)
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "A MAC address prints in lower case with colons",
        arguments: [
            ("02:bb:aa:aa:dd:01", 0x02bb_aaaa_dd01), ("02-BB-AA-AA-DD-01", 0x02bb_aaaa_dd01), ("00:00:00:00:00:00", 0),
            ("FF:ff:Ff:fF:ff:ff", 0xffff_ffff_ffff),
        ]
    )
    func acceptsMAC(text: String, value: UInt64) throws {
        let mac = try #require(MACAddress(text))
        #expect(mac.value == value)
        #expect(mac.description == text.lowercased().replacing("-", with: ":"))
    }

    @Test(
        "Anything else is not a MAC address",
        arguments: [
            "", "02:bb:aa:aa:dd", "02:bb:aa:aa:dd:01:02", "02:bb-aa:aa:dd:01", "2:bb:aa:aa:dd:01", "02bbaaaadd01",
            "02bb.aaaa.dd01", "02:bb:aa:aa:dd:0g", " 02:bb:aa:aa:dd:1", "02:bb:aa:aa:dd:1 ", "02.bb.aa.aa.dd.01",
            "+2:bb:aa:aa:dd:01", "02:bb:aa:aa:dd:01:",
        ]
    )
    func refusesMAC(text: String) {
        #expect(MACAddress(text) == nil)
    }

    @Test(
        "A prefix keeps its host bits",
        arguments: ["192.168.123.1/29", "0.0.0.0/0", "10.0.0.1/32", "fe80::1/64", "::/0"])
    func acceptsPrefix(text: String) {
        #expect(IPPrefix(text)?.description == text)
    }

    @Test(
        "Anything else is not a prefix",
        arguments: [
            "", "/", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/-1", "10/8",
            "10.0.0.0/8/8", "10.0.0.0/8 ", "::/129", "::", "10.0.0.0/255.0.0.0",
        ]
    )
    func refusesPrefix(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test("S0: a VNI lies in 1...16777215")
    func vni() {
        #expect(VNI(10001)?.value == 10001)
        #expect(VNI("10001") == VNI(10001))
        #expect(VNI(1)?.description == "1")
        #expect(VNI("16777215")?.value == 0xff_ffff)
        for number in [0, -1, 16_777_216, .max, .min] { #expect(VNI(number) == nil) }
        for text in ["", "0", "01", "16777216", "-1", "+1", "0x1", "1 ", "one"] { #expect(VNI(text) == nil) }
    }

    @Test("Ranges: one family, in order, both ends included")
    func ranges() {
        #expect(AddressRange("10.0.0.2-10.0.0.9")?.count == 8)
        #expect(AddressRange("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")?.count == .max)
        for text in [
            "10.0.0.9-10.0.0.2", "10.0.0.1-::1", "10.0.0.1", "10.0.0.1-", "10.0.0.1 - 10.0.0.2",
            "1.1.1.1-1.1.1.2-1.1.1.3",
        ] {
            #expect(AddressRange(text) == nil)
        }
        #expect(PortRange("80")?.description == "80")
        #expect(PortRange("80-80")?.description == "80")
        #expect(PortRange("0-65535") == .all)
        for text in ["", "-", "80-", "-80", "90-80", "65536", "080", "1-2-3", "80:90", " 80"] {
            #expect(PortRange(text) == nil)
        }
    }

    @Test("Every printed address parses back to itself")
    func roundTrips() {
        var random = SplitMix64(seed: 4291)
        for _ in 0..<2_000 {
            // Sparse numbers exercise `::` far more than uniform ones would.
            let mask = UInt128.random(in: 0...(.max), using: &random) & UInt128.random(in: 0...(.max), using: &random)
            var value = UInt128.random(in: 0...(.max), using: &random)
            for group in 0..<8 where mask >> UInt128(group * 16) & 1 == 1 { value &= ~(0xffff << UInt128(group * 16)) }
            let v6 = IPv6Address(value)
            #expect(IPv6Address(v6.description) == v6)
            let v4 = IPv4Address(UInt32(truncatingIfNeeded: random.next()))
            #expect(IPv4Address(v4.description) == v4)
            let mac = MACAddress(random.next())
            #expect(MACAddress(mac.description) == mac)
            #expect(MACAddress(octets: mac.octets) == mac)
            let address = Bool.random(using: &random) ? IPAddress.v4(v4) : .v6(v6)
            #expect(IPAddress(address.description) == address)
            let length = Int.random(in: 0...address.family.bits, using: &random)
            let prefix = IPPrefix(address: address, length: length)
            #expect(prefix != nil && prefix.flatMap { IPPrefix($0.description) } == prefix)
        }
    }

    @Test("No text makes a parser trap, and what parses prints to something that parses equal")
    func fuzz() {
        var random = SplitMix64(seed: 5952)
        let alphabet = Array("0123456789abcdefABCDEF::::....///--%g \0é")
        for _ in 0..<10_000 {
            let text = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            if let address = IPAddress(text) { #expect(IPAddress(address.description) == address) }
            if let prefix = IPPrefix(text) { #expect(IPPrefix(prefix.description) == prefix) }
            if let mac = MACAddress(text) { #expect(MACAddress(mac.description) == mac) }
            if let range = AddressRange(text) { #expect(AddressRange(range.description) == range) }
            if let range = PortRange(text) { #expect(PortRange(range.description) == range) }
            if let vni = VNI(text) { #expect(vni.description == text) }
        }
    }
}
