import Testing

extension Integration {
    /// The WAN carries less than the sites' own networks.
    @Suite("A narrow WAN", .serialized, .lab("narrow", "wan: {mtu: 1500}\n" + Scenes.peering))
    struct NarrowTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test(
            "S3-36: what does not fit the WAN is answered by the tenant's router with what does; nothing is fragmented")
        func narrow() async throws {
            let wan = try await lab.captureWAN("site1/gateway", filter: "udp port 4789")
            let vm = try await lab.capture("eth0", in: "a1", filter: "icmp")
            // 1500 less 50 for the tunnel, 20 of IPv4 and 8 of ICMP.
            let fitting = try await lab.ping("a1", "10.0.0.3", size: 1422, options: ["-M", "do"])
            #expect(fitting.isWhole, "\(fitting.output)")
            let more = try await lab.ping("a1", "10.0.0.3", size: 1423, options: ["-M", "do"], wait: "0.5")
            #expect(more.received == 0)
            let packets = try await wan.stop()
            #expect(packets.count == 4)
            #expect(
                packets.allSatisfy {
                    $0.outer("ip.flags.df") == "1" && $0.outer("ip.flags.mf") == "0" && $0.length <= 1514
                })
            let answers = try await vm.stop().filter { $0.outer("icmp.type") == "3" }
            #expect(
                answers.first.map { [$0.outer("ip.src"), $0.outer("icmp.code"), $0.outer("icmp.mtu")] } == [
                    "10.1.0.1", "4", "1450",
                ])
        }
    }
}
