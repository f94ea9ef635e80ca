import Glibc
import Synchronization

/// A thread that lives as long as this process. The kernel sends a child's death signal when the *thread* that forked
/// it ends, and threads of pools do end.
final class SpawnThread: Sendable {
    static let shared = SpawnThread()

    private typealias Job = @Sendable () -> Void

    private let jobs = Mutex<[Job]>([])
    private let waiting = Semaphore()
    private let startError: Int32

    private init() {
        var thread = pthread_t()
        startError = pthread_create(
            &thread, nil,
            { _ in
                SpawnThread.shared.run()
                return nil
            }, nil
        )
        if startError == 0 { pthread_detach(thread) }
    }

    func perform(_ plan: StartedProcess.Plan) throws(SystemError) -> StartedProcess {
        if startError != 0 { throw SystemError(operation: "start a thread", errno: startError) }
        let outcome = SpawnOutcome()
        jobs.withLock { jobs in
            jobs.append {
                do throws(SystemError) {
                    outcome.finish(.success(try plan.fork()))
                } catch {
                    outcome.finish(.failure(error))
                }
            }
        }
        waiting.signal()
        return try outcome.wait().get()
    }

    private func run() {
        while true {
            waiting.wait()
            let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            job?()
        }
    }
}

/// What one job comes to, handed from the spawning thread to the one that waits.
private final class SpawnOutcome: Sendable {
    private let result = Mutex<Result<StartedProcess, SystemError>?>(nil)
    private let done = Semaphore()

    func finish(_ result: Result<StartedProcess, SystemError>) {
        self.result.withLock { $0 = result }
        done.signal()
    }

    func wait() -> Result<StartedProcess, SystemError> {
        while true {
            if let result = result.withLock({ $0 }) { return result }
            done.wait()
        }
    }
}

/// Unchecked: the only state is a sem_t at an address that never changes, which any number of threads may post and
/// wait on (sem_overview(7)); it is destroyed when no reference, so no caller, is left.
private final class Semaphore: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    /// May return early after a signal handler ran; callers look at what they wait for.
    func wait() { _ = sem_wait(semaphore) }
}
