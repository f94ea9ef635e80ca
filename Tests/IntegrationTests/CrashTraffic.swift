import Foundation
import LinuxNetworking
import Testing

/// Pings a hundred times a second from one place to another while something happens.
struct CrashTraffic: Sendable {
    struct Report: Sendable {
        var sent: Int
        /// Sequence numbers. The last request doesn't count: its answer may have been on its way.
        var lost: [Int]
        var duplicates: Int
    }

    let way: String
    private let ping: ChildProcess

    init(from place: String, in namespace: NetworkNamespace, to address: String) throws {
        way = "\(place) to \(address)"
        var spawner = ProcessSpawner("ping", ["-n", "-i", "0.01", "-W", "2", address], in: namespace)
        spawner.output = .capture
        spawner.error = .sameAsOutput
        spawner.deathSignal = SIGKILL
        ping = try spawner.spawn()
    }

    func stop() async throws -> Report {
        try ping.kill(SIGINT)
        let output = String(decoding: await ping.standardOutput?.collect() ?? [], as: UTF8.self)
        _ = try await ping.wait()
        var answered: Set<Int> = []
        var duplicates = 0
        var sent = 0
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if let word = words.first(where: { $0.hasPrefix("icmp_seq=") }), line.contains(" bytes from "),
                let number = Int(word.dropFirst("icmp_seq=".count))
            {
                if !answered.insert(number).inserted { duplicates += 1 }
            } else if line.contains("packets transmitted"), let first = words.first {
                sent = try #require(Int(first))
            }
        }
        return Report(sent: sent, lost: (1..<max(2, sent)).filter { !answered.contains($0) }, duplicates: duplicates)
    }
}

extension TestLab {
    /// Runs `body` while both tenants ping across the sites, in both directions, and expects no packet lost or doubled.
    func expectNoLoss(
        of ways: KeyValuePairs<String, String> = ["a1": "10.0.0.3", "b2": "10.1.0.3"],
        sourceLocation: SourceLocation = #_sourceLocation, during body: () async throws -> Void
    ) async throws {
        let traffic = try ways.map { try CrashTraffic(from: $0, in: try namespace($0), to: $1) }
        // So that each is under way.
        try await Task.sleep(for: .milliseconds(200))
        try await body()
        for one in traffic {
            let report = try await one.stop()
            #expect(report.sent > 10, "\(one.way)", sourceLocation: sourceLocation)
            #expect(report.lost == [], "\(one.way): of \(report.sent)", sourceLocation: sourceLocation)
            #expect(report.duplicates == 0, "\(one.way)", sourceLocation: sourceLocation)
        }
    }
}
