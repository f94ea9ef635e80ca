import StateStore
import Testing

/// The contract of `StateStore`, part two: watchers.
@Suite("Every store: watchers", .timeLimit(.minutes(1)))
struct ConformanceWatchTests {
    @Test("a watcher gets the history first, then each commit as it comes", arguments: Backend.allCases)
    func historyThenLive(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let (a, b) = (try key("a"), try key("b"))
            _ = try await store.commit([.put(a, [1]), .put(b, [1])])
            _ = try await store.commit([.delete(a), .put(b, [2])])
            var watcher = store.changes(since: .zero).makeAsyncIterator()
            #expect(
                try await watcher.next()
                    == CommittedChanges(revision: Revision(1), changes: [.put(a, [1]), .put(b, [1])]))
            #expect(
                try await watcher.next()
                    == CommittedChanges(revision: Revision(2), changes: [.delete(a), .put(b, [2])]))
            for value in UInt8(3)...5 {
                let revision = try await store.commit([.put(a, [value])])
                let commit = CommittedChanges(revision: revision, changes: [.put(a, [value])])
                #expect(try await watcher.next() == commit)
            }
        }
    }

    @Test("a watcher from a snapshot's revision gets only what follows", arguments: Backend.allCases)
    func afterSnapshot(_ backend: Backend) async throws {
        try await backend.withStore { store in
            for value in UInt8(1)...3 { _ = try await store.commit([.put(key("a"), [value])]) }
            let at = try await store.entries(under: "").at
            async let first = store.changes(since: at, first: 1)
            let revision = try await store.commit([.put(key("a"), [4])])
            #expect(try await first.map(\.revision) == [revision])
        }
    }

    @Test("many watchers under concurrent writers: every commit, in order, once", arguments: Backend.allCases)
    func complete(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let (writers, each) = (8, 40)
            let total = writers * each
            let histories = try await withThrowingTaskGroup(of: [CommittedChanges]?.self) { group in
                // Half of the watchers are there before the first commit, the others come in between.
                for _ in 0..<10 {
                    group.addTask { try await store.changes(since: .zero, first: total) }
                }
                for writer in 0..<writers {
                    group.addTask {
                        for index in 0..<each {
                            _ = try await store.commit([.put(key("w/\(writer)"), [UInt8(index)])])
                        }
                        return nil
                    }
                }
                for late in 0..<10 {
                    group.addTask {
                        _ = try await store.changes(since: .zero, first: late * 20)
                        return try await store.changes(since: .zero, first: total)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
            }
            #expect(histories.count == 20)
            for history in histories {
                #expect(history.map(\.revision.value) == Array(1...UInt64(total)))
                #expect(history == histories[0])
            }
            // Replaying the history gives the state.
            var replayed: [StoreKey: [UInt8]] = [:]
            for case .put(let key, let value) in histories[0].flatMap(\.changes) { replayed[key] = value }
            let entries = try await store.entries(under: "").entries
            #expect(replayed == Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) }))
        }
    }

    @Test("snapshot and watch, taken together under load, never leave a gap", arguments: Backend.allCases)
    func snapshotAndWatch(_ backend: Backend) async throws {
        try await backend.withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for index in 0..<300 {
                        _ = try await store.commit([.put(key("k/\(index % 7)"), bytes("\(index)"))])
                    }
                }
                for _ in 0..<4 {
                    group.addTask {
                        let (entries, at) = try await store.entries(under: "k")
                        var state = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
                        for commit in try await store.changes(since: at, first: 300 - Int(at.value)) {
                            for case .put(let key, let value) in commit.changes { state[key] = value }
                        }
                        let final = try await store.entries(under: "k").entries
                        #expect(state == Dictionary(uniqueKeysWithValues: final.map { ($0.key, $0.value) }))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(
        "history beyond the limit is compacted: the error names the oldest start that works",
        arguments: Backend.allCases)
    func compaction(_ backend: Backend) async throws {
        try await backend.withStore(historyLimit: 10) { store in
            for index in 0..<50 { _ = try await store.commit([.put(key("k/\(index % 3)"), [UInt8(index)])]) }
            let error = await #expect(throws: StoreError.self) { try await store.changes(since: .zero, first: 1) }
            guard case .compacted(let oldest) = error else {
                Issue.record("\(String(describing: error)) is not .compacted")
                return
            }
            #expect(oldest == Revision(40))
            let kept = try await store.changes(since: oldest, first: 10)
            #expect(kept.map(\.revision.value) == Array(41...50))
            await #expect(throws: StoreError.compacted(oldest: oldest)) {
                try await store.changes(since: Revision(oldest.value - 1), first: 1)
            }
            // Entries are no history: all are there.
            #expect(try await store.entries(under: "k").entries.count == 3)
        }
    }

    @Test("a watcher that falls behind the history is told, and not given a gap", arguments: Backend.allCases)
    func fallsBehind(_ backend: Backend) async throws {
        try await backend.withStore(historyLimit: 10) { store in
            _ = try await store.commit([.put(key("a"), [0])])
            var watcher = store.changes(since: .zero).makeAsyncIterator()
            #expect(try await watcher.next()?.revision == Revision(1))
            for index in 0..<30 { _ = try await store.commit([.put(key("a"), [UInt8(index)])]) }
            do {
                let commit = try await watcher.next()
                Issue.record("got \(String(describing: commit))")
            } catch let error as StoreError {
                #expect(error == .compacted(oldest: Revision(21)))
            }
        }
    }

    @Test("a watcher from a revision that the store never reached is told", arguments: Backend.allCases)
    func notReached(_ backend: Backend) async throws {
        try await backend.withStore { store in
            _ = try await store.commit([.put(key("a"), [0])])
            await #expect(throws: StoreError.notReached(Revision(2), current: Revision(1))) {
                try await store.changes(since: Revision(2), first: 1)
            }
        }
    }

    @Test("a watcher's task can be cancelled while it waits; others go on", arguments: Backend.allCases)
    func cancellation(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let waiting = (0..<20).map { _ in
                Task { try await store.changes(since: .zero, first: 1) }
            }
            for (index, task) in waiting.enumerated() where index.isMultiple(of: 2) { task.cancel() }
            for (index, task) in waiting.enumerated() where index.isMultiple(of: 2) {
                #expect(try await task.value.isEmpty)
            }
            _ = try await store.commit([.put(key("a"), [0])])
            for (index, task) in waiting.enumerated() where !index.isMultiple(of: 2) {
                #expect(try await task.value.map(\.revision) == [Revision(1)])
            }
        }
    }

    @Test("closing the store ends waiting watchers with `closed`", arguments: Backend.allCases)
    func closing(_ backend: Backend) async throws {
        try await backend.withStore { store in
            _ = try await store.commit([.put(key("a"), [0])])
            let watchers = (0..<10).map { _ in
                Task {
                    var seen = 0
                    for try await _ in store.changes(since: .zero) { seen += 1 }
                    return seen
                }
            }
            await store.close()
            for watcher in watchers {
                await #expect(throws: StoreError.closed) { try await watcher.value }
            }
        }
    }
}
