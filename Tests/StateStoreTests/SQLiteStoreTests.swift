import Foundation
import StateStore
import Testing

/// What only a store in a file has to do.
@Suite("SQLite store", .timeLimit(.minutes(1)))
struct SQLiteStoreTests {
    @Test("entries, revisions and history are there again after reopening")
    func reopen() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            var store = try SQLiteStore(path: path)
            _ = try await store.commit([.put(key("a"), [1]), .put(key("b"), [])])
            _ = try await store.commit([.put(key("a"), [2]), .delete(key("b"))])
            let before = try await store.entries(under: "")
            let history = try await store.changes(since: .zero, first: 2)
            await store.close()

            store = try SQLiteStore(path: path)
            let after = try await store.entries(under: "")
            #expect(after.entries == before.entries && after.at == before.at)
            #expect(try await store.changes(since: .zero, first: 2) == history)
            async let next = store.changes(since: Revision(2), first: 1)
            #expect(try await store.commit([.put(key("c"), [3])]) == Revision(3))
            #expect(try await next.map(\.revision) == [Revision(3)])
            await store.close()
        }
    }

    @Test("a closed store is one file; an open one has its log beside it; both are the owner's only")
    func files() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            func modes() throws -> [String: Int] {
                let names = try FileManager.default.contentsOfDirectory(atPath: directory)
                return try Dictionary(
                    uniqueKeysWithValues: names.map { name in
                        let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/" + name)
                        return (name, try #require(attributes[.posixPermissions] as? NSNumber).intValue)
                    })
            }
            var store = try SQLiteStore(path: path)
            _ = try await store.commit([.put(key("a"), [1])])
            #expect(try modes() == ["state.db": 0o600, "state.db-wal": 0o600])
            await store.close()
            #expect(try modes() == ["state.db": 0o600])
            // A mode that somebody widened is narrowed again.
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            store = try SQLiteStore(path: path)
            #expect(try modes()["state.db"] == 0o600)
            await store.close()
        }
    }

    @Test("a second opener is refused, in this process and in another, until the first one closes")
    func secondOpener() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            var options = SQLiteStore.Options()
            options.busyTimeout = .milliseconds(50)
            let first = try SQLiteStore(path: path, options: options)
            #expect(throws: StoreError.inUse(path: path)) { try SQLiteStore(path: path, options: options) }
            // The refused attempt in this process has not loosened the lock for other processes.
            await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
                var options = SQLiteStore.Options()
                options.busyTimeout = .milliseconds(50)
                do {
                    _ = try SQLiteStore(path: path, options: options)
                    exit(1)
                } catch StoreError.inUse(path) {
                    exit(7)
                }
            }
            #expect(try await first.commit([.put(key("a"), [1])]) == Revision(1))
            await first.close()
            let second = try SQLiteStore(path: path, options: options)
            #expect(try await second.revision == Revision(1))
            await second.close()
        }
    }

    @Test("opening waits for a manager that is just leaving")
    func handover() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            let leaving = try SQLiteStore(path: path)
            _ = try await leaving.commit([.put(key("a"), [1])])
            var options = SQLiteStore.Options()
            options.busyTimeout = .seconds(20)
            // Opening blocks. On one of Swift's own threads, of which there are as many as processors, it could keep the one
            // that leaves from running at all.
            async let opened: SQLiteStore = withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread { [options] in
                    continuation.resume(with: Result { try SQLiteStore(path: path, options: options) })
                }
            }
            await leaving.close()
            let next = try await opened
            #expect(try await next.revision == Revision(1))
            await next.close()
        }
    }

    @Test("watchers far behind are served from the file, then from memory, without a seam")
    func longHistory() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            var store = try SQLiteStore(path: path)
            func write(_ range: Range<Int>) async throws {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in range {
                        group.addTask { [store] in _ = try await store.commit([.put(key("k/\(index)"), [1])]) }
                    }
                    try await group.waitForAll()
                }
            }
            try await write(0..<700)
            await store.close()
            store = try SQLiteStore(path: path)
            try await write(700..<2500)
            let commits = try await store.changes(since: .zero, first: 2500)
            #expect(commits.map(\.revision.value) == Array(1...2500))
            #expect(Set(commits.flatMap(\.changes).map(\.key)).count == 2500)
            await store.close()
        }
    }

    @Test("the history limit holds over reopening, and may be lowered and raised")
    func historyLimit() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            for (limit, oldest) in [(20, UInt64(0)), (5, 15), (20, 15)] {
                var options = SQLiteStore.Options()
                options.historyLimit = limit
                let store = try SQLiteStore(path: path, options: options)
                for _ in 0..<10 { _ = try await store.commit([.put(key("a"), [1])]) }
                let head = try await store.revision
                let commits = try await store.changes(since: Revision(oldest), first: Int(head.value - oldest))
                #expect(commits.last?.revision == head)
                if oldest > 0 {
                    await #expect(throws: StoreError.compacted(oldest: Revision(oldest))) {
                        try await store.changes(since: .zero, first: 1)
                    }
                }
                await store.close()
            }
        }
    }

    @Test("in a batch, a conflict fails alone")
    func batch() async throws {
        try await withTemporaryDirectory { directory in
            let store = try SQLiteStore(path: directory + "/state.db")
            _ = try await store.commit([.put(key("taken"), [])])
            let outcomes = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let expecting = index.isMultiple(of: 3) ? [try key("taken")] : []
                        do {
                            _ = try await store.commit(
                                [.put(key("k/\(index)"), [])], expecting: expecting.map { .absent($0) })
                            return (index, true)
                        } catch StoreError.conflict {
                            return (index, false)
                        }
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for index in 0..<200 { #expect(outcomes[index] == !index.isMultiple(of: 3)) }
            #expect(try await store.entries(under: "k").entries.count == outcomes.values.count { $0 })
            #expect(try await store.revision == Revision(UInt64(1 + outcomes.values.count { $0 })))
            await store.close()
        }
    }

    @Test("a place where no file can be is an error that names it")
    func unavailable() async throws {
        try await withTemporaryDirectory { directory in
            for path in [directory, directory + "/missing/state.db"] {
                let error = #expect(throws: StoreError.self) { try SQLiteStore(path: path) }
                guard case .unavailable(let detail) = error else {
                    Issue.record("\(String(describing: error)) is not .unavailable")
                    continue
                }
                #expect(detail.contains(path))
            }
            // A directory given by mistake keeps its mode.
            let attributes = try FileManager.default.attributesOfItem(atPath: directory)
            #expect(attributes[.posixPermissions] as? NSNumber == 0o700)
        }
    }
}
