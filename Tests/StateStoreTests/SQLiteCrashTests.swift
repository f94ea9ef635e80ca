import Foundation
import StateStore
import Testing

@Suite("SQLite store: kill -9", .timeLimit(.minutes(2)))
struct SQLiteCrashTests {
    private static let writers = 8

    /// After how many acknowledged commits the writing process is killed. With values of 4 kB the log is emptied into
    /// the file about every 70 commits, so the later kills also hit that.
    @Test(
        "after kill -9 every acknowledged commit is there, whole, and the store goes on", arguments: [1, 40, 300, 900])
    func killed(_ limit: Int) async throws {
        try await withTemporaryDirectory { directory in
            let acknowledgements = try AcknowledgementPipe(path: directory + "/acknowledgements")
            async let lines = acknowledgements.lines(killingAfter: limit)
            await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
                let store = try SQLiteStore(path: directory + "/state.db")
                let pipe = open(directory + "/acknowledgements", O_WRONLY)
                acknowledge("pid \(getpid())", to: pipe)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<SQLiteCrashTests.writers {
                        group.addTask {
                            for count in 1... {
                                let value = bytes("\(count) ") + Array(repeating: 0x2e, count: 4096)
                                let revision = try await store.commit([
                                    .put(key("left/\(writer)"), value), .put(key("right/\(writer)"), value),
                                ])
                                acknowledge("\(writer) \(count) \(revision)", to: pipe)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            acknowledgements.end()
            try await check(directory + "/state.db", acknowledged: await lines)
        }
    }

    private func check(_ path: String, acknowledged lines: [[Int]]) async throws {
        let store = try SQLiteStore(path: path)
        let head = try await store.revision
        #expect(!lines.isEmpty)
        let history = try await store.changes(since: .zero, first: Int(head.value))
        for line in lines {
            let (writer, count, revision) = (line[0], line[1], line[2])
            try #require(revision <= head.value)
            let commit = history[revision - 1]
            #expect(commit.revision.value == revision)
            #expect(try commit.changes.map(\.key) == [key("left/\(writer)"), key("right/\(writer)")])
            #expect(commit.changes.map(Self.count) == [count, count])
        }
        for writer in 0..<Self.writers {
            let acknowledged = lines.last { $0[0] == writer }?[1] ?? 0
            let left = try await store.entry(key("left/\(writer)"))
            let right = try await store.entry(key("right/\(writer)"))
            #expect(left?.value == right?.value && left?.modifiedAt == right?.modifiedAt)
            let stored = left.map { Self.count(.put($0.key, $0.value)) } ?? 0
            // At most the one commit that was on its way when the process died.
            #expect((acknowledged...acknowledged + 1).contains(stored))
        }
        #expect(try await store.commit([.put(key("after"), [1])]) == head.next)
        await store.close()
    }

    private static func count(_ change: StoreChange) -> Int {
        guard case .put(_, let value) = change else { return -1 }
        return Int(String(decoding: value.prefix { $0 != 0x20 }, as: UTF8.self)) ?? -1
    }
}

/// One line, in one write, so lines of several tasks don't mix.
private func acknowledge(_ line: String, to descriptor: Int32) {
    let bytes = Array((line + "\n").utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { fatalError("pipe: \(errno)") }
}

/// A named pipe, on which a child process says which commits were acknowledged to it.
private struct AcknowledgementPipe: Sendable {
    private let descriptor: Int32

    init(path: String) throws {
        guard mkfifo(path, 0o600) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        // Also for writing, so that opening does not wait for the child, and reading ends with `end()` only.
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// The acknowledgements until `end()`. Kills the child when there are `limit` of them; those that it wrote until
    /// it died count too.
    func lines(killingAfter limit: Int) async -> [[Int]] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
                var child: pid_t?
                var lines: [[Int]] = []
                var rest: [UInt8] = []
                while true {
                    rest += file.availableData
                    while let newline = rest.firstIndex(of: 0x0a) {
                        let line = String(decoding: rest[..<newline], as: UTF8.self)
                        rest.removeSubrange(...newline)
                        guard line != "end" else { return continuation.resume(returning: lines) }
                        let words = line.split(separator: " ")
                        if words[0] == "pid" {
                            child = pid_t(words[1])
                        } else {
                            lines.append(words.compactMap { Int($0) })
                        }
                        if lines.count == limit, let killed = child {
                            kill(killed, SIGKILL)
                            child = nil
                        }
                    }
                }
            }
        }
    }

    func end() {
        acknowledge("end", to: descriptor)
    }
}
