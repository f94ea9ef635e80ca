import LinuxNetworking
import Testing

extension Integration {
    /// Both of site 1's hosts have a way to the WAN; tenant A's peering has an off-ramp, tenant B's has none.
    @Suite("Off-ramp", .serialized, .lab("offramp", Scenes.offRamp))
    struct OffRampTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test("S0-25: with an off-ramp a host sends straight to the remote VTEP, without one through the gateway host")
        func outerSender() async throws {
            let compute = try await lab.captureWAN("site1/compute", filter: "udp port 4789")
            let gateway = try await lab.captureWAN("site1/gateway", filter: "udp port 4789")
            try await lab.expectPing("a1", "10.0.0.3", count: 3)
            try await lab.expectPing("b1", "10.0.0.3", count: 3)

            // A's requests leave from the VM's own host, with the tunnel IP as their source (S0-27).
            let straight = try await compute.stop()
            #expect(straight.count == 3)
            for packet in straight {
                #expect(packet.vni == 10001)
                #expect(packet.outer("ip.src") == "200.200.200.3" && packet.outer("ip.dst") == "200.100.100.3")
            }
            // A's replies enter at the gateway host, B's packets pass it both ways.
            let through = try await gateway.stop()
            #expect(
                through.filter { $0.vni == 10001 }.map { $0.outer("ip.src") }
                    == Array(repeating: "200.100.100.3", count: 3))
            #expect(through.filter { $0.vni == 20002 }.count == 6)
        }

        @Test("S0-25, S3-36: what fits is what the sending host's own uplink carries")
        func mtu() async throws {
            let fits = try await lab.run("a1", "ping", "-c", "1", "-W", "2", "-M", "do", "-s", "1472", "10.0.0.3")
            #expect(fits.isSuccess, "\(fits.outputText)")
        }
    }
}
