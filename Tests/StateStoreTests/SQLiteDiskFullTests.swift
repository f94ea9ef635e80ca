import Foundation
import StateStore
import Testing

/// In a child process each, so that the disk is unmounted also when the store crashes.
@Suite("SQLite store: full disk", .enabled(if: MemoryDisk.isAvailable), .timeLimit(.minutes(1)), .serialized)
struct SQLiteDiskFullTests {
    @Test("a commit without room fails as diskFull, changes nothing, and works once there is room")
    func recovers() async throws {
        try await MemoryDisk.with(bytes: 1 << 20) { disk in
            await #expect(processExitsWith: .success) { [disk = disk as String] in
                let path = disk + "/state.db"
                try Data(count: 1 << 19).write(to: URL(filePath: disk + "/ballast"))
                var store = try SQLiteStore(path: path)
                var written = 0
                let error = await #expect(throws: StoreError.self) {
                    while written < 1000 {
                        _ = try await store.commit([
                            .put(key("a/\(written)"), Array(repeating: 1, count: 20_000)),
                            .put(key("b/\(written)"), Array(repeating: 2, count: 20_000)),
                        ])
                        written += 1
                    }
                }
                #expect(error == .diskFull)
                #expect(written > 2 && written < 20)

                /// Exactly the acknowledged commits are there.
                func check(_ store: SQLiteStore) async throws {
                    let (entries, at) = try await store.entries(under: "")
                    #expect(entries.count == 2 * written)
                    #expect(at == Revision(UInt64(written)))
                    #expect(try await store.changes(since: .zero, first: written).count == written)
                }
                try await check(store)
                // An existing store can be opened, and read, on a full disk.
                await store.close()
                store = try SQLiteStore(path: path)
                try await check(store)

                try FileManager.default.removeItem(atPath: disk + "/ballast")
                _ = try await store.commit([
                    .put(key("a/after"), Array(repeating: 1, count: 20_000)), .put(key("b/after"), [2]),
                ])
                written += 1
                try await check(store)
                await store.close()
                store = try SQLiteStore(path: path)
                try await check(store)
                await store.close()
            }
        }
    }

    @Test("a commit that is too large for the disk fails alone, not those that share its batch")
    func failsAlone() async throws {
        try await MemoryDisk.with(bytes: 2 << 20) { disk in
            await #expect(processExitsWith: .success) { [disk = disk as String] in
                let store = try SQLiteStore(path: disk + "/state.db")
                let failures = try await withThrowingTaskGroup(of: StoreError?.self) { group in
                    for index in 0..<40 {
                        group.addTask {
                            let size = index.isMultiple(of: 10) ? 4 << 20 : 100
                            do {
                                _ = try await store.commit([.put(key("k/\(index)"), Array(repeating: 1, count: size))])
                                return nil
                            } catch let error as StoreError {
                                return error
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
                }
                #expect(failures == Array(repeating: .diskFull, count: 4))
                let entries = try await store.entries(under: "k").entries
                #expect(entries.count == 36 && entries.allSatisfy { $0.value.count == 100 })
                #expect(try await store.revision == Revision(36))
                await store.close()
            }
        }
    }

    @Test("a new store without room is diskFull, and can be made once there is room")
    func noRoomToOpen() async throws {
        try await MemoryDisk.with(bytes: 256 << 10) { disk in
            await #expect(processExitsWith: .success) { [disk = disk as String] in
                let path = disk + "/state.db"
                try Data(count: 240 << 10).write(to: URL(filePath: disk + "/ballast"))
                #expect(throws: StoreError.diskFull) { try SQLiteStore(path: path) }
                try FileManager.default.removeItem(atPath: disk + "/ballast")
                let store = try SQLiteStore(path: path)
                #expect(try await store.commit([.put(key("a"), [1])]) == Revision(1))
                await store.close()
            }
        }
    }
}
