import Lab
import LinuxNetworking
import NeutronClient
import Testing

extension Integration {
    /// One tenant on three hosts: bridging, routing, flooding.
    @Suite("A site of three hosts", .serialized, .lab("site", Scenes.oneSite))
    struct SiteTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test("S2-05, S4-08: VMs reach each other on and between hosts, in their subnet and across the router")
        func anyToAny() async throws {
            let addresses = [
                "f1": "10.1.0.11", "f2": "10.1.0.12", "f3": "10.1.0.13", "b1": "10.2.0.21", "b2": "10.2.0.22",
            ]
            let lab = lab
            try await withThrowingTaskGroup(of: Void.self) { group in
                for from in addresses.keys {
                    group.addTask {
                        for (to, address) in addresses where to != from {
                            try await lab.expectPing(from, address, count: 1)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }

        @Test(
            "S2-05, S2-13: the gateway has the same MAC on every host and answers there; routing on a host stays on the host"
        )
        func distributedRouter() async throws {
            var macs: Set<String> = []
            for vm in ["f1", "f2", "f3"] {
                let result = try await lab.run(vm, "arping", "-c", "3", "-C", "1", "10.1.0.1")
                let mac = result.outputText.split { " []()\n".contains($0) }.first {
                    $0.count == 17 && $0.contains(":")
                }
                macs.insert(String(try #require(mac, "\(result.outputText)")).lowercased())
            }
            #expect(macs.count == 1)
            let capture = try await lab.capture("eth0", in: "site1/h1", filter: "udp port 4789")
            for address in ["10.1.0.1", "10.2.0.1", "10.2.0.21"] { try await lab.expectPing("f1", address) }
            #expect(try await capture.stop().isEmpty)
        }

        @Test("S2-12, S3-12: ARP for an address of the network is answered on the spot, with its owner's MAC")
        func addressResolution() async throws {
            let wire = try await lab.capture("eth0", in: "site1/h1", filter: "udp port 4789")
            let other = try await lab.capture("eth0", in: "f2", filter: "arp")
            let result = try await lab.run("f1", "arping", "-c", "3", "-C", "1", "10.1.0.12")
            #expect(result.outputText.lowercased().contains("02:00:00:00:01:12"), "\(result.outputText)")
            #expect(try await wire.stop().isEmpty)
            #expect(try await other.stop().isEmpty)
        }

        @Test(
            "S4-31, S3-18, S3-24: a broadcast and an unknown MAC get to each other host once, and to each VM once; a known MAC to its host only"
        )
        func copies() async throws {
            // Of an interface to itself, so that nobody answers.
            func send(_ port: Int, _ mac: String, _ address: String) -> String {
                "sendp(Ether(src='02:00:00:00:01:11', dst='\(mac)')/IP(src='10.1.0.11', dst='\(address)')/UDP(sport=5, dport=\(port))/Raw(b'x'*18), iface='eth0')\n"
            }
            var captures: [String: Capture] = [:]
            for host in ["h1", "h2", "h3"] {
                captures[host] = try await lab.capture(
                    "eth0", in: "site1/\(host)", filter: "udp port 4789", direction: .outbound)
            }
            for vm in ["f1", "f2", "f3", "b1", "b2"] {
                captures[vm] = try await lab.capture(
                    "eth0", in: vm, filter: "udp and dst portrange 7001-7004", direction: .inbound)
            }
            try await lab.scapy(
                "f1",
                send(7001, "ff:ff:ff:ff:ff:ff", "10.1.0.255") + send(7002, "01:00:5e:00:00:fb", "224.0.0.251")
                    + send(7003, "02:00:00:00:01:99", "10.1.0.99") + send(7004, "02:00:00:00:01:12", "10.1.0.12"))
            var seen: [String: [WirePacket]] = [:]
            for (name, capture) in captures {
                let count = ["h1": 7, "f2": 4, "f3": 3][name] ?? 0
                seen[name] = try await capture.stop(after: count)
                    .filter { $0["icmp.type"].isEmpty && (7001...7004).contains($0.innerNumber("udp.dstport") ?? 0) }
            }
            let copies = Dictionary(grouping: seen["h1"] ?? []) { $0.innerNumber("udp.dstport") ?? 0 }
                .mapValues { $0.map { $0.outer("ip.dst") }.sorted() }
            let (second, third) = ("192.168.192.2", "192.168.192.3")
            #expect(copies == [7001: [second, third], 7002: [second, third], 7003: [second, third], 7004: [second]])
            // Split horizon: nobody sends it on.
            #expect(seen["h2"]?.isEmpty == true && seen["h3"]?.isEmpty == true)
            let delivered = seen.filter { $0.key.first != "h" }.mapValues { $0.compactMap { $0.number("udp.dstport") } }
            #expect(
                delivered == ["f1": [], "f2": [7001, 7002, 7003, 7004], "f3": [7001, 7002, 7003], "b1": [], "b2": []])
        }

        @Test(
            "S3-36: a packet that does not fit the network behind the router is answered with its MTU by the tenant's router"
        )
        func pathMTU() async throws {
            let api = try lab.api("site1")
            let back = try await lab.named(NeutronClient.Network.self, "back", at: "site1")
            #expect(back.mtu == 1550)
            _ = try await api.update(NeutronClient.Network.self, back.id, .init(mtu: 1400))
            try await lab.eventually("the router knows the MTU") {
                try await lab.ping("f1", "10.2.0.22", count: 1, size: 1373, options: ["-M", "do"], wait: "0.2").received
                    == 0
            }
            try await lab.shell("f1", "ip route flush cache")
            let capture = try await lab.capture("eth0", in: "f1", filter: "icmp")
            let ping = try await lab.ping("f1", "10.2.0.22", count: 1, size: 1400, options: ["-M", "do"], wait: "0.5")
            #expect(ping.output.contains("mtu = 1400") || ping.output.contains("mtu=1400"), "\(ping.output)")
            let answer = try #require(try await capture.stop().first { $0.outer("icmp.type") == "3" })
            #expect(answer["icmp.code"].first == "4" && answer.number("icmp.mtu") == 1400)
            #expect(answer.outer("ip.src") == "10.1.0.1" && answer.outer("ip.dst") == "10.1.0.11")
            #expect(answer["ip.checksum.status"].first == "1" && answer["icmp.checksum.status"].first == "1")
            // What fits just passes, and what may be cut is not lost in silence.
            let fitting = try await lab.ping("f1", "10.2.0.22", count: 2, size: 1372, options: ["-M", "do"])
            #expect(fitting.isWhole, "\(fitting.output)")
            _ = try await api.update(NeutronClient.Network.self, back.id, .init(mtu: 1550))
            try await lab.shell("f1", "ip route flush cache")
            try await lab.eventually("the old MTU is back") {
                try await lab.ping("f1", "10.2.0.22", count: 1, size: 1500, options: ["-M", "do"], wait: "0.2").isWhole
            }
        }

        @Test(
            "S2-27: DHCP gives a real client its address, mask, router, name servers, routes and MTU, and nothing of it leaves the host"
        )
        func dhcp() async throws {
            let api = try lab.api("site1")
            let network = try await lab.named(NeutronClient.Network.self, "front", at: "site1")
            let subnet = try #require(network.subnets.first)
            _ = try await api.update(
                NeutronClient.Subnet.self, subnet,
                .init(
                    dnsNameservers: ["9.9.9.9", "1.1.1.1"],
                    hostRoutes: [.init(destination: "172.20.0.0/16", nextHop: "10.1.0.77")]))
            let port = try await lab.plug(
                "free1", at: "site1", network: network.id, address: "10.1.0.50", hasAddress: false)
            #expect(try await lab.shell("free1", "ip -4 -o address show dev eth0") == "")
            let wire = try await lab.capture("eth0", in: "site1/h1", filter: "udp port 4789")
            let client = try await lab.capture("eth0", in: "free1", filter: "udp port 67 or udp port 68")
            // The script that udhcpc calls with what it got in its environment.
            let script = try await lab.shell(
                "free1",
                "file=$(mktemp); printf '#!/bin/sh\\n[ $1 = bound ] && env\\nexit 0\\n' > $file; chmod +x $file; echo $file"
            ).filter { !$0.isNewline }
            let output = try await lab.shell(
                "free1",
                "udhcpc -i eth0 -n -q -f -t 3 -T 1 -O staticroutes -O mtu -s \(script) 2>&1; rm \(script)")
            let given = Dictionary(
                output.split(separator: "\n").compactMap { line -> (String, String)? in
                    let parts = line.split(separator: "=", maxSplits: 1)
                    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
                }, uniquingKeysWith: { $1 })
            #expect(
                given["ip"] == "10.1.0.50" && given["mask"] == "24" && given["subnet"] == "255.255.255.0", "\(output)")
            #expect(
                given["router"] == "10.1.0.1" && given["dns"] == "9.9.9.9 1.1.1.1" && given["mtu"] == "1550",
                "\(output)")
            #expect(given["staticroutes"] == "172.20.0.0/16 10.1.0.77 0.0.0.0/0 10.1.0.1", "\(output)")
            #expect(try await client.stop().count == 4)
            #expect(try await wire.stop().isEmpty)
            try await lab.shell("free1", "ip address add 10.1.0.50/24 dev eth0")
            try await lab.expectPing("free1", "10.1.0.12")
            try await lab.unplug(port, from: "free1", at: "site1")
            _ = try await api.update(NeutronClient.Subnet.self, subnet, .init(dnsNameservers: [], hostRoutes: []))
        }

        @Test("a port is ACTIVE while it forwards: its status follows the interface's link")
        func status() async throws {
            let api = try lab.api("site1")
            let port = try await lab.named(NeutronClient.Port.self, "f3", at: "site1")
            #expect(port.status == "ACTIVE" && port.hostID == "h3")
            let interface = "tap" + port.id.prefix(11)
            try await lab.shell("site1/h3", "ip link set \(interface) down")
            _ = try await api.waitForPort(port.id, status: "DOWN", timeout: .seconds(5))
            try await lab.expectNoPing("f1", "10.1.0.13", count: 1)
            try await lab.shell("site1/h3", "ip link set \(interface) up")
            _ = try await api.waitForPort(port.id, status: "ACTIVE", timeout: .seconds(5))
            try await lab.expectPing("f1", "10.1.0.13")
            // And its administrator's word.
            _ = try await api.update(NeutronClient.Port.self, port.id, .init(adminStateUp: false))
            _ = try await api.waitForPort(port.id, status: "DOWN", timeout: .seconds(5))
            try await lab.expectNoPing("f1", "10.1.0.13", count: 1)
            _ = try await api.update(NeutronClient.Port.self, port.id, .init(adminStateUp: true))
            _ = try await api.waitForPort(port.id, status: "ACTIVE", timeout: .seconds(5))
            try await lab.expectPing("f1", "10.1.0.13")
        }
    }
}
