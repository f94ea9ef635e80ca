import Foundation
import StateStore
import Testing

/// How many commits per second the file takes. No test: it asserts nothing, and runs only when asked
/// (`TOMBOLO_MEASURE=1 swift test --filter StoreThroughput`), in `TMPDIR`.
@Suite("Store throughput", .enabled(if: ProcessInfo.processInfo.environment["TOMBOLO_MEASURE"] != nil), .serialized)
struct StoreThroughputTests {
    @Test("SQLite: commits per second of concurrent writers", arguments: [1, 8, 64], [256])
    func sqlite(writers: Int, valueBytes: Int) async throws {
        try await withTemporaryDirectory { directory in
            let store = try SQLiteStore(path: directory + "/state.db")
            let clock = ContinuousClock()
            let start = clock.now
            let latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        var latencies: [Duration] = []
                        while clock.now - start < .seconds(5) {
                            let value = [UInt8](repeating: 1, count: valueBytes)
                            let path = "w/\(writer)/\(latencies.count % 1000)"
                            let begin = clock.now
                            _ = try await store.commit([.put(key(path), value)])
                            latencies.append(clock.now - begin)
                        }
                        return latencies
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }.sorted()
            }
            let rate = Double(latencies.count) / ((clock.now - start) / .seconds(1))
            print(
                "MEASURE \(writers) writers, \(valueBytes)-byte values: \(Int(rate)) commits/s,",
                "median \(latencies[latencies.count / 2]), p99 \(latencies[latencies.count * 99 / 100])")
            await store.close()
        }
    }
}
