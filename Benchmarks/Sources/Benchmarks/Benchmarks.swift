import Foundation

@main
struct Benchmarks {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            guard geteuid() == 0 else { throw CommandFailure(description: "namespaces and programs need root") }
            let cleanup = Cleanup(options.tombolo)
            cleanup.run()
            defer { cleanup.run() }
            do { try run(options) } catch {
                cleanup.run()
                throw error
            }
        } catch {
            FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ options: Options) throws {
        var rows: [ResultRow] = []
        let wanted = PathName.allCases.filter { options.paths.contains($0.rawValue) }
        let metrics = Metric.allCases.filter { options.metrics.contains($0.rawValue) }
        let extras = Extra.allCases.filter { options.extras.contains($0.rawValue) }
        var paths: [NetworkPath] = []
        var labs: [PathName: TomboloLab] = [:]
        for name in wanted {
            if let path = try KernelPaths.make(name) {
                paths.append(path)
                continue
            }
            let lab = try TomboloLab(options.tombolo, name: name == .tombolo ? "bench" : "benchlarge")
            if name == .tomboloLarge { try LargeWorld.fill(lab) }
            labs[name] = lab
            paths.append(lab.path(name))
        }
        say("built: \(paths.map(\.name.rawValue).joined(separator: ", "))")

        let measurement = Measurement(traffic: options.traffic, seconds: options.seconds)
        let report = try traffic(measurement, metrics, paths, repetitions: options.repetitions)
        rows += report.rows
        for path in paths where !path.programs.isEmpty && metrics.contains(.cpuPerPacket) {
            rows += try programs(measurement, path, repetitions: options.repetitions)
        }
        for extra in extras { rows += try extra.measure(options, labs) }

        if !metrics.isEmpty { say("\n\(report.table)\n\n\(report.ratios)") }
        say("")
        for row in rows.dropFirst(report.rows.count) {
            say(
                "\(row.metric) (\(row.path)): \(String(format: "%.1f", row.median)) \(row.unit)"
                    + " [\(String(format: "%.1f", row.min))-\(String(format: "%.1f", row.max))]")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(rows).write(to: URL(fileURLWithPath: options.output))
    }

    /// Every path in turn for each metric, and all of that again for each repetition: what else the machine does meanwhile
    /// hits all of them.
    private static func traffic(
        _ measurement: Measurement, _ metrics: [Metric], _ paths: [NetworkPath], repetitions: Int
    ) throws -> TrafficReport {
        var report = TrafficReport()
        for repetition in 1...repetitions {
            for metric in metrics where metric != .rrP99 || !metrics.contains(.rrP50) {
                say("repetition \(repetition)/\(repetitions): \(metric.rawValue)")
                for path in paths {
                    for (metric, value) in try measurement.measure(metric, path) where metrics.contains(metric) {
                        report.add(value, metric, path.name)
                    }
                }
            }
        }
        return report
    }

    private static func programs(
        _ measurement: Measurement, _ path: NetworkPath, repetitions: Int
    ) throws -> [ResultRow] {
        var samples: [String: [Double]] = [:]
        for _ in 1...repetitions {
            for cost in try measurement.programCosts(path) { samples[cost.name, default: []].append(cost.nanoseconds) }
        }
        return samples.sorted { $0.key < $1.key }.map {
            ResultRow("\($0.key)_ns_per_packet", path.name.rawValue, "ns", $0.value)
        }
    }
}
