import Glibc

/// The end of processes that are not our children. Only a parent is told by the kernel, and glibc's pidfd_open is not
/// in Swift's overlay, so this looks again after a short while.
enum ProcessExit {
    private static let pause = Duration.milliseconds(5)

    /// Returns when all have ended (zombies count), or after `limit`.
    static func await(_ processes: [pid_t], atMost limit: Duration = .seconds(2)) async throws {
        let deadline = ContinuousClock.now + limit
        while processes.contains(where: isRunning), ContinuousClock.now < deadline {
            try await Task.sleep(for: pause)
        }
    }

    static func isRunning(_ process: pid_t) -> Bool {
        // State is the first field after the program's name, which may hold anything but ends with the last ")".
        guard let status = ProcFile.read("/proc/\(process)/stat"), let end = status.lastIndex(of: ")") else {
            return false
        }
        let state = status[status.index(after: end)...].first { $0 != " " }
        return state != "Z" && state != "X"
    }
}
