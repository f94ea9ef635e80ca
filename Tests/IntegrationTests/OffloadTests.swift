import Lab
import LinuxNetworking
import NeutronClient
import Testing

extension Integration {
    /// Super-packets and unfinished checksums, on every way and over every underlay: what the kernels at both ends and the
    /// devices between them leave undone must be done by somebody, and right (DESIGN §7).
    @Suite("Offloads", .serialized, .lab("offload", Scenes.offload))
    struct OffloadTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        /// What the underlay's devices do themselves. Each is set on both gateways' uplinks and on the WAN router's links.
        private static let underlays: [(name: String, features: [String])] = [
            ("veth's own", []),
            ("GRO", ["gro", "on"]),
            ("no TSO", ["tso", "off"]),
            (
                "no tunnel segmentation, GRO",
                ["tx-udp_tnl-segmentation", "off", "tx-udp_tnl-csum-segmentation", "off", "gro", "on"]
            ),
            ("no checksums", ["tx", "off", "rx", "off"]),
            ("nothing at all", ["tx", "off", "tso", "off", "gso", "off", "sg", "off", "gro", "off"]),
        ]

        /// - Parameter features: of ethtool -K; what is not named is as a veth has it.
        private func set(_ features: [String]) async throws {
            let own = [
                "tx", "on", "rx", "on", "sg", "on", "tso", "on", "gso", "on", "gro", "off", "tx-udp_tnl-segmentation",
                "on", "tx-udp_tnl-csum-segmentation", "on",
            ]
            for host in ["site1/gateway", "site2/gateway"] {
                for (place, link) in [(host, "wan0"), ("wan", try lab.wanPort(host))] {
                    for words in [own, features] where !words.isEmpty {
                        try await lab.shell(place, "ethtool -K \(link) \(words.joined(separator: " "))")
                    }
                }
            }
        }

        /// All links of the underlay, and the machines at its ends, 50 bytes less.
        private func set(mtu: Int) async throws {
            for host in ["site1/gateway", "site2/gateway"] {
                try await lab.shell(host, "ip link set wan0 mtu \(mtu)")
                try await lab.shell(
                    "wan",
                    "ip link set \(try lab.wanPort(host)) mtu \(mtu); ip link set \(try lab.wanBridge(host)) mtu \(mtu)"
                )
            }
            for vm in ["site1/a1", "site1/t1", "site2/a2", "site2/t2"] {
                try await lab.shell(vm, "ip link set eth0 mtu \(mtu - 50)")
            }
        }

        private func tap(_ vm: String, _ driver: TapMachine.Driver, last: Int = 9) async throws -> TapMachine {
            let (site, net) = vm.hasSuffix("1") ? ("site1", 1) : ("site2", 0)
            return try await TapMachine.start(
                lab, vm, at: site, network: "a", address: "10.\(net).0.\(last)", gateway: "10.\(net).0.1", mtu: 8950,
                driver: driver)
        }

        @Test(
            "DESIGN §7: TCP and UDP super-packets between VMs on veth and on tap are right over every underlay: no checksum or header error at the receiver, nothing sent again and again",
            .timeLimit(.minutes(4)))
        func matrix() async throws {
            let taps = [try await tap("t1", .datagrams), try await tap("t2", .datagrams)]
            // Two at a time: from either kind of machine to either kind.
            let ways: [[(from: String, to: String, address: String)]] = [
                [("a1", "a2", "10.0.0.3"), ("t1", "t2", "10.0.0.9")],
                [("a1", "t2", "10.0.0.9"), ("t1", "a2", "10.0.0.3")],
                [("t2", "a1", "10.1.0.3"), ("a1", "t1", "10.1.0.9")],
            ]
            for mtu in [1500, 1600, 9000] {
                try await set(mtu: mtu)
                for (number, underlay) in Self.underlays.enumerated() {
                    try await set(underlay.features)
                    // The third pair goes back, and to a neighbour; one underlay after the other has it.
                    for pair in [ways[0], ways[1 + number % 2]] {
                        await withTaskGroup(of: Void.self) { group in
                            for (index, way) in pair.enumerated() {
                                let transfer = Transfer(
                                    from: way.from, to: way.to, address: way.address, port: 5201 + index,
                                    underlay: "\(underlay.name), MTU \(mtu)")
                                group.addTask {
                                    do {
                                        try await lab.transfer(transfer, bytes: 4_000_000)
                                        try await lab.contents(transfer, size: mtu - 50 - 28, count: 100)
                                    } catch { Issue.record(error, "\(transfer)") }
                                }
                            }
                        }
                    }
                }
            }
            try await set([])
            try await set(mtu: 9000)
            // Or nothing was tried. (What comes out of a tunnel is cut up before a tap.)
            let (first, second) = (try await taps[0].stop(), try await taps[1].stop())
            #expect(first.sent > 100 && second.sent > 100 && first.received > 100, "\(first), \(second)")
        }

        @Test(
            "DESIGN §7: a VM whose driver knows no offload gets segments of its own size with whole checksums, and sends such",
            .timeLimit(.minutes(2)))
        func plainDriver() async throws {
            let taps = [try await tap("p1", .plain, last: 11), try await tap("p2", .plain, last: 11)]
            for features in [[], ["gro", "on"]] {
                try await set(features)
                for (from, to, address) in [
                    ("a1", "p2", "10.0.0.11"), ("p1", "a2", "10.0.0.3"), ("p1", "p2", "10.0.0.11"),
                ] {
                    let transfer = Transfer(from: from, to: to, address: address, port: 5201)
                    try await lab.transfer(transfer, bytes: 2_000_000)
                    try await lab.contents(transfer, size: 1400, count: 100)
                }
            }
            try await set([])
            for tap in taps {
                let superPackets = try await tap.stop()
                #expect(superPackets.sent == 0 && superPackets.received == 0)
            }
        }

        /// Or the tests above would prove nothing.
        @Test(
            "the receiver's kernel is a judge: a wrong TCP and a wrong UDP checksum come through as wrong as they are, and it counts them"
        )
        func kernelCounts() async throws {
            let words = try await lab.shell("a1", "ping -c 1 -W 1 10.1.0.1 >/dev/null; ip neigh show 10.1.0.1").split(
                separator: " ")
            let gateway = try #require(words.firstIndex(of: "lladdr").map { words[$0 + 1] })
            let before = try await lab.counters("a2")
            try await lab.scapy(
                "a1",
                """
                for wrong in (TCP(sport=5, dport=7001, chksum=0xbad), UDP(sport=5, dport=7001, chksum=0xbad)):
                    sendp(Ether(src="\(try lab.mac(of: "eth0", in: "a1"))", dst="\(gateway)")/IP(src="10.1.0.3", dst="10.0.0.3")/wrong/Raw(b"x"*18), iface="eth0")
                """)
            try await lab.eventually("both are counted") {
                let after = try await lab.counters("a2")
                return ["TcpInCsumErrors", "UdpInCsumErrors"].allSatisfy {
                    after[$0, default: 0] == before[$0, default: 0] + 1
                }
            }
        }

        @Test(
            "S3-36: super-packets that come out of a tunnel and don't fit get no error, but the segment that TCP sends again does: the transfer gets through"
        )
        func tooBigBehindTunnel() async throws {
            let api = try lab.api("site2")
            let network = try await lab.named(NeutronClient.Network.self, "a", at: "site2")
            _ = try await api.update(NeutronClient.Network.self, network.id, .init(mtu: 1400))
            // The VM goes on to promise its peer jumbo segments.
            try await lab.shell("a1", "ip route flush cache")
            try await lab.eventually("the router knows") {
                try await lab.ping("a1", "10.0.0.3", count: 1, size: 1500, options: ["-M", "do"], wait: "0.2").received
                    == 0
            }
            try await lab.shell("a1", "ip route flush cache")
            let drops = try await lab.drops(
                "site2/gateway",
                during: {
                    try await lab.transfer(
                        Transfer(from: "a1", to: "a2", address: "10.0.0.3", port: 5201), bytes: 4_000_000)
                })
            #expect(drops["packet-too-big", default: 0] > 0)
            #expect(try await lab.shell("a1", "ip route get 10.0.0.3").contains("mtu 1400"))
            _ = try await api.update(NeutronClient.Network.self, network.id, .init(mtu: network.mtu))
        }
    }
}

extension Scenes {
    /// Two sites with a gateway host each; everything carries jumbo frames, until a test says less.
    static let offload = """
        underlay_mtu: 9000
        sites:
          - name: site1
            underlay: 192.168.192.0/24
            hosts: [{name: gateway, wan: {address: 200.200.200.3/24, gateway: 200.200.200.1}}]
            networks: [{name: a, project: A, subnets: [{cidr: 10.1.0.0/24}]}]
            routers: [{name: vtep}, {name: A, project: A, interfaces: [a]}]
            peerings:
              - {router: A, vtep: vtep, vni: 10001, tunnel_ip: 200.200.200.3, subnet: 192.168.123.0/29, address: 192.168.123.1, mac: "02:bb:aa:aa:dd:01", routes: [{cidr: 10.0.0.0/16, gateway: 192.168.123.2, gateway_mac: "02:bb:aa:aa:dd:02", remote_vtep: 200.100.100.3}]}
            vms: [{name: a1, host: gateway, network: a, address: 10.1.0.3}, {name: t1, host: gateway}, {name: p1, host: gateway}]
          - name: site2
            underlay: 192.168.192.0/24
            hosts: [{name: gateway, wan: {address: 200.100.100.3/24, gateway: 200.100.100.1}}]
            networks: [{name: a, project: A, subnets: [{cidr: 10.0.0.0/24}]}]
            routers: [{name: vtep}, {name: A, project: A, interfaces: [a]}]
            peerings:
              - {router: A, vtep: vtep, vni: 10001, tunnel_ip: 200.100.100.3, subnet: 192.168.123.0/29, address: 192.168.123.2, mac: "02:bb:aa:aa:dd:02", routes: [{cidr: 10.1.0.0/16, gateway: 192.168.123.1, gateway_mac: "02:bb:aa:aa:dd:01", remote_vtep: 200.200.200.3}]}
            vms: [{name: a2, host: gateway, network: a, address: 10.0.0.3}, {name: t2, host: gateway}, {name: p2, host: gateway}]
        """
}
