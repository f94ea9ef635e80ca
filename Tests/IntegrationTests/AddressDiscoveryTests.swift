import Lab
import NeutronClient
import Testing

extension Integration {
    /// RFC 7348 §4.2's walk-through: an ARP for an address that the control plane does not know. The group 239.1.1.100 of
    /// the sources is a copy per host here.
    @Suite("Address discovery", .serialized, .lab("discovery", Scenes.oneSite))
    struct AddressDiscoveryTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test("S4-29: an ARP request goes to each other host once, its reply straight back, and then all is unicast")
        func walkThrough() async throws {
            let api = try lab.api("site1")
            let port = try await lab.named(NeutronClient.Port.self, "f2", at: "site1")
            _ = try await api.update(
                NeutronClient.Port.self, port.id, .init(portSecurityEnabled: false, securityGroups: []))
            try await lab.lab.waitUntilHostsFollow(site: "site1")
            try await lab.shell("f2", "ip address add 10.1.0.99/24 dev eth0")

            let h1 = try await lab.capture("eth0", in: "site1/h1", filter: "udp port 4789")
            try await lab.expectPing("f1", "10.1.0.99", count: 2)
            let packets = try await h1.stop()
            let arp = packets.filter { !$0["arp.opcode"].isEmpty && $0["arp.dst.proto_ipv4"].contains("10.1.0.99") }
            #expect(arp.map { $0.outer("ip.src") } == ["192.168.192.1", "192.168.192.1"])
            #expect(arp.map { $0.outer("ip.dst") }.sorted() == ["192.168.192.2", "192.168.192.3"])
            #expect(arp.allSatisfy { $0.inner("eth.dst") == "ff:ff:ff:ff:ff:ff" })
            let reply = packets.filter { $0["arp.opcode"].contains("2") }
            #expect(reply.map { $0.outer("ip.src") } == ["192.168.192.2"])
            #expect(reply.map { $0.inner("eth.dst") } == ["02:00:00:00:01:11"])
            // The requests and their replies, between the two hosts alone.
            let echoes = packets.filter { !$0["icmp.type"].isEmpty }
            #expect(echoes.count == 4)
            #expect(echoes.allSatisfy { ![$0.outer("ip.src"), $0.outer("ip.dst")].contains("192.168.192.3") })
        }
    }
}
