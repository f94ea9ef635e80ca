import StateStore
import Testing

// Testing has an `Expectation` of its own.
import enum StateStore.Expectation

/// The contract of `StateStore`, part one: commits and reads.
@Suite("Every store: commits", .timeLimit(.minutes(1)))
struct ConformanceCommitTests {
    @Test("a new store is empty, at revision zero", arguments: Backend.allCases)
    func empty(_ backend: Backend) async throws {
        try await backend.withStore { store in
            #expect(try await store.revision == .zero)
            let all = try await store.entries(under: "")
            #expect(all.entries.isEmpty && all.at == .zero)
            #expect(try await store.entry(key("network/a")) == nil)
        }
    }

    @Test("a put is read back with its revisions; a second one keeps the creation", arguments: Backend.allCases)
    func put(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let (a, b) = (try key("network/a"), try key("network/b"))
            #expect(try await store.commit([.put(a, bytes("1"))]) == Revision(1))
            #expect(try await store.commit([.put(b, bytes("2"))]) == Revision(2))
            #expect(try await store.commit([.put(a, bytes("3"))]) == Revision(3))
            let entry = try await store.entry(a)
            #expect(
                entry == StoredEntry(key: a, value: bytes("3"), createdAt: Revision(1), modifiedAt: Revision(3)))
        }
    }

    @Test("an entry that is deleted and put again is a new one", arguments: Backend.allCases)
    func recreate(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let a = try key("network/a")
            _ = try await store.commit([.put(a, [1])])
            #expect(try await store.commit([.delete(a)]) == Revision(2))
            #expect(try await store.entry(a) == nil)
            _ = try await store.commit([.put(a, [2])])
            let entry = try await store.entry(a)
            #expect(entry?.createdAt == Revision(3) && entry?.modifiedAt == Revision(3))
        }
    }

    @Test("any bytes are a value, also none, zeros and a megabyte", arguments: Backend.allCases)
    func values(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let values: [[UInt8]] = [
                [], [0], [0, 0, 255], bytes("'; DROP TABLE entry; --"), Array(repeating: 7, count: 1 << 20),
            ]
            for (index, value) in values.enumerated() {
                _ = try await store.commit([.put(key("value/\(index)"), value)])
            }
            #expect(try await store.entries(under: "value").entries.map(\.value) == values)
            let commits = try await store.changes(since: .zero, first: values.count)
            #expect(try commits.map(\.changes) == values.enumerated().map { [.put(try key("value/\($0)"), $1)] })
        }
    }

    @Test("all changes of a commit have one revision", arguments: Backend.allCases)
    func oneRevision(_ backend: Backend) async throws {
        try await backend.withStore { store in
            _ = try await store.commit([.put(key("a"), [1]), .put(key("b"), [1])])
            let revision = try await store.commit([.put(key("c"), [2]), .delete(key("a")), .put(key("b"), [2])])
            #expect(revision == Revision(2))
            let (entries, at) = try await store.entries(under: "")
            #expect(entries.map(\.key.path) == ["b", "c"])
            #expect(entries.map(\.modifiedAt) == [revision, revision])
            #expect(at == revision)
        }
    }

    @Test("a commit that changes nothing makes no revision, but its expectations count", arguments: Backend.allCases)
    func nothing(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let (a, none) = (try key("a"), try key("none"))
            _ = try await store.commit([.put(a, [1])])
            #expect(try await store.commit([]) == Revision(1))
            #expect(try await store.commit([.delete(none)], expecting: [.present(a)]) == Revision(1))
            await #expect(throws: StoreError.conflict(.present(none), actual: .zero)) {
                try await store.commit([], expecting: [.present(none)])
            }
            #expect(try await store.revision == Revision(1))
            // A delete without effect is no part of the commit either.
            _ = try await store.commit([.delete(none), .put(a, [2])])
            #expect(try await store.changes(since: Revision(1), first: 1).map(\.changes) == [[.put(a, [2])]])
        }
    }

    @Test("each kind of expectation holds or conflicts, and says what was there", arguments: Backend.allCases)
    func expectations(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let (a, b, none) = (try key("a"), try key("b"), try key("none"))
            _ = try await store.commit([.put(a, [1])])
            _ = try await store.commit([.put(b, [1])])
            _ = try await store.commit([.put(a, [2])])
            let holding: [Expectation] = [
                .absent(none), .present(a), .present(b), .unchanged(a, since: Revision(3)),
                .unchanged(b, since: Revision(2)), .unchanged(none, since: .zero), .storeAt(Revision(3)),
            ]
            #expect(try await store.commit([], expecting: holding) == Revision(3))
            let conflicts: [(Expectation, Revision)] = [
                (.absent(a), Revision(3)), (.present(none), .zero), (.unchanged(a, since: Revision(1)), Revision(3)),
                (.unchanged(a, since: .zero), Revision(3)), (.unchanged(none, since: Revision(1)), .zero),
                (.unchanged(b, since: Revision(3)), Revision(2)), (.storeAt(Revision(2)), Revision(3)),
                (.storeAt(Revision(4)), Revision(3)),
            ]
            for (expectation, actual) in conflicts {
                await #expect(throws: StoreError.conflict(expectation, actual: actual)) {
                    try await store.commit([.put(a, [9])], expecting: holding + [expectation])
                }
            }
            #expect(try await store.entry(a)?.value == [2])
            #expect(try await store.revision == Revision(3))
        }
    }

    @Test("a conflict changes nothing, and the first one in order is reported", arguments: Backend.allCases)
    func atomic(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let (a, b, c) = (try key("a"), try key("b"), try key("c"))
            _ = try await store.commit([.put(a, [1])])
            await #expect(throws: StoreError.conflict(.absent(a), actual: Revision(1))) {
                try await store.commit(
                    [.put(b, [1]), .delete(a), .put(c, [1])], expecting: [.absent(b), .absent(a), .present(c)])
            }
            #expect(try await store.entries(under: "").entries.map(\.key) == [a])
            #expect(try await store.revision == Revision(1))
        }
    }

    @Test("a commit names a key once", arguments: Backend.allCases)
    func duplicate(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let a = try key("a")
            await #expect(throws: StoreError.duplicateKey(a)) {
                try await store.commit([.put(a, [1]), .delete(a)])
            }
            #expect(try await store.revision == .zero)
        }
    }

    @Test("entries under a path are those below its slash, ordered by bytes", arguments: Backend.allCases)
    func prefixes(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let paths = ["net", "net-a/1", "net/B", "net/a", "net/a/1", "net/a-1", "net/~", "net0", "network/1"]
            _ = try await store.commit(paths.map { .put(try key($0), bytes($0)) })
            for prefix in ["net", "net/"] {
                let below = try await store.entries(under: prefix).entries
                #expect(below.map(\.key.path) == ["net/B", "net/a", "net/a-1", "net/a/1", "net/~"])
            }
            #expect(try await store.entries(under: "net/a").entries.map(\.key.path) == ["net/a/1"])
            #expect(try await store.entries(under: "nothing").entries.isEmpty)
            let all = try await store.entries(under: "").entries
            #expect(all.map(\.key.path) == paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            await #expect(throws: StoreError.invalidKey(.emptyComponent(path: "net//a"))) {
                try await store.entries(under: "net//a")
            }
        }
    }

    @Test("of many concurrent claims of one key exactly one wins", arguments: Backend.allCases)
    func claims(_ backend: Backend) async throws {
        try await backend.withStore { store in
            for round in 0..<20 {
                let claim = try key("claim/vni/\(round)")
                let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
                    for manager in 0..<8 {
                        group.addTask {
                            do {
                                let resource = try key("network/\(round)-\(manager)")
                                _ = try await store.commit(
                                    [.put(claim, bytes("\(manager)")), .put(resource, [])], expecting: [.absent(claim)])
                                return manager
                            } catch StoreError.conflict(.absent(claim), _) {
                                return nil
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
                }
                #expect(winners.count == 1)
                #expect(try await store.entry(claim)?.value == winners.first.map { bytes("\($0)") })
            }
            // The losers' other changes are not there.
            #expect(try await store.entries(under: "network").entries.count == 20)
        }
    }

    @Test("concurrent read-modify-write with `unchanged` loses no update", arguments: Backend.allCases)
    func counter(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let counter = try key("counter")
            _ = try await store.commit([.put(counter, bytes("0"))])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var done = 0
                        while done < 10 {
                            let entry = try #require(try await store.entry(counter))
                            let value = try #require(Int(String(decoding: entry.value, as: UTF8.self)))
                            do {
                                _ = try await store.commit(
                                    [.put(counter, bytes("\(value + 1)"))],
                                    expecting: [.unchanged(counter, since: entry.modifiedAt)])
                                done += 1
                            } catch StoreError.conflict {
                                continue
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let entry = try await store.entry(counter)
            #expect(entry?.value == bytes("80"))
            #expect(entry?.modifiedAt == Revision(81))
        }
    }

    @Test(
        "concurrent commits get distinct, consecutive revisions, ascending for each writer", arguments: Backend.allCases
    )
    func revisions(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let perWriter = try await withThrowingTaskGroup(of: [Revision].self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        var revisions: [Revision] = []
                        for index in 0..<25 {
                            revisions.append(try await store.commit([.put(key("writer/\(writer)"), [UInt8(index)])]))
                        }
                        return revisions
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for revisions in perWriter { #expect(revisions == revisions.sorted()) }
            #expect(perWriter.joined().map(\.value).sorted() == Array(1...200))
        }
    }

    @Test("readers see whole commits only, and what was acknowledged before", arguments: Backend.allCases)
    func snapshots(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let (left, right) = (try key("pair/left"), try key("pair/right"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for index in 0..<100 {
                        let revision = try await store.commit([
                            .put(left, [UInt8(index)]), .put(right, [UInt8(index)]),
                        ])
                        #expect(try await store.entry(left)?.modifiedAt == revision)
                    }
                }
                for _ in 0..<2 {
                    group.addTask {
                        var last = Revision.zero
                        while last < Revision(100) {
                            let (entries, at) = try await store.entries(under: "pair")
                            #expect(entries.count == (at == .zero ? 0 : 2))
                            #expect(entries.allSatisfy { $0.value == entries[0].value && $0.modifiedAt == at })
                            #expect(at >= last)
                            last = at
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a closed store refuses everything, and closing again is harmless", arguments: Backend.allCases)
    func closed(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let a = try key("a")
            _ = try await store.commit([.put(a, [1])])
            await store.close()
            await store.close()
            await #expect(throws: StoreError.closed) { try await store.commit([.put(a, [2])]) }
            await #expect(throws: StoreError.closed) { try await store.entry(a) }
            await #expect(throws: StoreError.closed) { try await store.entries(under: "") }
            await #expect(throws: StoreError.closed) { try await store.revision }
            await #expect(throws: StoreError.closed) { try await store.changes(since: .zero, first: 1) }
        }
    }

    @Test("closing while commits run: each is done and durable, or refused", arguments: Backend.allCases)
    func closing(_ backend: Backend) async throws {
        try await backend.withStore { store in
            let acknowledged = try await withThrowingTaskGroup(of: Int.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        var count = 0
                        do {
                            while true {
                                _ = try await store.commit([.put(key("writer/\(writer)"), [UInt8(count & 255)])])
                                count += 1
                            }
                        } catch StoreError.closed {
                            return count
                        }
                    }
                }
                _ = try await store.changes(since: .zero, first: 41)
                await store.close()
                return try await group.reduce(0, +)
            }
            #expect(acknowledged > 40)
        }
    }
}
