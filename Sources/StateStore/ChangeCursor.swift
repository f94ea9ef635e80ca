import Synchronization

/// One watcher's position in a store's history.
final class ChangeCursor: Sendable {
    private struct State {
        /// The last revision that was handed out or is in `page`.
        var position: Revision
        /// Read but not handed out yet, newest first.
        var page: [CommittedChanges] = []
    }

    private let feed: ChangeFeed
    private let older: @Sendable (Revision, _ oldest: Revision) async throws(StoreError) -> [CommittedChanges]
    private let state: Mutex<State>

    /// - Parameter older: reads commits after a revision that the feed no longer holds (its `oldest` is given too),
    ///   at least one, or throws `StoreError.compacted`.
    init(
        since: Revision,
        feed: ChangeFeed,
        older: @escaping @Sendable (Revision, _ oldest: Revision) async throws(StoreError) -> [CommittedChanges]
    ) {
        self.feed = feed
        self.older = older
        state = Mutex(State(position: since))
    }

    /// The next commit; `nil` when the task is cancelled.
    func next() async throws(StoreError) -> CommittedChanges? {
        while !Task.isCancelled {
            let (ready, position) = state.withLock { ($0.page.popLast(), $0.position) }
            if let ready { return ready }
            switch feed.step(after: position) {
            case .commits(let commits):
                try accept(commits, after: position)
            case .older(let oldest):
                try accept(try await older(position, oldest), after: position)
            case .caughtUp:
                await feed.wait(after: position)
            case .ahead(let current):
                throw .notReached(position, current: current)
            case .closed:
                throw .closed
            }
        }
        return nil
    }

    private func accept(_ commits: [CommittedChanges], after position: Revision) throws(StoreError) {
        var expected = position
        for commit in commits {
            expected = expected.next
            guard commit.revision == expected else {
                throw .corrupt("the history lacks revision \(expected)")
            }
        }
        guard expected != position else { throw .corrupt("the history lacks revision \(position.next)") }
        state.withLock { state in
            state.position = expected
            state.page = commits.reversed()
        }
    }

    func stream() -> AsyncThrowingStream<CommittedChanges, any Error> {
        AsyncThrowingStream { try await self.next() }
    }
}
