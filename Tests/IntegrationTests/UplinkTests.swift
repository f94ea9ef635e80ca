import Lab
import Testing

extension Integration {
    @Suite("Uplinks", .serialized, .lab("uplink", Scenes.peering))
    struct UplinkTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test(
            "S0-08, S1-04, S0-27, S4-28: tunnel packets follow the underlay's routes to another uplink, with the same tunnel IPs"
        )
        func otherUplink() async throws {
            let before = try await lab.captureWAN("site1/gateway", filter: "udp port 4789")
            try await lab.expectPing("a1", "10.0.0.3")
            #expect(try await before.stop().count == 4)

            // A second link between the gateway and the WAN, with addresses of its own.
            try await lab.shell(
                "site1/gateway",
                """
                ip link add wan1 mtu 1600 type veth peer name second mtu 1600 netns \(try lab.lab.namespace(of: "wan"))
                ip address add 172.31.1.2/30 dev wan1
                ip link set wan1 up
                """)
            try await lab.shell("wan", "ip address add 172.31.1.1/30 dev second; ip link set second up")
            // Ours may go there and theirs come: both directions move.
            try await lab.shell("site1/gateway", "ip route add 200.100.100.3/32 via 172.31.1.1")
            try await lab.shell("wan", "ip route add 200.200.200.3/32 via 172.31.1.2")
            try await lab.eventually("the tunnel is on the second uplink") {
                try await lab.ping("a1", "10.0.0.3", count: 1).isWhole
            }
            let first = try await lab.captureWAN("site1/gateway", filter: "udp port 4789")
            let second = try await lab.capture("second", in: "wan", filter: "udp port 4789")
            try await lab.expectPing("a1", "10.0.0.3")
            try await lab.expectPing("b2", "10.1.0.3")
            #expect(try await first.stop().isEmpty)
            let moved = try await second.stop()
            #expect(moved.count == 8)
            for packet in moved {
                #expect(Set([packet.outer("ip.src"), packet.outer("ip.dst")]) == ["200.200.200.3", "200.100.100.3"])
            }

            // The link that has the tunnel IP goes down: the tunnel does not notice.
            try await lab.shell("site1/gateway", "ip link set wan0 down")
            try await lab.expectPing("a1", "10.0.0.3", count: 5)
            try await lab.shell(
                "site1/gateway", "ip link set wan0 up; ip route add default via 200.200.200.1; ip link del wan1")
            try await lab.shell("wan", "ip route flush 200.200.200.3/32")
            try await lab.eventually("the tunnel is on the first uplink again") {
                try await lab.ping("a1", "10.0.0.3", count: 1).isWhole
            }
            let back = try await lab.captureWAN("site1/gateway", filter: "udp port 4789")
            try await lab.expectPing("a1", "10.0.0.3")
            #expect(try await back.stop().count == 4)
        }
    }
}
