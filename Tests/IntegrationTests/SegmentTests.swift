import NeutronClient
import Testing

extension Integration {
    /// Three sites on one segment.
    @Suite("Many routers on one segment", .serialized, .lab("three", Scenes.threeSites))
    struct SegmentTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test("S0-11, S0-10, S0-27: three routers on one VNI: each site reaches each other, straight")
        func anyToAny() async throws {
            var captures: [Capture] = []
            for site in 1...3 {
                captures.append(try await lab.captureWAN("site\(site)/gateway", filter: "udp port 4789"))
            }
            for from in 1...3 {
                for to in 1...3 where to != from { try await lab.expectPing("t\(from)", "10.\(to).0.3", count: 1) }
            }
            for (site, capture) in zip(1..., captures) {
                // Two peers, two pings with each, request and reply; nothing passes by a third site.
                let packets = try await capture.stop()
                #expect(packets.count == 8)
                let own = "200.0.\(site).3"
                for packet in packets {
                    let ends = [packet.outer("ip.src"), packet.outer("ip.dst")]
                    #expect(packet.vni == 777 && ends.contains(own))
                    // The peers' MACs say who they are.
                    for (end, mac) in zip(ends, [packet.inner("eth.src"), packet.inner("eth.dst")]) {
                        #expect("02:cc:00:00:00:0\(end.dropFirst(6).prefix(1))" == mac)
                    }
                }
            }
        }

        @Test("S0-09: the segment is one subnet at all sites: a router's address there answers from the others")
        func stretchedSubnet() async throws {
            for to in 2...3 { try await lab.expectPing("t1", "192.168.123.\(to)", count: 1) }
            try await lab.expectPing("t3", "192.168.123.1", count: 1)
        }

        @Test("S0-12: each router is attached once, however many others there are")
        func attachments() async throws {
            var bindings = 0
            for site in 1...3 {
                let router = try await lab.named(NeutronClient.Router.self, "T", at: "site\(site)")
                let own = try await lab.api("site\(site)").list(NeutronClient.RouterVTEPBinding.self)
                    .filter { $0.routerID == router.id }
                #expect(own.count == 1)
                bindings += own.count
            }
            #expect(bindings == 3)
        }

        @Test("S0-24: a remote MAC that moves to another site's VTEP moves the traffic with its next packet")
        func remoteMoves() async throws {
            let api = try lab.api("site1")
            let router = try await lab.named(NeutronClient.Router.self, "M", at: "site1")
            let bindings = try await api.list(NeutronClient.RouterVTEPBinding.self)
            let binding = try #require(bindings.first { $0.routerID == router.id })
            func route(to site: Int) async throws -> NeutronClient.RouterVTEPRoute {
                try await api.create(
                    NeutronClient.RouterVTEPRoute.self,
                    .init(
                        bindingID: binding.id, cidr: "10.9.0.0/24", gatewayIP: "192.168.99.2",
                        gatewayMAC: "02:dd:00:00:00:02", remoteVTEPIP: "200.0.\(site).3"))
            }
            /// Echo requests that have reached the router M's VM of a site.
            func arrived(_ site: Int) async throws -> Int {
                try await lab.protocolCounters("m\(site)")["IcmpInEchos", default: 0]
            }
            func awaitArrivals(_ site: Int, _ count: Int) async throws {
                let before = try await arrived(site)
                try await lab.eventually("site \(site) gets the traffic") { try await arrived(site) >= before + count }
            }

            let second = try await lab.captureWAN("site2/gateway", filter: "udp port 4789 and dst host 200.0.2.3")
            let third = try await lab.captureWAN("site3/gateway", filter: "udp port 4789 and dst host 200.0.3.3")
            let old = try await route(to: 2)
            // It goes on whatever happens, and how fast it is does not matter.
            let traffic = try CrashTraffic(from: "m1", in: try lab.namespace("m1"), to: "10.9.0.3")
            try await awaitArrivals(2, 20)
            try await api.delete(NeutronClient.RouterVTEPRoute.self, old.id)
            let new = try await route(to: 3)
            try await awaitArrivals(3, 20)
            // Nothing goes the old way any more.
            let left = try await arrived(2)
            try await awaitArrivals(3, 20)
            #expect(try await arrived(2) == left)
            let report = try await traffic.stop()
            #expect(report.duplicates == 0)

            let (before, after) = (try await second.stop(), try await third.stop())
            for (site, packets) in [(2, before), (3, after)] {
                #expect(packets.count >= 20)
                for packet in packets {
                    #expect(packet.vni == 999 && packet.outer("ip.src") == "200.0.1.3")
                    #expect(packet.outer("ip.dst") == "200.0.\(site).3")
                    #expect(packet.inner("eth.dst") == "02:dd:00:00:00:02")
                }
            }
            // The move lies between two packets: each went to one site, and none to the first after one to the second.
            let (first, last) = (
                before.compactMap { $0.innerNumber("icmp.seq") }, after.compactMap { $0.innerNumber("icmp.seq") }
            )
            #expect(first.count == before.count && last.count == after.count)
            #expect(Set(first).count == first.count && Set(last).count == last.count)
            #expect(try #require(first.max()) < (try #require(last.min())))
            #expect(last == Array(try #require(last.min())...(try #require(last.max()))), "from then on all of them")
            try await lab.expectPing("m1", "10.9.0.3")
            try await api.delete(NeutronClient.RouterVTEPRoute.self, new.id)
        }
    }
}
