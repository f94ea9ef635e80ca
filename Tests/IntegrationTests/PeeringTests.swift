import LinuxNetworking
import Testing

extension Integration {
    /// The sources' demo, judged on the wire.
    @Suite("Peering", .serialized, .lab("peer", Scenes.peering))
    struct PeeringTests {
        private static let near = "02:bb:aa:aa:dd:01"
        private static let far = "02:bb:aa:aa:dd:02"

        let lab: TestLab

        init() throws { lab = try TestLab.current }

        /// From site 1 to site 2, and back.
        private func forth(_ vni: Int) -> TunnelPacket {
            TunnelPacket(
                source: "200.200.200.3", destination: "200.100.100.3", vni: vni, innerSourceMAC: Self.near,
                innerDestinationMAC: Self.far)
        }
        private func back(_ vni: Int) -> TunnelPacket {
            TunnelPacket(
                source: "200.100.100.3", destination: "200.200.200.3", vni: vni, innerSourceMAC: Self.far,
                innerDestinationMAC: Self.near)
        }

        @Test(
            "S0-30, S0-31, S0-10, S0-27, S0-35, S4-21: A reaches A and B reaches B in VXLAN, equal though they are in every address"
        )
        func demo() async throws {
            let capture = try await lab.captureWAN("site1/gateway")
            let probes: [(from: String, to: String, vni: Int, identifier: UInt16, isFromSite1: Bool)] = [
                ("a1", "10.0.0.3", 10001, 0x0a12, true), ("b1", "10.0.0.3", 20002, 0x0b12, true),
                ("a2", "10.1.0.3", 10001, 0x0a21, false), ("b2", "10.1.0.3", 20002, 0x0b21, false),
            ]
            for probe in probes {
                let ping = try await lab.ping(probe.from, probe.to, count: 3, identifier: probe.identifier)
                #expect(ping.isWhole, "\(probe.from) to \(probe.to): \(ping.output)")
            }
            let packets = try await capture.stop()
            for probe in probes {
                let requests = packets.filter { $0.isEcho(request: true, identifier: probe.identifier) }
                let replies = packets.filter { $0.isEcho(request: false, identifier: probe.identifier) }
                #expect(requests.count == 3 && replies.count == 3, "\(probe.from)")
                for (echoes, isForth) in [(requests, probe.isFromSite1), (replies, !probe.isFromSite1)] {
                    for packet in echoes {
                        (isForth ? forth(probe.vni) : back(probe.vni)).check(packet)
                        #expect(packet.length == 148)
                        // One tenant router has it behind it.
                        #expect(packet.inner("ip.ttl") == "63")
                        #expect(packet["ip.src"].last == (isForth ? "10.1.0.3" : "10.0.0.3"))
                    }
                }
            }
            // Nothing of the tenants is on the WAN outside of VXLAN.
            #expect(packets.allSatisfy { $0.isVXLAN || $0.outer("eth.type") == "0x0806" })
        }

        @Test(
            "S0-30, S4-26: no packet of A reaches B's VMs, nor the other way, and an address that only B has does not answer A"
        )
        func isolation() async throws {
            var captures: [(vm: String, capture: Capture)] = []
            for vm in ["a1", "a2", "b1", "b2", "b3"] {
                captures.append((vm, try await lab.capture("eth0", in: vm, filter: "icmp")))
            }
            let identifiers: [UInt16: Character] = [0x1a: "a", 0x2a: "a", 0x3a: "a", 0x1b: "b", 0x2b: "b", 0x3b: "b"]
            async let pings: [Ping] = [
                lab.ping("a1", "10.0.0.3", identifier: 0x1a), lab.ping("a2", "10.1.0.3", identifier: 0x2a),
                lab.ping("b1", "10.0.0.3", identifier: 0x1b), lab.ping("b2", "10.1.0.3", identifier: 0x2b),
                lab.ping("b1", "10.0.0.7", identifier: 0x3b),
            ]
            async let lost = lab.ping("a1", "10.0.0.7", identifier: 0x3a, wait: "0.5")
            for ping in try await pings { #expect(ping.isWhole, "\(ping.output)") }
            #expect(try await lost.received == 0)
            for (vm, capture) in captures {
                let packets = try await capture.stop()
                #expect(!packets.isEmpty, "\(vm) saw nothing at all")
                let foreign = packets.filter { packet in
                    packet["icmp.ident"].contains { text in
                        UInt16(text).flatMap { identifiers[$0] }.map { $0 != vm.first } ?? true
                    }
                }
                #expect(foreign.isEmpty, "\(vm) saw \(foreign.map(\.fields))")
            }
            // Named where it ended: A's network at site 2 has nobody with that address.
            let drops = try await lab.drops(
                "site2/gateway",
                during: {
                    _ = try await lab.ping("a1", "10.0.0.7", count: 3, wait: "0.2")
                })
            #expect(drops["no-neighbour", default: 0] >= 3, "\(drops)")
        }

        @Test("S1-16: traceroute from VM to VM shows the tenant routers and no VTEP router")
        func traceroute() async throws {
            for method in ["-I", "-U"] {
                let result = try await lab.run(
                    "a1", "traceroute", method, "-n", "-q", "1", "-w", "2", "-m", "6", "10.0.0.3")
                let hops = result.outputText.split(separator: "\n").dropFirst().map { line in
                    line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                }
                #expect(hops == ["10.1.0.1", "192.168.123.2", "10.0.0.3"], "\(method): \(result.outputText)")
            }
        }

        @Test("S4-20: on a routed underlay the outer MAC is the next router's, and the last router's at the other end")
        func nextHop() async throws {
            let near = try await lab.captureWAN("site1/gateway", filter: "udp port 4789")
            let far = try await lab.captureWAN("site2/gateway", filter: "udp port 4789")
            try await lab.expectPing("a1", "10.0.0.3")
            let ends = [
                (try await near.stop(), "site1/gateway", true), (try await far.stop(), "site2/gateway", false),
            ]
            for (packets, host, isNear) in ends {
                let gateway = try lab.mac(of: "wan0", in: host)
                let router = try lab.mac(of: try lab.wanBridge(host), in: "wan")
                #expect(packets.count == 4)
                for packet in packets {
                    let leaves = (packet.outer("ip.src") == "200.200.200.3") == isNear
                    let seen = [packet.outer("eth.src"), packet.outer("eth.dst")]
                    #expect(seen == (leaves ? [gateway, router] : [router, gateway]))
                }
            }
        }

        @Test(
            "S0-38: between the host and the gateway there is one VXLAN header, and one on the WAN, each with its own VNI"
        )
        func singleEncapsulation() async throws {
            let inside = try await lab.capture("eth0", in: "site1/compute", filter: "udp port 4789")
            let outside = try await lab.captureWAN("site1/gateway", filter: "udp port 4789")
            try await lab.expectPing("a1", "10.0.0.3")
            let (first, second) = (try await inside.stop(), try await outside.stop())
            #expect(first.count == 4 && second.count == 4)
            for packet in first + second {
                #expect(packet["vxlan.vni"].count == 1 && packet.length == 148)
            }
            #expect(Set(second.compactMap(\.vni)) == [10001])
            #expect(!first.compactMap(\.vni).contains(10001))
            #expect(first.allSatisfy { $0.outer("ip.src").hasPrefix("192.168.192.") })
        }

        @Test(
            "S4-23: the UDP source port of 1001 flows lies in 49152-65535, differs for 95 % of them and stays for each")
        func sourcePorts() async throws {
            let capture = try await lab.captureWAN(
                "site1/gateway", filter: "udp port 4789 and src host 200.200.200.3")
            let gateway = try await gatewayMAC(seenBy: "a1")
            try await lab.scapy(
                "a1",
                """
                frames = [Ether(src="02:00:00:00:01:03", dst="\(gateway)")/IP(src="10.1.0.3", dst="10.0.0.3")
                    /UDP(sport=10000+n, dport=9)/Raw(b"x"*18) for n in range(1001)]
                sendp(frames + frames, iface="eth0")
                """)
            let packets = try await capture.stop().filter { $0.inner("udp.dstport") == "9" }
            #expect(packets.count == 2002)
            var ports: [String: Set<Int>] = [:]
            for packet in packets {
                ports[packet.inner("udp.srcport"), default: []].insert(packet.number("udp.srcport") ?? 0)
            }
            #expect(ports.count == 1001)
            #expect(ports.values.allSatisfy { $0.count == 1 }, "a flow changed its port")
            let all = Set(ports.values.joined())
            #expect(all.allSatisfy { (49152...65535).contains($0) })
            #expect(all.count >= 951, "\(all.count) different ports")
        }

        @Test("S0-29, S1-10: no ARP for the peer and no broadcast crosses the peering; even the first ping is answered")
        func noARP() async throws {
            let places = [("eth0", "a1"), ("eth0", "site1/compute"), ("eth0", "site1/gateway")]
            var captures: [Capture] = [
                try await lab.captureWAN("site1/gateway"), try await lab.captureWAN("site2/gateway"),
            ]
            for (interface, place) in places { captures.append(try await lab.capture(interface, in: place)) }
            try await lab.shell("a1", "ip neigh flush all")
            try await lab.expectPing("a1", "10.0.0.3", count: 1)
            // Somebody who does not exist, a broadcast, a multicast: none of these leaves the site.
            _ = try await lab.ping("a1", "10.1.0.200", count: 1, wait: "0.2")
            _ = try await lab.ping("a1", "10.1.0.255", count: 1, options: ["-b"], wait: "0.2")
            _ = try await lab.ping("a1", "224.0.0.1", count: 1, wait: "0.2")
            for (index, capture) in captures.enumerated() {
                let packets = try await capture.stop()
                let asked = packets.flatMap { $0["arp.dst.proto_ipv4"] }
                #expect(!asked.contains { $0.hasPrefix("192.168.123.") || $0.hasPrefix("10.0.") }, "\(asked)")
                if index < 2 {
                    #expect(
                        packets.filter(\.isVXLAN).allSatisfy {
                            $0["arp.opcode"].isEmpty && $0.inner("eth.dst") != "ff:ff:ff:ff:ff:ff"
                        })
                    #expect(packets.count(where: \.isVXLAN) == 2)
                }
            }
        }

        private func gatewayMAC(seenBy vm: String) async throws -> String {
            try await lab.expectPing(vm, "10.1.0.1", count: 1)
            let words = try await lab.shell(vm, "ip neigh show 10.1.0.1").split(separator: " ").map(String.init)
            let index = try #require(words.firstIndex(of: "lladdr"))
            return words[index + 1]
        }
    }
}
