import Foundation
import LinuxNetworking
import Logging
import Synchronization
import Testing

@testable import Telemetry

@Suite("The metrics' server", .timeLimit(.minutes(1)))
struct MetricsServerTests {
    @Test("GET /metrics is answered in Prometheus' format; HEAD without a body; nothing else is there")
    func answers() async throws {
        try await withServer { port in
            let get = try await curl(port, ["-i"], "/metrics")
            #expect(get.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(get.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(get.hasSuffix("things 1\n"))
            let head = try await curl(port, ["-I"], "/metrics")
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"))
            #expect(try await curl(port, ["-i"], "/").hasPrefix("HTTP/1.1 404"))
            #expect(try await curl(port, ["-i", "-X", "POST"], "/metrics").hasPrefix("HTTP/1.1 405"))
            #expect(try await curl(port, ["-i"], "/metrics?x=1").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("many who ask at once are all answered")
    func many() async throws {
        try await withServer { port in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try await curl(port, [], "/metrics") } }
                for try await text in group { #expect(text.hasSuffix("things 1\n")) }
            }
        }
    }

    private func curl(_ port: Int, _ options: [String], _ path: String) async throws -> String {
        let result = try await ProcessSpawner.run(
            "curl", ["-s", "--max-time", "10"] + options + ["http://127.0.0.1:\(port)\(path)"])
        try #require(result.isSuccess, "curl: \(result.status)")
        return result.outputText
    }

    private func withServer(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (ports, told) = AsyncStream.makeStream(of: Int.self)
        let server = MetricsServer(
            .init(port: 0), log: Logger(label: "metrics"), onListening: { told.yield($0) },
            collect: {
                var exposition = Exposition()
                exposition.add("things", .gauge, "Things", [.init(1)])
                return exposition
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }
}
