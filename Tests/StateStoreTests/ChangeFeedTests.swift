import Testing

@testable import StateStore

/// Races that the stores' own tests meet by luck only.
@Suite("Change feed", .timeLimit(.minutes(1)))
struct ChangeFeedTests {
    private func commits(_ revisions: ClosedRange<UInt64>) -> [CommittedChanges] {
        revisions.map { CommittedChanges(revision: Revision($0), changes: []) }
    }

    @Test("waiting returns at once for a commit that came just before, for a closed feed and for a cancelled task")
    func noLostWakeup() async {
        let feed = ChangeFeed(head: .zero, capacity: 8)
        feed.publish(commits(1...1))
        await feed.wait(after: .zero)
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await feed.wait(after: Revision(1))
        }
        await cancelled.value
        feed.close()
        await feed.wait(after: Revision(1))
    }

    @Test("the feed holds exactly its capacity; what is before it is older")
    func capacity() {
        let feed = ChangeFeed(head: Revision(5), capacity: 3)
        #expect(feed.step(after: Revision(5)) == .caughtUp)
        #expect(feed.step(after: Revision(4)) == .older(oldest: Revision(5)))
        for revision in UInt64(6)...20 {
            feed.publish(commits(revision...revision))
            let oldest = max(5, revision - 3)
            #expect(feed.step(after: Revision(oldest)) == .commits(commits(oldest + 1...revision)))
            #expect(feed.step(after: Revision(oldest - 1)) == .older(oldest: Revision(oldest)))
            #expect(feed.step(after: Revision(revision + 1)) == .ahead(current: Revision(revision)))
        }
    }

    @Test("commits that the feed missed are never skipped: watchers read them from the history")
    func missed() {
        let feed = ChangeFeed(head: .zero, capacity: 8)
        feed.publish(commits(1...2))
        feed.publish(commits(5...6))
        #expect(feed.step(after: Revision(2)) == .older(oldest: Revision(4)))
        #expect(feed.step(after: Revision(4)) == .commits(commits(5...6)))
    }
}
