import Foundation
import StateStore
import Testing

/// What an opened file may be: ours, of which format, and whole.
@Suite("SQLite store: the file's format", .timeLimit(.minutes(1)))
struct SQLiteFormatTests {
    private func open(_ path: String, steps: [String] = SQLiteFormat.current.steps) throws -> SQLiteStore {
        try SQLiteStore(path: path, format: SQLiteFormat(steps: steps))
    }

    /// Makes a store of some size, with a closed file.
    private func makeStore(_ path: String, entries: Int = 1) async throws {
        let store = try SQLiteStore(path: path)
        _ = try await store.commit((0..<entries).map { .put(try key("k/\($0)"), Array(repeating: 1, count: 500)) })
        await store.close()
    }

    private func patch(_ path: String, at offset: Int, _ bytes: [UInt8]) throws {
        var data = try Data(contentsOf: URL(filePath: path))
        data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        try data.write(to: URL(filePath: path))
    }

    @Test("a file of a newer format is refused and stays as it is")
    func newer() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            let steps = SQLiteFormat.current.steps
            await (try open(path, steps: steps + ["CREATE TABLE future (x)", "CREATE TABLE farther (x)"])).close()
            let before = try Data(contentsOf: URL(filePath: path))
            #expect(throws: StoreError.newerFormat(found: steps.count + 2, supported: steps.count)) {
                try SQLiteStore(path: path)
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }

    @Test("a file of an older format is brought forward with its content, once")
    func older() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            try await makeStore(path, entries: 3)
            let steps = SQLiteFormat.current.steps + ["ALTER TABLE entry ADD COLUMN note TEXT"]
            for _ in 0..<2 {
                let store = try open(path, steps: steps)
                #expect(try await store.entries(under: "k").entries.count == 3)
                await store.close()
            }
            #expect(throws: StoreError.newerFormat(found: steps.count, supported: steps.count - 1)) {
                try SQLiteStore(path: path)
            }
        }
    }

    @Test("a step that fails leaves the file in its old format, whole")
    func failingStep() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            try await makeStore(path, entries: 3)
            let steps = SQLiteFormat.current.steps + ["DELETE FROM entry", "CREATE TABLE entry (x)"]
            #expect(throws: StoreError.self) { try open(path, steps: steps) }
            let store = try SQLiteStore(path: path)
            #expect(try await store.entries(under: "k").entries.count == 3)
            await store.close()
        }
    }

    @Test("another program's database is refused and stays as it is")
    func foreign() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            try await makeStore(path)
            // The application id is at offset 68 of the file (https://www.sqlite.org/fileformat2.html, 1.3).
            try patch(path, at: 68, [0, 0, 0, 0])
            let before = try Data(contentsOf: URL(filePath: path))
            #expect(throws: StoreError.notAStore(path: path)) { try SQLiteStore(path: path) }
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }

    @Test("an empty file, as an interrupted first start leaves it, becomes a store")
    func emptyFile() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            try Data().write(to: URL(filePath: path))
            try await makeStore(path)
        }
    }

    @Test("a damaged file is refused as corrupt, with its path", arguments: ["text", "cut", "page", "history"])
    func corrupt(_ damage: String) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/state.db"
            try await makeStore(path, entries: 200)
            let size = try Data(contentsOf: URL(filePath: path)).count
            switch damage {
            case "text": try Data(String(repeating: "not a database ", count: 100).utf8).write(to: URL(filePath: path))
            case "cut": try Data(contentsOf: URL(filePath: path)).prefix(size / 2).write(to: URL(filePath: path))
            case "page": try patch(path, at: size / 2, Array(repeating: 0xa5, count: 4096))
            default:
                // Whole for SQLite, but not a history that we could have written.
                #expect(throws: StoreError.self) {
                    try open(path, steps: SQLiteFormat.current.steps + ["UPDATE store SET revision = 9"])
                }
            }
            let error = #expect(throws: StoreError.self) { try open(path, steps: SQLiteFormat.current.steps + [""]) }
            guard case .corrupt(let detail) = error else {
                Issue.record("\(String(describing: error)) is not .corrupt")
                return
            }
            #expect(detail.contains(path))
        }
    }
}
