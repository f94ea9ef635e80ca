import Addresses
import PacketFormats
import Testing

@Suite("Frames in tcpdump's words")
struct PacketDescriptionTests {
    /// What tcpdump 4.99.3 prints for these bytes with `-e -n -t -S`.
    @Test(
        "Golden frames read as tcpdump prints them",
        arguments: [
            (
                Golden.vxlan,
                """
                fa:16:3e:9c:26:9e > fa:16:3e:4e:0c:4f, ethertype IPv4 (0x0800), length 148: 200.200.200.3.51234 > \
                200.100.100.3.4789: VXLAN, flags [I] (0x08), vni 10001
                02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:02, ethertype IPv4 (0x0800), length 98: 10.1.0.3 > 10.0.0.3: \
                ICMP echo request, id 5, seq 1, length 64
                """
            ),
            (
                Golden.tcpSYN,
                """
                02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:02, ethertype IPv4 (0x0800), length 74: 10.1.0.3.40000 > \
                10.0.0.3.443: Flags [S], seq 16909060, win 64240, options [mss 1410,sackOK,TS val 1 ecr 0,nop,\
                wscale 7], length 0
                """
            ),
            (
                Golden.tcpData,
                """
                02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:02, ethertype IPv4 (0x0800), length 59: 10.1.0.3.40000 > \
                10.0.0.3.443: Flags [P.], seq 100:105, ack 200, win 501, length 5
                """
            ),
            (
                Golden.arpRequest,
                """
                02:bb:aa:aa:dd:01 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.1.0.1 \
                tell 10.1.0.3, length 28
                """
            ),
            (
                Golden.arpReply,
                """
                02:bb:aa:aa:dd:02 > 02:bb:aa:aa:dd:01, ethertype ARP (0x0806), length 42: Reply 10.1.0.1 is-at \
                02:bb:aa:aa:dd:02, length 28
                """
            ),
            (
                Golden.vlanUDP,
                """
                02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:02, ethertype 802.1Q (0x8100), length 49: vlan 5, p 3, ethertype \
                IPv4 (0x0800), 10.1.0.3.1000 > 10.0.0.3.2000: UDP, length 3
                """
            ),
            (
                Golden.fragmentationNeeded,
                """
                02:bb:aa:aa:dd:02 > 02:bb:aa:aa:dd:01, ethertype IPv4 (0x0800), length 590: 10.1.0.1 > 10.1.0.3: \
                ICMP 10.0.0.3 unreachable - need to frag (mtu 1450), length 556
                """
            ),
            (
                Golden.timeExceeded,
                """
                02:bb:aa:aa:dd:02 > 02:bb:aa:aa:dd:01, ethertype IPv4 (0x0800), length 70: 10.1.0.1 > 10.1.0.3: \
                ICMP time exceeded in-transit, length 36
                """
            ),
            (
                Golden.dhcpDiscover,
                """
                02:bb:aa:aa:dd:01 > ff:ff:ff:ff:ff:ff, ethertype IPv4 (0x0800), length 300: 0.0.0.0.68 > \
                255.255.255.255.67: BOOTP/DHCP, Request from 02:bb:aa:aa:dd:01, length 258
                """
            ),
            (
                Golden.dhcpOffer,
                """
                02:bb:aa:aa:dd:02 > 02:bb:aa:aa:dd:01, ethertype IPv4 (0x0800), length 348: 10.1.0.1.67 > \
                10.1.0.3.68: BOOTP/DHCP, Reply, length 306
                """
            ),
        ]
    )
    func golden(frame: [UInt8], text: String) {
        #expect(PacketDescription.describe(frame) == text)
    }

    @Test("Without the link layer a line starts with the protocol")
    func withoutLinkLayer() {
        #expect(
            PacketDescription.describe(Golden.vxlan, linkLayer: false) == """
                IP 200.200.200.3.51234 > 200.100.100.3.4789: VXLAN, flags [I] (0x08), vni 10001
                IP 10.1.0.3 > 10.0.0.3: ICMP echo request, id 5, seq 1, length 64
                """
        )
        #expect(
            PacketDescription.describe(Golden.arpReply, linkLayer: false)
                == "ARP, Reply 10.1.0.1 is-at 02:bb:aa:aa:dd:02, length 28"
        )
        #expect(
            PacketDescription.describe(Golden.fragmentWithOption, linkLayer: false) == "IP 10.1.0.3 > 10.0.0.3: udp")
    }

    @Test("What is cut off is named in brackets")
    func truncated() {
        let expected = [(10, "[|ether]"), (30, "[|ip]"), (38, "[|udp]"), (46, "[|vxlan]"), (55, "[|ether]"), (94, "")]
        for (length, end) in expected {
            #expect(PacketDescription.describe(Array(Golden.vxlan.prefix(length))).hasSuffix(end))
        }
    }
}
