import Addresses
import Foundation
import LinuxNetworking
import Testing

@testable import Lab

extension Integration {
    /// `tombolo lab` and `tombolo demo` as processes that are interrupted, killed and started twice.
    @Suite("Cleanup", .serialized)
    struct CleanupTests {
        private func name(_ label: String) -> String { "t\(getpid())\(label)" }

        /// Runs `body` with a file that defines the lab.
        private func withFile(
            _ name: String, _ yaml: String = Scenes.peering, _ body: (String) async throws -> Void
        ) async throws {
            let path = NSTemporaryDirectory() + name + ".yaml"
            try "name: \(name)\n\(yaml)".write(toFile: path, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: path) }
            try await body(path)
        }

        private static let small = """
            sites:
              - name: site1
                underlay: 192.168.10.0/24
                hosts: [{name: host}]
                networks: [{name: net, project: p, subnets: [{cidr: 10.0.1.0/24}]}]
                vms: [{name: one, host: host, network: net}, {name: two, host: host, network: net, address: 10.0.1.22}]
            """

        // MARK: Interrupted

        @Test(
            "an interrupted `lab up` leaves nothing, whenever it was",
            arguments: [(0, SIGINT), (1, SIGTERM), (2, SIGINT), (3, SIGHUP), (5, SIGINT)])
        func interruptedUp(lines: Int, signal: Int32) async throws {
            let name = name("int")
            try await CleanupSnapshot.expectNothingLeft(of: name) {
                try await withFile(name) { file in
                    let program = try Program("lab", "up", file)
                    try await program.read(lines: lines)
                    try program.process.kill(signal)
                    let status = try await program.process.wait()
                    // It may have been done already.
                    if status.isSuccess { try await Lab.down(name) } else { #expect(status == .exited(128 + signal)) }
                }
            }
        }

        @Test("what a killed `lab up` leaves, `lab down` takes away", arguments: [0, 1, 2, 4, 5])
        func killedUp(lines: Int) async throws {
            let name = name("kil")
            try await CleanupSnapshot.expectNothingLeft(of: name) {
                try await withFile(name) { file in
                    let program = try Program("lab", "up", file)
                    try await program.read(lines: lines)
                    try program.process.kill(SIGKILL)
                    _ = try await program.process.wait()
                    let down = try await Program.run("lab", "down", name)
                    #expect(try down.isSuccess || Lab.remains(of: name).isEmpty, "\(down.errorText)")
                }
            }
        }

        @Test(
            "the demo passes twice in a row and leaves nothing; nor does it when interrupted, or not listened to"
        )
        func demo() async throws {
            let name = name("demo")
            var lines = 0
            for _ in 0..<2 {
                try await CleanupSnapshot.expectNothingLeft(of: name) {
                    let demo = try await Program.run("demo", "--name", name)
                    #expect(demo.isSuccess && demo.outputText.contains("All checks passed"), "\(demo.outputText)")
                    lines = demo.outputText.split(separator: "\n").count
                }
            }
            for part in [0.1, 0.5, 0.9] {
                try await CleanupSnapshot.expectNothingLeft(of: name, "after \(part) of it") {
                    let demo = try Program("demo", "--name", name)
                    try await demo.read(lines: Int(Double(lines) * part))
                    try demo.process.kill(SIGINT)
                    #expect(try await demo.process.wait() == .exited(128 + SIGINT))
                }
            }
            try await CleanupSnapshot.expectNothingLeft(of: name, "into a closed pipe") {
                let binary = try TestLab.binary()
                let shell = try await ProcessSpawner.run(
                    "/bin/sh", ["-c", "\(binary) demo --name \(name) | head -n 7"])
                #expect(shell.isSuccess && shell.outputText.split(separator: "\n").count <= 7)
            }
        }

        @Test("a killed demo leaves what `lab down` takes away, and the next one says so", arguments: [10, 50, 90])
        func killedDemo(lines: Int) async throws {
            let name = name("gone")
            try await CleanupSnapshot.expectNothingLeft(of: name) {
                let demo = try Program("demo", "--name", name)
                try await demo.read(lines: lines)
                try demo.process.kill(SIGKILL)
                _ = try await demo.process.wait()
                let next = try await Program.run("demo", "--name", name)
                #expect(!next.isSuccess && next.errorText.contains("there is a lab named"), "\(next.errorText)")
                let down = try await Program.run("lab", "down", name)
                #expect(down.isSuccess, "\(down.errorText)")
            }
        }

        // MARK: Two at once

        @Test("of one name there is one lab: a second `lab up` is refused and does it no harm, whenever it comes")
        func sameName() async throws {
            let name = name("same")
            try await CleanupSnapshot.expectNothingLeft(of: name) {
                try await withFile(name, Self.small) { file in
                    let first = try Program("lab", "up", file)
                    let second = try Program("lab", "up", file)
                    let statuses = [try await first.process.wait(), try await second.process.wait()]
                    #expect(statuses.count(where: \.isSuccess) == 1)
                    let lab = try Lab.open(name, binary: try TestLab.binary())
                    let manager = try lab.processIDs(of: .manager(site: "site1"))

                    let third = try await Program.run("lab", "up", file)
                    #expect(!third.isSuccess && third.errorText.contains("there is a lab named"))
                    #expect(try lab.processIDs(of: .manager(site: "site1")) == manager && manager.count == 1)
                    try await expectPing(in: lab)
                    try await lab.down()
                }
            }
        }

        @Test("a lab that is being made cannot be taken down, and becomes what it should")
        func downDuringUp() async throws {
            let name = name("busy")
            try await CleanupSnapshot.expectNothingLeft(of: name) {
                try await withFile(name, Self.small) { file in
                    let up = try Program("lab", "up", file)
                    try await up.read(lines: 1)
                    let down = try await Program.run("lab", "down", name)
                    #expect(!down.isSuccess && down.errorText.contains("another process"), "\(down.errorText)")
                    #expect(try await up.process.wait().isSuccess)
                    let lab = try Lab.open(name, binary: try TestLab.binary())
                    try await expectPing(in: lab)
                    try await lab.down()
                }
            }
        }

        @Test("two labs made at the same time live side by side; the end of one, or of what is none, leaves the other")
        func twoLabs() async throws {
            let (one, two) = (name("one"), name("two"))
            try await CleanupSnapshot.expectNothingLeft(of: one) {
                try await withFile(one, Self.small) { firstFile in
                    try await withFile(two, Self.small) { secondFile in
                        let programs = [try Program("lab", "up", firstFile), try Program("lab", "up", secondFile)]
                        for program in programs { #expect(try await program.process.wait().isSuccess) }
                        let second = try Lab.open(two, binary: try TestLab.binary())
                        try await Lab.down(one)
                        // Each of these is a path to where the labs are.
                        for wrong in ["", ".", "..", "../labs", "./\(two)", "\(two)/site1"] {
                            let down = try await Program.run("lab", "down", wrong)
                            #expect(!down.isSuccess, "lab down '\(wrong)'")
                        }
                        try await expectPing(in: second)
                        #expect(try second.isRunning(.agent(site: "site1", host: "host")))
                        try await second.down()
                    }
                }
            }
            #expect(try Lab.remains(of: two) == [])
        }

        private func expectPing(in lab: Lab) async throws {
            let echo = Echo(from: try lab.vm("one", at: "site1").netns, to: IPv4Address(10, 0, 1, 22), identifier: 99)
            #expect(try await echo.ping(count: 2).allSatisfy(\.isReply))
        }
    }
}

/// `tombolo` with arguments, as somebody at a terminal starts it.
private struct Program {
    let process: ChildProcess
    /// Read all the time: with nobody to read, the program would end.
    private let lines: AsyncStream<String>

    init(_ arguments: String...) throws {
        var spawner = ProcessSpawner(try TestLab.binary(), arguments)
        spawner.output = .capture
        spawner.error = .discard
        spawner.deathSignal = SIGKILL
        process = try spawner.spawn()
        let output = try #require(process.standardOutput)
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        Task {
            for await line in output.lines { continuation.yield(line) }
            continuation.finish()
        }
    }

    /// Returns when it has written that many lines, or has ended.
    func read(lines count: Int) async throws {
        guard count > 0 else { return try await Task.sleep(for: .milliseconds(80)) }
        var read = 0
        for await _ in lines {
            read += 1
            if read == count { return }
        }
    }

    static func run(_ arguments: String...) async throws -> ProcessResult {
        try await ProcessSpawner.run(try TestLab.binary(), arguments)
    }
}
