import Foundation
import Glibc
import Lab
import LinuxNetworking
import Testing

@testable import Datapath

extension Integration {
    /// Control processes die, and are replaced, while a thousand packets a second and a TCP flow cross the sites
    /// (DESIGN.md, invariants 2 and 3).
    @Suite("Crash: under load", .serialized)
    struct CrashLoadTests {
        @Test(
            "invariants 2 and 3: killed agents, then managers, then both, lose no packet of 1,000 a second, nor of a TCP flow"
        )
        func killed() async throws {
            try await TestLab.with("load", Scenes.peering) { lab in
                let before = try await lab.lasting()
                let managers = lab.lab.plan.sites.map(\.name)
                try await lab.expectNoLossUnderLoad {
                    for victims in [lab.hosts, managers, lab.hosts + managers] {
                        try await lab.end(victims)
                        // Time in which nobody is there.
                        try await Task.sleep(for: .seconds(1))
                        try await lab.start(victims)
                        try await lab.expectUnchanged(
                            since: before, restarted: victims.filter { $0.contains("/") })
                    }
                }
            }
        }

        @Test(
            "invariant 3: the program is replaced and restarted under load: no packet is lost, also where its datapath is another one"
        )
        func upgraded() async throws {
            let old = try TestLab.binary()
            let directory = NSTemporaryDirectory() + "tombolo-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let installed = directory + "/tombolo"
            try FileManager.default.copyItem(atPath: old, toPath: installed)

            try await TestLab.with("upgrade", Scenes.peering, binary: installed) { lab in
                let before = try await lab.lasting()
                // As a package manager does: a new file in the place of the one that runs.
                try FileManager.default.copyItem(atPath: old, toPath: installed + ".new")
                let file = try FileHandle(forWritingTo: URL(filePath: installed + ".new"))
                try file.seekToEnd()
                try file.write(contentsOf: Data("another version".utf8))
                try file.close()
                try await lab.expectNoLossUnderLoad {
                    try #require(rename(installed + ".new", installed) == 0)
                    #expect(try lab.programs().allSatisfy { $0.hasSuffix(" (deleted)") })
                    for name in lab.processes {
                        try await lab.end([name], signal: SIGTERM)
                        try await lab.start([name])
                    }
                    #expect(try Set(lab.programs()) == [installed])
                    try await lab.expectUnchanged(since: before, restarted: lab.hosts)

                    // A version with other programs: it finds its own not loaded.
                    for host in lab.hosts {
                        try await lab.end([host], signal: SIGTERM)
                        let (site, name) = try TestLab.parts(host)
                        let pins = PinDirectory(lab.lab.directory.pins(site, name))
                        var version = try #require(try LoadedVersion.load(from: pins))
                        version.contentHash = "another"
                        try version.save(to: pins)
                        try await lab.start([host])
                    }
                    try await lab.expectUnchanged(since: before, restarted: lab.hosts, reloaded: lab.hosts)
                }
            }
        }
    }
}

extension TestLab {
    /// The files that the lab's processes execute.
    fileprivate func programs() throws -> [String] {
        try processes.flatMap { try lab.processIDs(of: try process($0)) }
            .map { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/exe") }
    }
}
