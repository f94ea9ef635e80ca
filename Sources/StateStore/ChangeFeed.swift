import Synchronization

/// The newest commits of a store, and the watchers that wait for the next one.
///
/// Nothing is queued per watcher: a commit only wakes those that wait, and each takes what follows its own position.
/// So catching up and following are one path, and a slow watcher costs no memory.
final class ChangeFeed: Sendable {
    /// What there is for a watcher at a position.
    enum Step: Equatable, Sendable {
        case commits([CommittedChanges])
        /// The next commit is no longer here: the store's history may have it.
        case older(oldest: Revision)
        case caughtUp
        /// The position is after the last commit.
        case ahead(current: Revision)
        case closed
    }

    private struct State {
        var head: Revision
        /// Consecutive, and the last one is at `head`. At most twice `capacity`; only the last `capacity` count.
        var tail: [CommittedChanges] = []
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
        var closed = false

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { waiters = [:] }
            return Array(waiters.values)
        }
    }

    /// How many commits a watcher gets at once.
    private static let page = 256

    private let capacity: Int
    private let state: Mutex<State>

    init(head: Revision, capacity: Int) {
        self.capacity = max(1, capacity)
        state = Mutex(State(head: head))
    }

    var head: Revision { state.withLock { $0.head } }

    /// Appends commits that are durable, in order, and wakes the watchers.
    func publish(_ commits: [CommittedChanges]) {
        guard let first = commits.first, let last = commits.last else { return }
        let waiters = state.withLock { state in
            // What is missing in between, watchers read from the store's history.
            if first.revision != state.head.next { state.tail = [] }
            state.tail += commits
            state.head = last.revision
            if state.tail.count >= 2 * capacity { state.tail.removeFirst(state.tail.count - capacity) }
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    func close() {
        let waiters = state.withLock { state in
            state.closed = true
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    func step(after position: Revision) -> Step {
        state.withLock { state in
            guard !state.closed else { return .closed }
            guard position <= state.head else { return .ahead(current: state.head) }
            let missing = state.head.value - position.value
            guard missing > 0 else { return .caughtUp }
            let kept = min(state.tail.count, capacity)
            guard missing <= UInt64(kept) else {
                return .older(oldest: Revision(state.head.value - UInt64(kept)))
            }
            return .commits(Array(state.tail.suffix(Int(missing)).prefix(Self.page)))
        }
    }

    /// Returns when there is something after `position`, the feed is closed, or the task is cancelled.
    func wait(after position: Revision) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    // Cancelled before this: the handler below found no waiter. After it: the handler finds this one.
                    if state.closed || state.head > position || Task.isCancelled { return true }
                    state.waiters[waiter] = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }
}
