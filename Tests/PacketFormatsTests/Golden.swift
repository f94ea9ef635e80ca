/// Frames made by an independent implementation (scapy 2.5); tcpdump 4.99 reads them as the comments say. Facts: when a
/// test disagrees with them, the code is wrong.
enum Golden {
    /// VXLAN from 200.200.200.3 to 200.100.100.3, VNI 10001, around a ping with DF set, TTL 63 and data 0...55.
    static let vxlan =
        hex(
            """
            fa163e4e0c4ffa163e9c269e0800450000860000400040117d33c8c8c803c8646403c82212b500720000080000000027\
            110002bbaaaadd0202bbaaaadd01080045000054123440003f01156f0a0100030a000003080000e70005000100010203\
            0405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233\
            34353637
            """)

    /// TCP SYN with MSS 1410, SACK, timestamps and window scale.
    static let tcpSYN =
        hex(
            """
            02bbaaaadd0202bbaaaadd0108004500003c00070000400666af0a0100030a0000039c4001bb0102030400000000a002\
            faf097380000020405820402080a000000010000000001030307
            """)

    /// TCP data "hello", ToS 0xba.
    static let tcpData =
        hex(
            """
            02bbaaaadd0202bbaaaadd01080045ba002d00080000400666030a0100030a0000039c4001bb00000064000000c85018\
            01f5b6d2000068656c6c6f
            """)

    /// ARP: who has 10.1.0.1, tell 10.1.0.3.
    static let arpRequest =
        hex("ffffffffffff02bbaaaadd010806000108000604000102bbaaaadd010a0100030000000000000a010001")

    /// ARP: 10.1.0.1 is at 02:bb:aa:aa:dd:02.
    static let arpReply =
        hex("02bbaaaadd0102bbaaaadd020806000108000604000202bbaaaadd020a01000102bbaaaadd010a010003")

    /// UDP "abc" in VLAN 5 with priority 3, TTL 1.
    static let vlanUDP =
        hex(
            """
            02bbaaaadd0202bbaaaadd018100600508004500001f000900000111a5bf0a0100030a00000303e807d0000b1bb76162\
            63
            """)

    /// A middle fragment (offset 1480) with the router alert option.
    static let fragmentWithOption =
        hex("02bbaaaadd0202bbaaaadd01080046000020000a20b94011b0ff0a0100030a000003940400000000000000000000")

    /// "Fragmentation needed", next-hop MTU 1450, quoting 548 bytes of a 1500-byte UDP packet of zeros.
    static let fragmentationNeeded =
        hex(
            """
            02bbaaaadd0102bbaaaadd02080045000240000c0000400164ac0a0100010a01000303041132000005aa450005dc000b\
            4000401121000a0100030a00000303e807d005c8d49f
            """)
        + zeros(520)

    /// "Time exceeded" about the same packet: its first 28 bytes.
    static let timeExceeded =
        hex(
            """
            02bbaaaadd0102bbaaaadd02080045000038000d0000400166b30a0100010a0100030b000ee000000000450005dc000b\
            4000401121000a0100030a00000303e807d005c8d49f
            """)

    /// DHCPDISCOVER, not padded to 300 bytes.
    static let dhcpDiscover =
        hex(
            """
            ffffffffffff02bbaaaadd0108004500011e000e0000401179c200000000ffffffff00440043010a5cdc01010600dead\
            beef000080000000000000000000000000000000000002bbaaaadd01
            """)
        + zeros(202)
        + hex("6382536335010137050103061a790c05766d2d6131ff")

    /// DHCPOFFER with classless routes, not padded.
    static let dhcpOffer =
        hex(
            """
            02bbaaaadd0102bbaaaadd0208004500014e000f00004011658b0a0100010a01000300430044013a4d4d02010600dead\
            beef00000000000000000a0100030a0100010000000002bbaaaadd01
            """)
        + zeros(202)
        + hex(
            """
            6382536335010236040a0100013304000151800104ffffff0003040a010001060808080808080804041a0205aa791600\
            0a01000118c0a8010000000020a9fea9fe0a010002ff
            """)
}

/// The bytes of an even number of hexadecimal digits.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
