import LinuxNetworking
import NeutronClient
import Testing

@testable import Lab

extension Integration {
    /// The operations guide's peering by gateway devices, judged on the wire.
    @Suite("Peering by the guide", .serialized, .lab("guide", GuideScene.yaml), .timeLimit(.minutes(2)))
    struct GuideTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        private func site(_ site: GuideScene.Site) throws -> GuideResources {
            GuideResources(
                site: site,
                api: NarratedAPI(site: site.name, client: try lab.api(site.name), narrator: Narrator { _ in }))
        }

        private func put(_ path: String, _ body: JSON, at site: String, expecting status: Int = 200) async throws {
            let answer = try await lab.api(site).send("PUT", path, body: Array(body.compact.utf8))
            #expect(answer.status == status, "\(String(decoding: answer.body, as: UTF8.self))")
        }

        @Test(
            "S0-09, S1-11, S1-15, S1-10, S1-09, S1-17, S0-24: the guide's sites in different orders of steps, live changes under traffic, and nothing left"
        )
        func life() async throws {
            let (stores, kernels) = (try await lab.stores(), try await lab.kernels())
            var a = try site(GuideScene.siteA)
            var b = try site(GuideScene.siteB)
            try await a.createTenant(in: lab.lab)
            try await b.createTenant(in: lab.lab)
            try await a.createGateway()
            try await a.createPeerRouter()
            try await a.createRemoteSite()
            // Site B in another order: what it knows of A before its own router is there.
            try await b.createGateway()
            try await b.createRemoteSite()
            try await lab.expectNoPing("vma", "10.0.1.3")
            try await b.createPeerRouter()
            try await lab.eventually("the peering") { try await lab.ping("vma", "10.0.1.3", count: 1).isWhole }

            let capture = try await lab.captureWAN("sitea/gateway")
            try await lab.expectPing("vma", "10.0.1.3", count: 3)
            try await lab.expectPing("vmb", "10.0.0.3", count: 3)
            let packets = try await capture.stop()
            #expect(packets.count(where: \.isVXLAN) == 12)
            for packet in packets where packet.isVXLAN {
                #expect(packet.vni == 100)
                let isForth = packet.outer("ip.src") == "200.200.0.1"
                #expect(packet.inner("eth.src") == (isForth ? "16:b7:b5:a4:57:75" : "6e:e4:5a:fa:8e:09"))
                #expect(packet.inner("eth.dst") == (isForth ? "6e:e4:5a:fa:8e:09" : "16:b7:b5:a4:57:75"))
            }

            try await stretched(a)
            try await changes(a)

            try await a.deletePeering()
            try await lab.eventually("it ends") {
                try await lab.ping("vma", "10.0.1.3", count: 1, wait: "0.2").received == 0
            }
            try await b.deletePeering()
            try await a.deleteTenant(in: lab.lab)
            try await b.deleteTenant(in: lab.lab)
            #expect(try await lab.stores() == stores)
            try await lab.eventually("the kernels' tables are as before") { try await lab.kernels() == kernels }
        }

        /// A VM on the multi-site network itself (S0-09): its ARP for the remote peer is answered here, and no broadcast
        /// of it, no ARP and no unknown unicast crosses (invariant 8).
        private func stretched(_ a: GuideResources) async throws {
            let port = try await lab.plug(
                "wide", at: "sitea", network: a.multiSiteNetwork, address: "192.168.0.11", mac: "02:00:00:00:00:11")
            // Site B must know it as it knows the peer router.
            let device = try await lab.api("siteb").send("GET", "/v2.0/gw/gateway_devices")
            let id = try #require(
                try JSON(parsing: device.body)["gateway_devices"]?.elements?.first?["id"]?.text)
            let networks = try await lab.api("siteb").list(
                NeutronClient.Network.self, where: ["name": "SiteBMultiSiteNetwork"])
            let network = try #require(networks.first)
            func post(_ path: String, _ body: JSON) async throws {
                let answer = try await lab.api("siteb").send("POST", path, body: Array(body.compact.utf8))
                #expect(answer.status == 201, "\(String(decoding: answer.body, as: UTF8.self))")
            }
            try await post(
                "/v2.0/gw/gateway_devices/\(id)/remote_mac_entries",
                [
                    "remote_mac_entry": [
                        "mac_address": "02:00:00:00:00:11", "vtep_address": "200.200.0.1", "segmentation_id": 100,
                    ]
                ])
            try await post(
                "/v2.0/ports",
                [
                    "port": [
                        "network_id": .string(network.id), "mac_address": "02:00:00:00:00:11",
                        "fixed_ips": [["ip_address": "192.168.0.11"]], "device_owner": "network:remote_site",
                    ]
                ])
            let capture = try await lab.captureWAN("sitea/gateway")
            try await lab.eventually("the stretched network") {
                try await lab.ping("wide", "192.168.0.2", count: 1).isWhole
            }
            _ = try await lab.ping("wide", "192.168.0.255", count: 1, options: ["-b"], wait: "0.2")
            _ = try await lab.ping("wide", "192.168.0.77", count: 1, wait: "0.2")
            let packets = try await capture.stop().filter(\.isVXLAN)
            #expect(!packets.isEmpty)
            #expect(packets.allSatisfy { $0["arp.opcode"].isEmpty && $0.inner("eth.dst") != "ff:ff:ff:ff:ff:ff" })
            try await lab.unplug(port, from: "wide", at: "sitea")
            for port in try await lab.api("siteb").list(
                NeutronClient.Port.self, where: ["mac_address": "02:00:00:00:00:11"])
            {
                try await lab.api("siteb").delete(NeutronClient.Port.self, port.id)
            }
            let entries = try JSON(
                parsing: try await lab.api("siteb").send("GET", "/v2.0/gw/gateway_devices/\(id)/remote_mac_entries")
                    .body)
            for entry in entries["remote_mac_entries"]?.elements ?? []
            where entry["mac_address"]?.text == "02:00:00:00:00:11" {
                let path = "/v2.0/gw/gateway_devices/\(id)/remote_mac_entries/\(entry["id"]?.text ?? "")"
                #expect(try await lab.api("siteb").send("DELETE", path).status == 204)
            }
        }

        /// Updates in place that the next packet feels (S0-24, S1-04).
        private func changes(_ a: GuideResources) async throws {
            let entry = "/v2.0/gw/gateway_devices/\(a.device)/remote_mac_entries/\(a.remoteMACEntry)"
            let device = "/v2.0/gw/gateway_devices/\(a.device)"
            func reaches() async throws -> Bool { try await lab.ping("vma", "10.0.1.3", count: 1, wait: "0.2").isWhole }
            try await put(entry, ["remote_mac_entry": ["vtep_address": "200.200.0.9"]], at: "sitea")
            try await lab.eventually("the next packet goes to the new VTEP") {
                let capture = try await lab.captureWAN("sitea/gateway", filter: "udp port 4789")
                _ = try await reaches()
                return try await capture.stop().contains { $0.outer("ip.dst") == "200.200.0.9" }
            }
            try await put(entry, ["remote_mac_entry": ["vtep_address": "200.200.0.2"]], at: "sitea")
            try await lab.eventually("the MAC is back") { try await reaches() }
            try await put(device, ["gateway_device": ["tunnel_ips": ["200.200.0.7"]]], at: "sitea")
            try await lab.eventually("no host has the new tunnel IP") { try await !reaches() }
            try await put(device, ["gateway_device": ["tunnel_ips": ["200.200.0.1"], "name": "A"]], at: "sitea")
            try await lab.eventually("the tunnel IP is back") { try await reaches() }
            // A rename is no matter of the datapath: a ping through it loses nothing.
            async let steady = lab.ping("vma", "10.0.1.3", count: 40)
            try await put(device, ["gateway_device": ["name": "SiteA"]], at: "sitea")
            try await put("/v2.0/l2-gateways/\(a.l2Gateway)", ["l2_gateway": ["name": "renamed"]], at: "sitea")
            #expect(try await steady.isWhole)
        }
    }
}
