import CLinux
import Glibc

/// A process that another one started, held by a descriptor: whatever its number means later, this is the same process.
package final class ForeignProcess: Sendable {
    package let pid: pid_t
    private let descriptor: OwnedDescriptor

    /// Nil when there is no such process, or it is a thread of one.
    package init?(_ pid: pid_t) throws(SystemError) {
        let descriptor = clinux_pidfd_open(pid)
        if [-ESRCH, -EINVAL, -ENOENT].contains(descriptor) { return nil }
        self.pid = pid
        self.descriptor = OwnedDescriptor(owning: try check(descriptor, "watch process \(pid)"))
    }

    /// Zombies have ended, too.
    package var hasEnded: Bool { clinux_wait_readable(descriptor.rawValue, 0) > 0 }

    /// One that has ended is left in peace.
    package func kill(_ signal: Int32) throws(SystemError) {
        let result = clinux_pidfd_signal(descriptor.rawValue, signal)
        if result < 0 && result != -ESRCH {
            throw SystemError(operation: "send signal \(signal) to process \(pid)", errno: -result)
        }
    }

    /// Returns when it has ended; the kernel says so.
    /// - Throws: CancellationError too.
    package func end() async throws {
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
        // The loop takes a descriptor once, and several may wait.
        let copy = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 3)
        if copy < 0 { throw SystemError(operation: "watch process \(pid)", errno: errno) }
        let token = try ReadinessLoop.shared.add(OwnedDescriptor(owning: copy)) { continuation.finish() }
        defer { ReadinessLoop.shared.remove(token) }
        for await _ in ends {}
        try Task.checkCancellation()
    }

    /// Returns when all have ended, or the time is over.
    package static func ends(of processes: [ForeignProcess], atMost limit: Duration) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for process in processes {
                group.addTask {
                    try await process.end()
                    return true
                }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            for _ in processes where try await group.next() != true { return }
        }
    }
}
