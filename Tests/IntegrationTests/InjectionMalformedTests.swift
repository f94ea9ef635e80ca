import LinuxNetworking
import Testing

extension Integration {
    /// Frames that contradict themselves or the topology, made by scapy, from the WAN and from a VM. Each ends under a name,
    /// and what is odd but allowed goes on.
    @Suite("Malformed frames", .serialized, .lab("malform", Scenes.peering))
    struct InjectionMalformedTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        private func inject(_ script: String, delivered: Int) async throws -> (
            ports: [String: [Int]], drops: [String: Int]
        ) {
            let fields = """
                def change(frame, layer, **fields):
                    frame = frame.copy()
                    for name, value in fields.items(): setattr(frame[layer], name, value)
                    return frame
                options = [IPOption_NOP(), IPOption_NOP(), IPOption_NOP(), IPOption_EOL()]

                """
            return try await Injector(lab: lab).inject(fields + script, delivered: delivered)
        }

        @Test(
            "S0-07, S4-32: outer headers that contradict themselves, and outer options, are dropped and named; a low time to live and a clear DF are not"
        )
        func outerHeaders() async throws {
            let (ports, drops) = try await inject(
                """
                whole = tunnel(7001)
                send(change(whole, IP, options=options), change(whole, IP, chksum=0xbad), change(whole, IP, len=1400),
                     change(whole, IP, len=60), change(whole, UDP, len=1400), change(whole, UDP, len=40), change(whole, UDP, len=8))
                send(*[Raw(bytes(whole)[:size]) for size in (50, 57, 63, 80)])
                send(change(tunnel(7002), IP, ttl=1), change(tunnel(7003), IP, ttl=0), tunnel(7004, ipflags=0), whole)
                """, delivered: 4)
            #expect(ports == ["a2": [7002, 7003, 7004, 7001]])
            #expect(drops == ["outer-malformed": 11])
        }

        @Test(
            "what is no VXLAN to this host is left to its stack, and comes out nowhere: IHL below 5, less than a VXLAN header, an outer VLAN tag, another port"
        )
        func notOurs() async throws {
            func headerErrors() async throws -> Int {
                let words = try await lab.shell("site2/gateway", "nstat -asz IpInHdrErrors").split {
                    $0 == " " || $0 == "\n"
                }
                let index = try #require(words.firstIndex(of: "IpInHdrErrors"))
                return try #require(Int(words[index + 1]))
            }
            let before = try await headerErrors()
            let (ports, drops) = try await inject(
                """
                whole = tunnel(7011)
                send(change(whole, IP, ihl=4), change(whole, IP, version=5), Raw(bytes(whole)[:44]), change(whole, UDP, dport=4790),
                     Ether(src=router, dst=gateway)/Dot1Q(vlan=7)/whole[IP], tunnel(7012, dst="200.100.100.99"), tunnel(7001))
                """, delivered: 1)
            #expect(ports == ["a2": [7001]])
            #expect(drops == [:])
            #expect(try await headerErrors() >= before + 2)
        }

        @Test("S0-06: the host's own tunnel IP as the sender is no known endpoint")
        func ownAddress() async throws {
            let (ports, drops) = try await inject("send(tunnel(7021, src='200.100.100.3'), tunnel(7001))", delivered: 1)
            #expect(ports == ["a2": [7001]])
            #expect(drops == ["unknown-tunnel-source": 1])
        }

        @Test(
            "invariant 8: a peer's broadcast, multicast and ARP go nowhere, whomever they are addressed to, and each is named"
        )
        func innerGroups() async throws {
            let (ports, drops) = try await inject(
                """
                peer, own = "02:bb:aa:aa:dd:01", "02:bb:aa:aa:dd:02"
                send(outer(inner(7031, mac="ff:ff:ff:ff:ff:ff")), outer(inner(7032, mac="01:00:5e:00:00:01")),
                     outer(Ether(src=peer, dst="ff:ff:ff:ff:ff:ff")/ARP(psrc="10.0.0.3", hwsrc=peer, pdst="10.0.0.1")),
                     outer(Ether(src=peer, dst=own)/ARP(op=2, psrc="10.0.0.3", hwsrc=peer, pdst="192.168.123.2", hwdst=own)),
                     outer(Ether(src=peer, dst=own, type=0x86dd)/Raw(b"\\x60" + b"\\0"*60)),
                     outer(change(inner(7033), Ether, src="01:00:5e:00:00:01")), tunnel(7001))
                """, delivered: 1)
            #expect(ports == ["a2": [7001]])
            #expect(drops == ["no-flood": 3, "not-routable": 2, "malformed-frame": 1])
            // Nobody's tables heard of it.
            try await lab.expectPing("a1", "10.0.0.3")
        }

        @Test(
            "RFC 1812: inner headers that contradict themselves are dropped by the router and named; options, and its own MAC as the sender, are not"
        )
        func innerHeaders() async throws {
            let (ports, drops) = try await inject(
                """
                send(outer(change(inner(7041), IP, chksum=0xbad)), outer(change(inner(7042), IP, len=1400)), outer(change(inner(7043), IP, len=10)),
                     outer(change(inner(7044), IP, ihl=4)), outer(change(inner(7045), IP, version=6)),
                     outer(Ether(src="02:bb:aa:aa:dd:01", dst="02:bb:aa:aa:dd:02", type=0x0800)),
                     outer(Raw(bytes(inner(7047))[:9])))
                send(outer(change(inner(7048), IP, ttl=0)), outer(change(inner(7049), IP, ttl=1)),
                     outer(change(inner(7050), IP, options=options)), outer(change(inner(7051), Ether, src="02:bb:aa:aa:dd:02")), tunnel(7001))
                """, delivered: 3)
            #expect(ports == ["a2": [7050, 7051, 7001]])
            #expect(drops == ["malformed-ip": 5, "decapsulation-failed": 1, "outer-malformed": 1, "ttl-exceeded": 2])
        }

        @Test("invariant 7: VXLAN in VXLAN is the tenant's payload: opened once, by whomever it is for")
        func nested() async throws {
            let (ports, drops) = try await inject(
                """
                header = bytes([8, 0, 0, 0]) + (20002).to_bytes(3, "big") + bytes(1)
                packet = inner(4789); packet[UDP].payload = Raw(header + bytes(inner(7061)))
                stranger = packet.copy(); stranger[IP].dst = "200.100.100.3"
                send(outer(packet), outer(stranger), tunnel(7001))
                """, delivered: 2)
            #expect(ports == ["a2": [4789, 7001]])
            #expect(drops == ["no-route": 1])
        }

        @Test(
            "RFC 1812, S3-11: what a VM sends malformed, to itself or in the name of its gateway is dropped and named, and none of it is on the wire"
        )
        func fromVM() async throws {
            let words = try await lab.shell("a2", "ping -c 1 -W 1 10.0.0.1 >/dev/null; ip neigh show 10.0.0.1").split(
                separator: " ")
            let gateway = try #require(words.firstIndex(of: "lladdr").map { words[$0 + 1] })
            let wire = try await lab.captureWAN("site2/gateway", filter: "udp port 4789 and src host 200.100.100.3")
            let drops = try await lab.drops(
                "site2/gateway",
                during: {
                    try await lab.scapy(
                        "a2",
                        """
                        own, gateway = "02:00:00:00:02:03", "\(gateway)"
                        def packet(n, src=own, dst=gateway, **fields):
                            return Ether(src=src, dst=dst)/IP(src="10.0.0.3", dst="10.1.0.3", **fields)/UDP(sport=5, dport=n)/Raw(b"x"*18)
                        frames = [packet(7071, chksum=0xbad), packet(7072, len=4000), packet(7073, len=10), packet(7074, ihl=4), packet(7075, version=5),
                            Ether(src=own, dst=gateway, type=0x0800), Ether(src=own, dst=gateway, type=0x0800)/Raw(bytes(packet(1)[IP])[:19]),
                            packet(7076, ttl=0), packet(7077, ttl=1),
                            packet(7078, src="01:00:5e:00:00:01"), Ether(src=own, dst=gateway, type=0x0806)/Raw(bytes(ARP())[:10]),
                            Ether(src=own, dst=gateway)/ARP(hwlen=8, psrc="10.0.0.3", hwsrc=own),
                            packet(7079, dst=own), packet(7080, src=gateway)]
                        frames += [Ether(src=own, dst=gateway)/IP(src=address, dst="10.1.0.3")/UDP(sport=5, dport=7082) for address in ("10.0.0.1", "127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.0")]
                        frames += [Ether(src=own, dst=gateway)/IP(src="10.0.0.3", dst=address)/UDP(sport=5, dport=7083)/Raw(b"x"*18) for address in ("127.0.0.1", "0.0.0.0", "10.0.0.255")]
                        nops = [IPOption_NOP(), IPOption_NOP(), IPOption_NOP(), IPOption_EOL()]
                        for frame in frames + [packet(7091, options=nops), packet(7092)]: sendp(frame, iface="eth0")
                        """)
                })
            #expect(
                drops == [
                    "malformed-ip": 7, "ttl-exceeded": 2, "malformed-frame": 3, "hairpin": 1, "spoofed-mac": 1,
                    "spoofed-address": 5, "no-route": 2, "no-neighbour": 1,
                ])
            let packets = try await wire.stop(after: 2, filter: "udp.dstport >= 7000 && udp.dstport < 7100")
            #expect(packets.map { $0.innerNumber("udp.dstport") } == [7091, 7092])
            #expect(packets.allSatisfy { $0["ip.checksum.status"] == ["1", "1"] })
        }
    }
}
