import Addresses
import Foundation
import LinuxNetworking
import Synchronization
import Testing

@testable import Lab

/// With real namespaces, managers and agents; needs root.
@Suite("A lab's life", .serialized)
struct LabLifeTests {
    @Test("a lab comes up, its VMs reach each other over hosts and subnets, and it leaves nothing")
    func life() async throws {
        let name = KernelEnvironment.uniqueName("life")
        try await KernelEnvironment.withLab(try KernelEnvironment.oneSite(name)) { lab in
            let description = try lab.description()
            let site = try #require(description.sites.first)
            #expect(site.manager.running && site.hosts.allSatisfy { $0.running })
            #expect(site.hosts.map(\.addresses) == [["192.168.10.1/24"], ["192.168.10.2/24"]])
            #expect(site.vms.map(\.addresses) == [["10.0.1.10/24"], ["10.0.1.11/24"], ["10.0.2.10/24"]])
            #expect(site.vms.allSatisfy { $0.port_id != nil && $0.mac != nil })
            for target in ["10.0.1.11", "10.0.2.10", "10.0.1.1"] {
                let destination = try #require(IPv4Address(target))
                let web = try lab.vm("web", at: "site1").netns
                let answers = try await Echo(from: web, to: destination, identifier: 77).ping(count: 2)
                #expect(answers.allSatisfy { $0.isReply }, "web to \(target)")
            }
            let again = try KernelEnvironment.oneSite(name)
            await #expect(throws: LabError.exists(lab: name)) { _ = try await Lab.up(again, binary: lab.binary) }
        }
    }

    @Test("two labs with equal addresses are up at the same time")
    func twoLabs() async throws {
        let first = try KernelEnvironment.oneSite(KernelEnvironment.uniqueName("twoa"))
        let second = try KernelEnvironment.oneSite(KernelEnvironment.uniqueName("twob"))
        try await KernelEnvironment.withLab(first) { one in
            try await KernelEnvironment.withLab(second) { two in
                #expect(one.plan.sites[0].endpoint != two.plan.sites[0].endpoint)
                for lab in [one, two] {
                    let echo = Echo(
                        from: try lab.vm("web", at: "site1").netns, to: IPv4Address(10, 0, 2, 10), identifier: 78)
                    #expect(try await echo.ping(count: 1).allSatisfy { $0.isReply })
                }
            }
        }
    }

    @Test("an interrupted setting up leaves nothing", arguments: [1, 2, 3])
    func interrupted(steps: Int) async throws {
        let name = KernelEnvironment.uniqueName("intr")
        let definition = try KernelEnvironment.oneSite(name)
        let binary = try KernelEnvironment.binary()
        let (progress, heard) = AsyncStream.makeStream(of: String.self)
        let setup = Task { _ = try await Lab.up(definition, binary: binary) { heard.yield($0) } }
        var seen = 0
        for await _ in progress {
            seen += 1
            if seen == steps { break }
        }
        setup.cancel()
        // The last step may have been the last thing to do.
        if case .success = await setup.result { try await Lab.down(name) }
        #expect(try Lab.remains(of: name) == [])
    }

    @Test("what a killed setting up left is taken away", arguments: [30, 100, 300, 900])
    func killed(afterMilliseconds: Int) async throws {
        let name = KernelEnvironment.uniqueName("killd")
        let file = NSTemporaryDirectory() + "\(name).yaml"
        let example = """
            name: \(name)
            sites:
              - {name: site1, underlay: 192.168.10.0/24, hosts: [{name: host1}], vms: [{name: vm1, host: host1}]}
            """
        try example.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        var spawner = ProcessSpawner(try KernelEnvironment.binary(), ["lab", "up", file])
        spawner.output = .discard
        spawner.error = .discard
        let child = try spawner.spawn()
        _ = try await child.wait(atMost: .milliseconds(afterMilliseconds))
        try child.kill(SIGKILL)
        _ = try await child.wait()
        if try !Lab.remains(of: name).isEmpty { try await Lab.down(name) }
        #expect(try Lab.remains(of: name) == [])
    }

    @Test("the lock of one that was killed while it started a process is waited for; a living one's is not")
    func lockOfTheDead() async throws {
        let directory = LabDirectory(lab: KernelEnvironment.uniqueName("lock"))
        try directory.create()
        defer { #expect(throws: Never.self) { try directory.remove() } }
        // Locks, forks, and is killed; what it forked has the lock for a moment more, as before it executes a program.
        let script = """
            import fcntl, os, signal, sys, time
            lock = os.open(sys.argv[1], os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            parent = os.getpid()
            if os.fork() == 0:
                while os.getppid() == parent: time.sleep(0.01)
                time.sleep(0.3)
                os._exit(0)
            print('locked', flush=True)
            signal.pause()
            """
        var spawner = ProcessSpawner("/usr/bin/python3", ["-c", script, directory.path])
        spawner.output = .capture
        spawner.deathSignal = SIGKILL
        let holder = try spawner.spawn()
        for await line in try #require(holder.standardOutput).lines where line == "locked" { break }
        await #expect(throws: LabError.busy(lab: directory.lab)) { try await LabLock.whileHolding(directory) {} }
        try holder.kill(SIGKILL)
        _ = try await holder.wait()
        let taken = try await LabLock.whileHolding(directory) { true }
        #expect(taken)
    }

    @Test("processes of a lab can be killed and started again")
    func restart() async throws {
        let name = KernelEnvironment.uniqueName("restart")
        try await KernelEnvironment.withLab(try KernelEnvironment.oneSite(name)) { lab in
            for process in [LabProcess.manager(site: "site1"), .agent(site: "site1", host: "host1")] {
                try await lab.kill(process)
                #expect(try !lab.isRunning(process))
                try await lab.startAndWait(process)
                #expect(try lab.processIDs(of: process).count == 1)
            }
        }
    }
}
