import CLinux
import Datapath
import Foundation
import Synchronization
import Testing

/// A BPF filesystem of the test's own, below /tmp: nothing touches /sys/fs/bpf.
final class BPFMount: Sendable {
    let path: String
    var pins: String { path + "/datapath" }

    private static let prefix = "tombolo-datapath-tests-"
    private static let serial = Atomic<Int>(0)

    init() throws {
        try #require(geteuid() == 0, "tests of the kernel's datapath need root")
        try Self.sweep
        let number = Self.serial.add(1, ordering: .relaxed).newValue
        path = "/tmp/\(Self.prefix)\(getpid())-\(number)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try PinDirectory.mountFileSystem(at: path)
    }

    deinit {
        // Unmounting drops what is still pinned.
        do {
            try PinDirectory.unmountFileSystem(at: path)
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record(error)
        }
    }

    /// Mounts that a crashed run left behind.
    private static let swept = Result {
        for name in try FileManager.default.contentsOfDirectory(atPath: "/tmp") where name.hasPrefix(prefix) {
            let parts = name.dropFirst(prefix.count).split(separator: "-")
            guard let owner = parts.first.flatMap({ pid_t($0) }), kill(owner, 0) != 0, errno == ESRCH else { continue }
            _ = clinux_unmount("/tmp/" + name, 1)
            try FileManager.default.removeItem(atPath: "/tmp/" + name)
        }
    }
    private static var sweep: Void { get throws { try swept.get() } }
}

/// Runs on a thread with a new, empty network namespace of its own, which goes away with the thread.
func inOwnNetworkNamespace<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            let outcome = Swift.Result<Result, any Error> {
                let home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
                try #require(home >= 0)
                defer {
                    // Resuming may start a thread of the task pool, and a thread starts where its maker is. Entering a
                    // namespace that we hold open fails only without the rights we just used; going on regardless
                    // would run other tests in the wrong one.
                    if clinux_enter_network_namespace(home) != 0 { fatalError("no way back from the test's namespace") }
                    close(home)
                }
                try #require(clinux_unshare_network() == 0, "tests of the kernel's datapath need root")
                return try body()
            }
            continuation.resume(with: outcome)
        }
        thread.stackSize = 4 << 20
        thread.start()
    }
}

/// A TAP interface in the calling thread's network namespace; gone when released.
final class TapInterface {
    let name: String
    let index: UInt32
    private let descriptor: Int32

    init(_ name: String) throws {
        var buffer = [CChar](repeating: 0, count: 16)
        for (position, byte) in name.utf8.prefix(15).enumerated() { buffer[position] = CChar(bitPattern: byte) }
        descriptor = clinux_tap_open(&buffer, 0, 0)
        try #require(descriptor >= 0, "cannot make a TAP interface: errno \(-descriptor)")
        self.name = name
        index = if_nametoindex(name)
        try #require(index != 0)
    }

    /// Returns when the interface is gone. A compiler that another test is just starting may hold a copy of the
    /// descriptor until it executes, and the interface with it.
    func remove() {
        close(descriptor)
        let deadline = Date(timeIntervalSinceNow: 10)
        while if_nametoindex(name) == index {
            guard Date() < deadline else {
                Issue.record("the interface \(name) doesn't go away")
                return
            }
            sched_yield()
        }
    }
}
