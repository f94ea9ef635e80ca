import Glibc
import LinuxNetworking

/// Locks on directories; one that a process has goes with it, however it ends.
enum LabLock {
    /// How long one that is dead may still seem to hold a lock.
    private static let patience = Duration.seconds(10)
    private static let pause = Duration.milliseconds(5)

    /// The lab's own: for whoever sets it up or takes it down.
    static func whileHolding<Value: Sendable>(
        _ directory: LabDirectory, _ body: () async throws -> Value
    ) async throws -> Value {
        let deadline = ContinuousClock.now + patience
        var descriptor = try take(directory.path, LOCK_EX | LOCK_NB)
        while descriptor < 0 {
            // Killed while it started a process: the child has the lock until it executes its program, and only then can
            // it be found and ended. The kernel has no event for a lock that becomes free.
            guard try !isHeldByLiving(directory.path), ContinuousClock.now < deadline else {
                throw LabError.busy(lab: directory.lab)
            }
            try await Task.sleep(for: pause)
            descriptor = try take(directory.path, LOCK_EX | LOCK_NB)
        }
        defer { release(descriptor) }
        return try await body()
    }

    private static func isHeldByLiving(_ path: String) throws -> Bool {
        guard let holder = try FileLockHolder.find(path), let process = try ForeignProcess(holder) else { return false }
        return !process.hasEnded
    }

    /// Of all labs together: for choosing what must not be chosen twice on this machine. Waits for its turn.
    static func whileHoldingMachine<Value>(_ body: () throws -> Value) throws -> Value {
        let descriptor = try take(LabDirectory.root, LOCK_EX)
        defer { release(descriptor) }
        return try body()
    }

    /// Unlocked, not only closed: a child that has just been forked may have the descriptor for a moment longer.
    private static func release(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// -1: somebody else has it.
    private static func take(_ path: String, _ operation: Int32) throws(LabError) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw .file(path: path, reason: describe(errno)) }
        while flock(descriptor, operation) < 0 {
            let reason = errno
            if reason == EINTR { continue }
            close(descriptor)
            if reason == EWOULDBLOCK { return -1 }
            throw .file(path: path, reason: "lock: \(describe(reason))")
        }
        return descriptor
    }
}
