import Foundation
import Lab
import LinuxNetworking
import NeutronClient
import Testing

extension Integration {
    /// What an agent leaves on its host: of ours nothing, of others everything.
    @Suite("Cleanup of a host", .serialized, .lab("host", Scenes.peering))
    struct CleanupHostTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        /// Things as other software makes them, some of which look almost like ours.
        private static let foreign = """
            ip link add foreign0 type veth peer name foreign1
            ip address add 10.99.0.1/24 dev foreign0
            ip link set foreign0 up
            ip link set foreign1 up
            ip route add 10.98.0.0/16 via 10.99.0.2 proto 77
            ip route add blackhole 10.97.0.0/16
            ip route add 10.95.0.0/16 dev foreign0 table 77
            ip rule add from 10.96.0.0/16 lookup 77 priority 777
            ip neighbour add 192.168.192.77 lladdr 02:00:00:00:00:77 dev eth0 nud permanent
            ip neighbour add 10.99.0.9 lladdr 02:00:00:00:00:99 dev foreign0 nud permanent
            ip address add 192.168.192.99/32 dev eth0
            ip link add tapfoo type veth peer name tapbar
            ip link add tap12345678-9x type veth peer name other
            ip link add vxlan77 type vxlan id 77 dev eth0 dstport 8472
            ip link add foreignbr type bridge
            tc qdisc replace dev eth0 root handle 1: pfifo limit 500
            tc qdisc add dev eth0 clsact
            tc filter add dev eth0 ingress priority 7 bpf bytecode '1,6 0 0 4294967295'
            tc filter add dev eth0 egress priority 7 bpf bytecode '1,6 0 0 4294967295'
            nft add table inet foreign
            nft add chain inet foreign input '{ type filter hook input priority 0; }'
            nft add rule inet foreign input udp dport 4788 drop
            sysctl -qw net.ipv4.conf.eth0.rp_filter=1
            """

        /// The namespace's configuration, without what changes by itself.
        private func configuration(_ host: String) async throws -> [String] {
            try await lab.shell(
                host,
                """
                ip -details link show
                ip -oneline address show
                ip route show table all
                ip rule show
                ip neighbour show | sed -E 's/ (REACHABLE|STALE|DELAY|PROBE|FAILED|INCOMPLETE)//'
                tc qdisc show
                tc filter show dev eth0 ingress
                tc filter show dev eth0 egress
                nft list ruleset
                sysctl -a 2>/dev/null | grep -E '^net\\.(ipv4|core|bridge)' | grep -vE 'random|count|stat|mem'
                """
            )
            .split(separator: "\n").map(String.init).sorted()
        }

        private func purge(_ host: String) async throws {
            let (site, name) = try TestLab.parts(host)
            _ = try await lab.lab.tombolo(
                ["agent", "purge", "--pin-dir", lab.lab.directory.pins(site, name)],
                in: try lab.lab.host(name, at: site).netns)
        }

        @Test(
            "invariants 6 and 11: after its purge an agent has left nothing, and foreign things are as they were",
            arguments: ["site1/compute", "site1/gateway"])
        func foreign(host: String) async throws {
            let (site, name) = try TestLab.parts(host)
            let pins = lab.lab.directory.pins(site, name)
            try await lab.end([host])
            try await purge(host)
            #expect(!FileManager.default.fileExists(atPath: pins))
            try await lab.shell(host, Self.foreign)
            let before = try await configuration(host)
            #expect(before.allSatisfy { !$0.contains("tombolo-vxlan") && !$0.contains(" managed") })

            try await lab.start([host])
            for (place, address) in [("a1", "10.0.0.3"), ("a2", "10.1.0.3")] {
                try await lab.eventually("\(place) pings \(address)") {
                    try await lab.ping(place, address, count: 1).isWhole
                }
                try await lab.expectPing(place, address)
            }
            // While it runs there is more, and nothing less.
            let running = try await configuration(host)
            #expect(Set(before).subtracting(running) == [])
            #expect(running.contains { $0.contains("tombolo-vxlan") })

            try await lab.end([host])
            try await purge(host)
            #expect(try await configuration(host) == before)
            #expect(!FileManager.default.fileExists(atPath: pins))
            // With nothing to do it does nothing.
            try await purge(host)
            #expect(try await configuration(host) == before)
            try await lab.start([host])
        }

        @Test("a purge is refused while the agent runs, and harms nothing")
        func purgeOfRunning() async throws {
            let before = try await lab.lasting()
            try await lab.expectNoLoss {
                await #expect(throws: LabError.self) { try await purge("site1/gateway") }
            }
            try await lab.expectUnchanged(since: before, restarted: [])
        }
    }
}
