import Glibc
import Testing

@testable import LinuxNetworking

/// Sleeps until it is killed, and never longer than the tests run.
private func sleeper(in namespace: NetworkNamespace? = nil) -> ProcessSpawner {
    var spawner = ProcessSpawner("sleep", ["1000"], in: namespace)
    spawner.output = .discard
    spawner.error = .discard
    spawner.deathSignal = SIGKILL
    return spawner
}

@Suite("processes", .timeLimit(.minutes(1))) struct ProcessTests {
    @Test("a program's output, errors and exit status come back") func run() async throws {
        let result = try await ProcessSpawner.run("sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(result.outputText == "out\n")
        #expect(result.errorText == "err\n")
        #expect(result.status == .exited(3))
        #expect(!result.isSuccess)
    }

    @Test("input and output beyond a pipe's size pass") func large() async throws {
        let input = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let result = try await ProcessSpawner.run("cat", input: input)
        #expect(result.output == input)
    }

    @Test("environment and working directory are the ones given") func surroundings() async throws {
        var spawner = ProcessSpawner("/bin/sh", ["-c", "echo $COLOUR; pwd; env | wc -l"])
        spawner.environment = ["COLOUR": "green"]
        spawner.workingDirectory = "/proc"
        let lines = try await spawner.run().outputText.split(separator: "\n")
        #expect(lines.prefix(2) == ["green", "/proc"])
        // Shells add PWD and the like; what matters is that ours did not leak in.
        #expect((Int(lines.last ?? "") ?? 99) < 6)
    }

    @Test("a program that is not there, or a directory, is an error at the start") func missing() {
        let missing = #expect(throws: SystemError.self) { try ProcessSpawner("no-such-program").spawn() }
        #expect(missing?.errno == ENOENT)
        let refused = #expect(throws: SystemError.self) { try ProcessSpawner("/tmp").spawn() }
        #expect(refused?.errno == EACCES)
        #expect(refused?.operation == "start /tmp: execute")
        var lost = ProcessSpawner("true")
        lost.workingDirectory = "/no/such/place"
        let directory = #expect(throws: SystemError.self) { try lost.spawn() }
        #expect(directory?.operation.contains("/no/such/place") == true)
    }

    @Test("a process lives in the namespace it was started in, and is found there") func namespace() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let child = try sleeper(in: namespaces[0]).spawn()
            #expect(try namespaces[0].processes() == [child.pid])
            #expect(try NetworkNamespace.ofProcess(child.pid) == namespaces[0])
            // Started from inside, without naming the namespace.
            let second = try namespaces[0].perform {
                var spawner = sleeper()
                spawner.deathSignal = nil
                return try spawner.spawn()
            }
            #expect(Set(try namespaces[0].processes()) == [child.pid, second.pid])
            try child.kill(SIGKILL)
            try second.kill()
            #expect(try await child.wait() == .signalled(SIGKILL))
            #expect(try await second.wait() == .signalled(SIGTERM))
            #expect(try namespaces[0].processes() == [])
        }
    }

    @Test("the death signal watches this process, not the thread that asked") func deathSignal() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            // `perform`'s thread is gone when it returns.
            let child = try namespaces[0].perform {
                try sleeper().spawn()
            }
            #expect(try await child.wait(atMost: .milliseconds(200)) == nil)
            #expect(try NetworkNamespace.ofProcess(child.pid) == namespaces[0])
            #expect(try await child.terminate() == .signalled(SIGTERM))
        }
    }

    @Test("a private /sys shows the namespace's links") func privateSysfs() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            try RouteNetlink(in: namespaces[0]).createBridge(name: "only-here")
            var spawner = ProcessSpawner("ls", ["/sys/class/net"], in: namespaces[0])
            #expect(try await !spawner.run().outputText.contains("only-here"))
            spawner.privateSysfs = true
            let result = try await spawner.run()
            #expect(Set(result.outputText.split(separator: "\n")) == ["lo", "only-here"], "\(result.errorText)")
        }
    }

    @Test("all who wait hear of the end; who waits later too") func waiters() async throws {
        let child = try sleeper().spawn()
        #expect(child.isRunning)
        #expect(try child.waitBlocking(milliseconds: 10) == nil)
        let statuses = try await withThrowingTaskGroup(of: ExitStatus.self) { group in
            for _ in 0..<5 { group.addTask { try await child.wait() } }
            try child.kill()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: .signalled(SIGTERM), count: 5))
        #expect(try await child.wait() == .signalled(SIGTERM))
        #expect(try child.waitBlocking(milliseconds: 0) == .signalled(SIGTERM))
        #expect(child.exitStatus == .signalled(SIGTERM))
        // It is collected: signals to it go nowhere.
        try child.kill()
        #expect(kill(child.pid, 0) == -1)
    }

    @Test("a wait that is cancelled ends, the process goes on") func cancellation() async throws {
        let child = try sleeper().spawn()
        let waiting = Task { try await child.wait() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(child.isRunning)
        _ = try await child.terminate()
    }

    @Test("what outlives its time is killed with its children, and what it wrote is kept") func timeout() async throws {
        let error = await #expect(throws: ProcessTimeout.self) {
            try await ProcessSpawner("sh", ["-c", "echo begun; sleep 1000 & sleep 1000"]).run(
                timeout: .milliseconds(300)
            )
        }
        #expect(error?.output == Array("begun\n".utf8))
    }

    @Test("output arrives line by line while the program runs") func lines() async throws {
        var spawner = ProcessSpawner("sh", ["-c", "echo ready; echo two >&2; exec sleep 1000"])
        spawner.output = .capture
        spawner.error = .sameAsOutput
        let child = try spawner.spawn()
        let output = try #require(child.standardOutput)
        var seen: [String] = []
        for await line in output.lines {
            seen.append(line)
            if seen.count == 2 { break }
        }
        #expect(seen == ["ready", "two"])
        _ = try await child.terminate()
    }

    @Test("a file takes output, from the start or at its end") func files() async throws {
        let path = "/tmp/tbtest-\(getpid())-output"
        defer { unlink(path) }
        for (text, append, expected) in [("a", false, "a\n"), ("b", true, "a\nb\n"), ("c", false, "c\n")] {
            var spawner = ProcessSpawner("echo", [text])
            spawner.output = .file(path, append: append)
            #expect(try await spawner.spawn().wait() == .exited(0))
            #expect(try await ProcessSpawner.run("cat", [path]).outputText == expected)
        }
    }

    @Test("a new session leads itself; children inherit no descriptor but the three") func isolation() async throws {
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        var spawner = ProcessSpawner("sh", ["-c", "ls /proc/self/fd; ps -o sid= -p $$; echo $$"])
        spawner.group = .newSession
        spawner.output = .capture
        let child = try spawner.spawn()
        let text = String(decoding: await child.standardOutput?.collect() ?? [], as: UTF8.self)
        let words = text.split { $0 == "\n" || $0 == " " }
        // `ls` opens the directory itself as 3.
        #expect(words.prefix(4) == ["0", "1", "2", "3"])
        #expect(words.suffix(2).allSatisfy { $0 == "\(child.pid)" })
    }

    @Test("a process of another's is watched and signalled; a zombie has ended, a number without a process is none")
    func foreign() async throws {
        // The shell never collects the sleeper.
        var spawner = ProcessSpawner("sh", ["-c", "sleep 1000 & echo $!; exec sleep 1000"])
        spawner.output = .capture
        spawner.deathSignal = SIGKILL
        let parent = try spawner.spawn()
        var pid: pid_t = 0
        for await line in try #require(parent.standardOutput).lines {
            pid = try #require(pid_t(line))
            break
        }
        let process = try #require(try ForeignProcess(pid))
        #expect(!process.hasEnded)
        try await ForeignProcess.ends(of: [process], atMost: .milliseconds(20))
        #expect(!process.hasEnded)
        async let end: Void = process.end()
        try process.kill(SIGKILL)
        try await end
        #expect(process.hasEnded)
        try process.kill(SIGKILL)
        try await ForeignProcess.ends(of: [process, process], atMost: .seconds(30))
        #expect(try ForeignProcess(pid)?.hasEnded == true, "it is a zombie")
        #expect(try ForeignProcess(0) == nil)
        #expect(try ForeignProcess(.max) == nil)
        _ = try await parent.terminate()
    }

    @Test("the holder of a file's lock is known by name") func lockHolder() async throws {
        let path = "/tmp/tbtest-\(getpid())-lock"
        try #require(mkdir(path, 0o700) == 0)
        defer { rmdir(path) }
        #expect(try FileLockHolder.find(path) == nil)
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_EX) == 0)
        #expect(try FileLockHolder.find(path) == getpid())
        try #require(flock(descriptor, LOCK_UN) == 0)
        #expect(try FileLockHolder.find(path) == nil)
        #expect(throws: SystemError.self) { try FileLockHolder.find(path + "/none") }
    }

    @Test("a line of /proc/locks is read as it is written") func lockLine() {
        let line = "4: FLOCK  ADVISORY  WRITE 12183 fe:01:318567 0 EOF"
        #expect(FileLockHolder.holder(in: line, device: 0xfe01, inode: 318_567) == 12183)
        #expect(FileLockHolder.holder(in: line, device: 0xfe02, inode: 318_567) == nil)
        #expect(FileLockHolder.holder(in: line, device: 0xfe01, inode: 318_568) == nil)
        for other in [
            "4: POSIX  ADVISORY  WRITE 1 fe:01:318567 0 EOF", "4: -> FLOCK  ADVISORY  WRITE 1 fe:01:318567 0 EOF", "",
        ] {
            #expect(FileLockHolder.holder(in: other, device: 0xfe01, inode: 318_567) == nil, "\(other)")
        }
    }
}
