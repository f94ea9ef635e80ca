import Addresses
import SeededRandom
import Testing

@Suite("Address arithmetic")
struct ArithmeticTests {
    @Test("Kinds of IPv4 address")
    func kindsOfIPv4() {
        #expect(IPv4Address(0).isUnspecified)
        #expect(IPv4Address(127, 1, 2, 3).isLoopback && !IPv4Address(128, 0, 0, 1).isLoopback)
        #expect(IPv4Address(224, 0, 0, 1).isMulticast && IPv4Address(239, 255, 255, 255).isMulticast)
        #expect(!IPv4Address(223, 255, 255, 255).isMulticast && !IPv4Address(240, 0, 0, 0).isMulticast)
        #expect(IPv4Address.broadcast.isBroadcast && !IPv4Address(10, 0, 0, 255).isBroadcast)
        #expect(IPv4Address(169, 254, 1, 1).isLinkLocal && !IPv4Address(169, 253, 1, 1).isLinkLocal)
    }

    @Test("Kinds of IPv6 address")
    func kindsOfIPv6() {
        #expect(IPv6Address("::")!.isUnspecified)
        #expect(IPv6Address("::1")!.isLoopback)
        #expect(IPv6Address("ff02::1")!.isMulticast && !IPv6Address("fe80::1")!.isMulticast)
        #expect(IPv6Address("fe80::1")!.isLinkLocal && IPv6Address("febf::1")!.isLinkLocal)
        #expect(!IPv6Address("fec0::1")!.isLinkLocal)
    }

    @Test("Kinds of MAC address")
    func kindsOfMAC() {
        #expect(MACAddress.broadcast.isBroadcast && MACAddress.broadcast.isMulticast && !MACAddress.broadcast.isUnicast)
        #expect(MACAddress.zero.isZero && !MACAddress.zero.isUnicast)
        #expect(MACAddress("01:00:5e:00:00:01")!.isMulticast)
        #expect(MACAddress("02:bb:aa:aa:dd:01")!.isUnicast && MACAddress("02:bb:aa:aa:dd:01")!.isLocallyAdministered)
        #expect(!MACAddress("00:16:3e:00:00:01")!.isLocallyAdministered)
        #expect(MACAddress(.max) == .broadcast)
    }

    @Test("Moving an address stops at the ends of its address space")
    func advancing() {
        #expect(IPv4Address(10, 0, 0, 255).advanced(by: 1) == IPv4Address(10, 0, 1, 0))
        #expect(IPv4Address(10, 0, 1, 0).advanced(by: -1) == IPv4Address(10, 0, 0, 255))
        #expect(IPv4Address(0).advanced(by: -1) == nil)
        #expect(IPv4Address.broadcast.advanced(by: 1) == nil)
        #expect(IPv4Address.broadcast.advanced(by: .max) == nil)
        #expect(IPv4Address(0).advanced(by: .min) == nil)
        #expect(IPv6Address("::ffff")!.advanced(by: 1) == IPv6Address("::1:0"))
        #expect(IPv6Address(0).advanced(by: -1) == nil && IPv6Address(.max).advanced(by: 1) == nil)
        #expect(IPAddress("10.0.0.1")!.advanced(by: 5) == IPAddress("10.0.0.6"))
    }

    @Test("The mapped form tells IPv4 and IPv6 apart and comes back")
    func mapped() {
        #expect(IPAddress("10.1.0.3")!.mapped == 0xffff_0a01_0003)
        #expect(IPAddress("2001:db8::1")!.mapped == IPv6Address("2001:db8::1")!.value)
        for text in ["0.0.0.0", "255.255.255.255", "::", "::1", "fe80::1"] {
            let address = IPAddress(text)!
            #expect(IPAddress(mapped: address.mapped) == address)
        }
    }

    @Test("Order: IPv4 before IPv6, then by number")
    func order() {
        let sorted = ["0.0.0.0", "9.0.0.0", "10.0.0.0", "::", "::1", "fe80::"].map { IPAddress($0)! }
        #expect(sorted.shuffled().sorted() == sorted)
    }

    @Test(
        "Network, ends, broadcast, netmask and host range of a prefix",
        arguments: [
            ("192.168.123.1/29", "192.168.123.0/29", "192.168.123.7", "255.255.255.248", "192.168.123.1-192.168.123.6"),
            ("10.0.0.0/16", "10.0.0.0/16", "10.0.255.255", "255.255.0.0", "10.0.0.1-10.0.255.254"),
            ("1.2.3.4/0", "0.0.0.0/0", "255.255.255.255", "0.0.0.0", "0.0.0.1-255.255.255.254"),
            ("10.0.0.7/31", "10.0.0.6/31", nil, "255.255.255.254", "10.0.0.6-10.0.0.7"),
            ("10.0.0.7/32", "10.0.0.7/32", nil, "255.255.255.255", "10.0.0.7-10.0.0.7"),
            ("10.0.0.7/30", "10.0.0.4/30", "10.0.0.7", "255.255.255.252", "10.0.0.5-10.0.0.6"),
            ("2001:db8::7/126", "2001:db8::4/126", nil, nil, "2001:db8::4-2001:db8::7"),
        ] as [(String, String, String?, String?, String)]
    )
    func prefix(text: String, network: String, broadcast: String?, netmask: String?, hosts: String) throws {
        let prefix = try #require(IPPrefix(text))
        #expect(prefix.network.description == network)
        #expect(prefix.isCanonical == (text == network))
        #expect(prefix.broadcast?.description == broadcast)
        #expect(prefix.netmask?.description == netmask)
        #expect(prefix.hostRange.description == hosts)
        #expect(prefix.network.isCanonical)
    }

    @Test("A prefix contains what its bits say, and only its own family")
    func containment() {
        let prefix = IPPrefix("10.1.2.3/16")!
        #expect(prefix.contains(IPAddress("10.1.255.255")!) && !prefix.contains(IPAddress("10.2.0.0")!))
        #expect(prefix.contains(IPPrefix("10.1.9.0/24")!) && !prefix.contains(IPPrefix("10.0.0.0/8")!))
        #expect(prefix.overlaps(IPPrefix("10.0.0.0/8")!) && !prefix.overlaps(IPPrefix("10.2.0.0/16")!))
        #expect(!IPPrefix("0.0.0.0/0")!.contains(IPAddress("::")!))
        #expect(!IPPrefix("::/0")!.contains(IPAddress("10.0.0.1")!) && !IPPrefix("::/0")!.overlaps(prefix))
        #expect(IPPrefix(address: IPAddress("10.0.0.1")!, length: 33) == nil)
        #expect(IPPrefix(address: IPAddress("10.0.0.1")!, length: -1) == nil)
        #expect(IPPrefix(host: IPAddress("::1")!).description == "::1/128")
    }

    @Test("Containment of prefixes agrees with containment of their ranges")
    func containmentProperty() {
        var random = SplitMix64(seed: 1519)
        for _ in 0..<5_000 {
            func prefix() -> IPPrefix {
                // Few bits vary, so that prefixes meet.
                let v4 = Bool.random(using: &random)
                let bits = random.next() & 0x8000_0003 | UInt64.random(in: 0...3, using: &random) << 16
                let address = v4 ? IPAddress.v4(IPv4Address(UInt32(bits))) : .v6(IPv6Address(UInt128(bits)))
                return IPPrefix(address: address, length: Int.random(in: 0...address.family.bits, using: &random))!
            }
            let (a, b) = (prefix(), prefix())
            #expect(a.contains(b) == a.range.contains(b.range))
            #expect(a.overlaps(b) == a.range.overlaps(b.range))
            #expect(a.contains(b.address) == a.range.contains(b.address))
            // Subtraction: nothing of b is left, and the counts add up.
            let rest = a.range.subtracting(b.range)
            #expect(rest.allSatisfy { !$0.overlaps(b.range) && a.range.contains($0) })
            if a.range.overlaps(b.range), a.range.count != .max {
                let shared = a.contains(b) ? b.range.count : a.range.count
                #expect(rest.reduce(0) { $0 + $1.count } + shared == a.range.count)
            }
        }
    }

    @Test("Subtracting from a range leaves zero, one or two ranges")
    func subtracting() {
        let range = AddressRange("10.0.0.0-10.0.0.9")!
        func left(_ text: String) -> [String] { range.subtracting(AddressRange(text)!).map(\.description) }
        #expect(left("10.0.0.0-10.0.0.9") == [])
        #expect(left("10.0.0.3-10.0.0.4") == ["10.0.0.0-10.0.0.2", "10.0.0.5-10.0.0.9"])
        #expect(left("9.0.0.0-10.0.0.4") == ["10.0.0.5-10.0.0.9"])
        #expect(left("10.0.0.5-11.0.0.0") == ["10.0.0.0-10.0.0.4"])
        #expect(left("::-::9") == ["10.0.0.0-10.0.0.9"])
        #expect(left("0.0.0.0-255.255.255.255") == [])
        #expect(range.subtracting(IPAddress("10.0.0.0")!).map(\.description) == ["10.0.0.1-10.0.0.9"])
    }

    @Test("Ports of a range")
    func ports() {
        let range = PortRange("49152-65535")!
        #expect(range.count == 16384 && range.contains(65535) && !range.contains(49151))
        #expect(range.overlaps(PortRange(65535)) && !range.overlaps(PortRange("0-49151")!))
        #expect(PortRange(first: 2, last: 1) == nil)
        #expect(PortRange.all.count == 65536)
    }
}
