import Testing

extension Integration {
    /// Frames that scapy makes on the WAN, as a peer or somebody who is none would send them to site 2.
    @Suite("Frames from the WAN", .serialized, .lab("inject", Scenes.peering))
    struct InjectionTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        private func inject(_ script: String, delivered: Int) async throws -> (
            ports: [String: [Int]], drops: [String: Int]
        ) {
            try await Injector(lab: lab).inject(script, delivered: delivered)
        }

        @Test(
            "S0-07, S4-26, S4-30: a packet goes to the tenant its VNI names; of an unknown VNI it is dropped and named")
        func vni() async throws {
            let (ports, drops) = try await inject(
                "send(tunnel(7002, vni=20002), tunnel(7003, vni=9), tunnel(7004, vni=10002), tunnel(7005, vni=0), tunnel(7001))",
                delivered: 1)
            #expect(ports == ["a2": [7001], "b2": [7002]])
            #expect(drops == ["unknown-vni": 3])
        }

        @Test(
            "S0-06, S0-07: an endpoint that the control plane did not name, and an address that is no tunnel IP, are dropped and named"
        )
        func endpoints() async throws {
            try await lab.shell("site2/gateway", "ip address add 203.0.113.7/32 dev wan0")
            // The agent hears of the address a moment later; until then such a packet is the host's own business.
            try await lab.eventually("VXLAN to the new address is dropped") {
                try await inject("send(tunnel(7009, dst='203.0.113.7'), tunnel(7001))", delivered: 1).drops
                    == ["unknown-tunnel-ip": 1]
            }
            let (ports, drops) = try await inject(
                """
                send(tunnel(7010, src="200.1.1.1"), tunnel(7011, src="200.1.1.1", vni=20002), tunnel(7012, dst="203.0.113.7"),
                     tunnel(7013, dst="192.168.192.1"), outer(inner(7014, mac="02:bb:aa:aa:dd:77")), tunnel(7001))
                """, delivered: 1)
            #expect(ports == ["a2": [7001]])
            #expect(
                drops == [
                    "unknown-tunnel-source": 2, "unknown-tunnel-ip": 1, "unknown-vni": 1, "unknown-mac": 1,
                ])
            try await lab.shell("site2/gateway", "ip address del 203.0.113.7/32 dev wan0")
        }

        @Test("S4-25, S4-27: the I flag must be set; other flags and reserved bits are ignored")
        func headerBits() async throws {
            let (ports, drops) = try await inject(
                """
                send(tunnel(7020, flags=0x00), tunnel(7021, flags=0xf7), tunnel(7022, flags=0xff), tunnel(7023, first=0xffffff),
                     tunnel(7024, last=0xff), tunnel(7025, flags=0xff, first=0xffffff, last=0xff), tunnel(7001))
                """, delivered: 5)
            #expect(ports == ["a2": [7022, 7023, 7024, 7025, 7001]])
            #expect(drops == ["vxlan-flags": 2])
        }

        @Test("S4-24: a zero UDP checksum is accepted, and so is a right one; it is not verified, as the RFC allows")
        func checksum() async throws {
            let (ports, drops) = try await inject(
                "send(tunnel(7030, chksum=None), tunnel(7031, chksum=0xbeef), tunnel(7001))", delivered: 3)
            #expect(ports == ["a2": [7030, 7031, 7001]])
            #expect(drops == [:])
        }

        @Test("S4-32: tagged inner frames and fragments of outer packets are dropped and named")
        func taggedAndFragmented() async throws {
            let (ports, drops) = try await inject(
                """
                tagged = inner(7040); tagged.type = 0x8100
                tagged = Ether(src=tagged.src, dst=tagged.dst)/Dot1Q(vlan=7)/tagged.payload
                whole = outer(Ether(src="02:bb:aa:aa:dd:01", dst="02:bb:aa:aa:dd:02")/IP(src="10.1.0.3", dst="10.0.0.3")/UDP(sport=5, dport=7041)/Raw(b"x"*400), ipflags=0)
                parts = [Ether(src=router, dst=gateway)/part for part in fragment(whole[IP], fragsize=200)]
                assert len(parts) > 1
                send(outer(tagged), *parts, tunnel(7001))
                """, delivered: 1)
            #expect(ports == ["a2": [7001]])
            #expect(drops == ["inner-vlan-tagged": 1, "outer-fragment": 1])
        }

        @Test(
            "S4-33: congestion marks of the underlay reach the VM; a packet that can't carry one is dropped and named")
        func congestionReceived() async throws {
            let capture = try await lab.capture(
                "eth0", in: "a2", filter: "udp and dst host 10.0.0.3", direction: .inbound)
            // RFC 6040 §4.2: (outer, inner) -> what the receiver sees.
            let table = [
                (0, 0, 0), (3, 1, 3), (3, 2, 3), (3, 3, 3), (2, 1, 1), (1, 2, 1), (0, 2, 2), (1, 1, 1), (0, 3, 3),
            ]
            let frames = table.enumerated().map { "outer(inner(\(7050 + $0), tos=\($1.1)), tos=\($1.0))" }
            let drops = try await lab.drops(
                "site2/gateway",
                during: {
                    try await lab.scapy(
                        "wan",
                        try Injector(lab: lab).prelude
                            + "send(outer(inner(7049, tos=0), tos=3), \(frames.joined(separator: ", ")))")
                    let packets = try await capture.stop(after: table.count)
                    #expect(packets.compactMap { $0.number("ip.dsfield.ecn") } == table.map(\.2))
                    #expect(packets.allSatisfy { $0.outer("ip.checksum.status") == "1" })
                })
            #expect(drops == ["ecn-congestion": 1])
        }

        @Test("S4-33: what a VM marks goes out on the outer header too")
        func congestionSent() async throws {
            let capture = try await lab.captureWAN("site2/gateway", filter: "udp port 4789 and src host 200.100.100.3")
            for tos in ["0x00", "0x01", "0x02", "0x03", "0xb8"] {
                _ = try await lab.ping("a2", "10.1.0.3", count: 1, options: ["-Q", tos])
            }
            let packets = try await capture.stop()
            #expect(packets.map { $0["ip.dsfield.ecn"] } == ["0", "1", "2", "3", "0"].map { [$0, $0] })
            #expect(packets.last?["ip.dsfield.dscp"] == ["46", "46"])
        }

        @Test("S4-26: VXLAN that a VM makes is a tenant's payload and reaches no other tenant")
        func fromVM() async throws {
            let words = try await lab.shell("b2", "ping -c 1 -W 1 10.0.0.1 >/dev/null; ip neigh show 10.0.0.1").split(
                separator: " ")
            let gateway = try #require(words.firstIndex(of: "lladdr").map { words[$0 + 1] })
            let capture = try await lab.capture("eth0", in: "a2", filter: "udp and dst port 7060")
            let drops = try await lab.drops(
                "site2/gateway",
                during: {
                    try await lab.scapy(
                        "b2",
                        """
                        frame = Ether(src="02:bb:aa:aa:dd:01", dst="02:bb:aa:aa:dd:02")/IP(src="10.1.0.3", dst="10.0.0.3")/UDP(sport=5, dport=7060)
                        for target in ["200.100.100.3", "10.0.0.1", "255.255.255.255"]:
                            sendp(Ether(src="02:00:00:00:02:03", dst="\(gateway)")/IP(src="10.0.0.3", dst=target)/UDP(sport=50000, dport=4789)/VXLAN(vni=10001)/frame, iface="eth0")
                        """)
                })
            #expect(drops == ["no-route": 2, "router-address": 1])
            #expect(try await capture.stop().isEmpty)
        }
    }
}
