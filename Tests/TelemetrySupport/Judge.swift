import Foundation
import LinuxNetworking

/// The reference implementation's parser: Debian's python3-prometheus-client.
package enum Judge {
    package struct Family: Codable {
        package var type: String
        package var help: String
        package var samples: [Sample]
    }

    package struct Sample: Codable {
        package var name: String
        package var labels: [String: String]
        package var value: Double
    }

    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    /// By name; of a counter without `_total`.
    package static func families(_ text: String) async throws -> [String: Family] {
        let file = NSTemporaryDirectory() + "tombolo-metrics-\(UUID().uuidString)"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let script = """
            import json, sys
            from prometheus_client.parser import text_string_to_metric_families as parse
            print(json.dumps({f.name: {"type": f.type, "help": f.documentation, "samples": [
                {"name": s.name, "labels": s.labels, "value": s.value} for s in f.samples]}
                for f in parse(open(sys.argv[1], encoding="utf-8").read())}))
            """
        // Debian's Python: others on the machine don't know its packages.
        let result = try await ProcessSpawner.run("/usr/bin/python3", ["-c", script, file])
        guard result.isSuccess else { throw Refused(description: result.errorText) }
        return try JSONDecoder().decode([String: Family].self, from: Data(result.outputText.utf8))
    }
}
