import CLinux
import Glibc
import Synchronization

/// A process that this one started. It is collected as soon as it ends, whether anybody waits or not; it does not end
/// when the last reference to this goes.
package final class ChildProcess: Sendable {
    private enum State {
        case running(waiters: [Int: CheckedContinuation<ExitStatus, any Error>], nextWaiter: Int)
        case ended(ExitStatus)
    }

    package let pid: pid_t
    /// The program's path, for messages.
    package let program: String
    /// When the output was asked to be captured.
    package let standardOutput: PipeReader?
    package let standardError: PipeReader?
    private let leadsGroup: Bool
    private let descriptor: OwnedDescriptor
    private let state = Mutex(State.running(waiters: [:], nextWaiter: 0))

    init(
        pid: pid_t, program: String, descriptor: OwnedDescriptor, leadsGroup: Bool, standardOutput: PipeReader?,
        standardError: PipeReader?
    ) throws(SystemError) {
        self.pid = pid
        self.program = program
        self.descriptor = descriptor
        self.leadsGroup = leadsGroup
        self.standardOutput = standardOutput
        self.standardError = standardError
        let token = Mutex<UInt64?>(nil)
        // The loop's thread may be there before the token is; it waits at the lock.
        try token.withLock { (stored) throws(SystemError) in
            stored = try ReadinessLoop.shared.add(descriptor) { [self] in
                if collect() { token.withLock { $0 }.map(ReadinessLoop.shared.remove) }
            }
        }
    }

    /// How it ended; nil while it runs.
    package var exitStatus: ExitStatus? {
        state.withLock { if case .ended(let status) = $0 { status } else { nil } }
    }

    package var isRunning: Bool { exitStatus == nil }

    /// Waits for the end. Throws only CancellationError, when the waiting task is cancelled; the process goes on.
    package func wait() async throws -> ExitStatus {
        let id = state.withLock { state -> Int in
            guard case .running(let waiters, let next) = state else { return 0 }
            state = .running(waiters: waiters, nextWaiter: next + 1)
            return next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let known = state.withLock { state -> Result<ExitStatus, any Error>? in
                    switch state {
                    case .ended(let status): return .success(status)
                    case .running(var waiters, let next):
                        // The cancellation handler may have run before there was anything to cancel.
                        if Task.isCancelled { return .failure(CancellationError()) }
                        waiters[id] = continuation
                        state = .running(waiters: waiters, nextWaiter: next)
                        return nil
                    }
                }
                if let known { continuation.resume(with: known) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<ExitStatus, any Error>? in
                guard case .running(var waiters, let next) = state else { return nil }
                let waiter = waiters.removeValue(forKey: id)
                state = .running(waiters: waiters, nextWaiter: next)
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Waits for the end; nil when it does not come within the time.
    package func wait(atMost limit: Duration) async throws -> ExitStatus? {
        try await withThrowingTaskGroup(of: ExitStatus?.self) { group in
            group.addTask { try await self.wait() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Blocks the thread until the end; nil when it does not come within the time. For code that cannot be async.
    package func waitBlocking(milliseconds: Int32) throws(SystemError) -> ExitStatus? {
        if let status = exitStatus { return status }
        let ready = try check(clinux_wait_readable(descriptor.rawValue, milliseconds), "wait for \(program)")
        if ready > 0 { _ = collect() }
        return exitStatus
    }

    /// Sends a signal to the process. One that has ended is left in peace.
    package func kill(_ signal: Int32 = SIGTERM) throws(SystemError) {
        let result = clinux_pidfd_signal(descriptor.rawValue, signal)
        if result < 0 && result != -ESRCH {
            throw SystemError(operation: "send signal \(signal) to \(program)", errno: -result)
        }
    }

    /// Sends a signal to the process and all of its group, when it was started with a group or session of its own.
    package func killGroup(_ signal: Int32 = SIGTERM) throws(SystemError) {
        guard leadsGroup else { return try kill(signal) }
        if Glibc.kill(-pid, signal) < 0 && errno != ESRCH {
            throw SystemError(operation: "send signal \(signal) to the group of \(program)", errno: errno)
        }
    }

    /// Asks it to end, and after `grace` makes it.
    package func terminate(grace: Duration = .seconds(5)) async throws -> ExitStatus {
        try killGroup(SIGTERM)
        if let status = try await wait(atMost: grace) { return status }
        try killGroup(SIGKILL)
        return try await wait()
    }

    /// Takes the exit status from the kernel, once. False when the process still runs.
    private func collect() -> Bool {
        let waiters = state.withLock { state -> [CheckedContinuation<ExitStatus, any Error>]? in
            guard case .running(let waiters, _) = state else { return [] }
            var exit = clinux_exit()
            let result = clinux_reap(descriptor.rawValue, &exit)
            if result == 0 { return nil }
            // Somebody else in this process has taken it (a wait for any child, SIGCHLD ignored): the status is lost,
            // the end is certain.
            let status = result < 0 ? ExitStatus.exited(-1) : ExitStatus(exit)
            state = .ended(status)
            return Array(waiters.values)
        }
        guard let waiters else { return false }
        if let status = exitStatus { for waiter in waiters { waiter.resume(returning: status) } }
        return true
    }
}
