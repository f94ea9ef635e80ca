import Foundation
import Lab
import LinuxNetworking
import SeededRandom
import Testing

extension Integration {
    /// Control processes die while packets flow (DESIGN.md, invariants 2 and 3).
    @Suite("Crash", .serialized, .lab("crash", Scenes.peering))
    struct CrashTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test(
            "invariants 2 and 3: killed processes lose no packet, and their successors adopt what they left",
            arguments: [
                ["site1/gateway"], ["site1"], ["site1/gateway", "site1"], ["site1/compute", "site2/gateway"],
                ["site1", "site2", "site1/gateway", "site1/compute", "site2/gateway"],
            ])
        func killed(victims: [String]) async throws {
            let before = try await lab.lasting()
            let logs = try Dictionary(uniqueKeysWithValues: lab.hosts.map { ($0, try lab.log($0).utf8.count) })
            try await lab.expectNoLoss {
                try await lab.end(victims)
                // Time in which nobody is there to notice anything.
                for _ in 0..<4 {
                    try await Task.sleep(for: .milliseconds(500))
                    // A VM that was idle, and has to ask for its router's MAC.
                    try await lab.shell("b1", "ip neighbour flush all")
                    try await lab.expectPing("b1", "10.0.0.3")
                }
                try await lab.start(victims)
            }
            try await lab.expectUnchanged(since: before, restarted: victims.filter { $0.contains("/") })
            // Whoever lost a stream went on where it was: no snapshot.
            for host in lab.hosts {
                let lines = try lab.log(host, from: logs[host] ?? 0).split(separator: "\n")
                let connections = lines.filter { $0.contains("connected to the manager") }
                let site = host.prefix { $0 != "/" }
                #expect(connections.isEmpty != (victims.contains(host) || victims.contains(String(site))), "\(host)")
                #expect(connections.allSatisfy { $0.contains("resumed=true") }, "\(host): \(connections)")
            }
        }

        @Test("invariant 2: stopped processes leave the datapath as it is")
        func stopped() async throws {
            let before = try await lab.lasting()
            try await lab.expectNoLoss {
                try await lab.end(lab.processes, signal: SIGTERM)
                for host in lab.hosts {
                    #expect(try lab.tables(host) == before.tables[host])
                    let (site, name) = try TestLab.parts(host)
                    let socket = lab.lab.directory.controlSocket(site, name)
                    #expect(!FileManager.default.fileExists(atPath: socket), "a stopped agent takes its socket away")
                }
                try await lab.expectPing("b1", "10.0.0.3")
                try await lab.start(lab.processes)
            }
            try await lab.expectUnchanged(since: before, restarted: lab.hosts)
        }

        @Test("invariants 2 and 3: processes killed at random moments, also of their start, lose no packet")
        func killedAtRandom() async throws {
            let before = try await lab.lasting()
            var random = SplitMix64(seed: 20_261_120)
            try await lab.expectNoLoss {
                try await lab.end(lab.processes)
                var children: [String: ChildProcess] = [:]
                for name in lab.processes { children[name] = try lab.lab.start(try lab.process(name)) }
                for _ in 0..<20 {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &random)))
                    guard let name = lab.processes.randomElement(using: &random), let child = children[name] else {
                        continue
                    }
                    try child.kill(SIGKILL)
                    _ = try await child.wait()
                    children[name] = try lab.lab.start(try lab.process(name))
                }
                for (name, child) in children { try await lab.lab.waitUntilReady(try lab.process(name), child: child) }
                for host in lab.hosts {
                    try await lab.eventually("\(host) has its stream") { try await lab.status(host).connected }
                }
            }
            try await lab.expectUnchanged(since: before, restarted: lab.hosts)
        }
    }
}
