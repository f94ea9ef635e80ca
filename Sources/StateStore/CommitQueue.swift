import Synchronization

/// Commits that wait for the disk. Those that gather while one batch is being written form the next batch, and share
/// its one fsync (group commit).
final class CommitQueue: Sendable {
    typealias Outcome = Result<Revision, StoreError>

    struct Pending: Sendable {
        let request: CommitRequest
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiting: [Pending] = []
        /// A batch is scheduled or being written.
        var isWriting = false
        var closed = false
    }

    private let maximumBatch: Int
    private let state = Mutex(State())

    init(maximumBatch: Int) {
        self.maximumBatch = max(1, maximumBatch)
    }

    /// Waits for the request's outcome. `schedule` is called when a batch has to be scheduled for it.
    func submit(_ request: CommitRequest, schedule: () -> Void) async -> Outcome {
        await withCheckedContinuation { continuation in
            let (closed, idle) = state.withLock { state in
                guard !state.closed else { return (true, false) }
                state.waiting.append(Pending(request: request, continuation: continuation))
                defer { state.isWriting = true }
                return (false, !state.isWriting)
            }
            if closed { continuation.resume(returning: .failure(.closed)) }
            if idle { schedule() }
        }
    }

    func nextBatch() -> [Pending] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(maximumBatch))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Ends a batch: whether another one has to be scheduled.
    func finishBatch() -> Bool {
        state.withLock { state in
            state.isWriting = !state.waiting.isEmpty
            return state.isWriting
        }
    }

    var isClosed: Bool { state.withLock { $0.closed } }

    /// Takes no more commits. Returns false if it was closed already.
    func close() -> Bool {
        state.withLock { state in
            defer { state.closed = true }
            return !state.closed
        }
    }
}
