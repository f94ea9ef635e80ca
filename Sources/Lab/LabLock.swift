import Glibc

/// Locks on directories; one that a process has goes with it, however it ends.
enum LabLock {
    /// The lab's own: for whoever sets it up or takes it down.
    static func whileHolding<Value: Sendable>(
        _ directory: LabDirectory, _ body: () async throws -> Value
    ) async throws -> Value {
        let descriptor = try take(directory.path, LOCK_EX | LOCK_NB)
        if descriptor < 0 { throw LabError.busy(lab: directory.lab) }
        defer { close(descriptor) }
        return try await body()
    }

    /// Of all labs together: for choosing what must not be chosen twice on this machine. Waits for its turn.
    static func whileHoldingMachine<Value>(_ body: () throws -> Value) throws -> Value {
        let descriptor = try take(LabDirectory.root, LOCK_EX)
        defer { close(descriptor) }
        return try body()
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
