import Foundation

/// A line of bench-results.json; others script against it.
struct ResultRow: Encodable {
    let metric: String
    let path: String
    let unit: String
    let median: Double
    let min: Double
    let max: Double

    init(_ metric: String, _ path: String, _ unit: String, _ samples: [Double]) {
        self.metric = metric
        self.path = path
        self.unit = unit
        median = samples.median
        min = samples.min() ?? 0
        max = samples.max() ?? 0
    }
}

extension [Double] {
    /// Of none: 0.
    var median: Double { percentile(0.5) }

    func percentile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        let sorted = self.sorted()
        guard share == 0.5, count % 2 == 0 else { return sorted[Swift.min(Int(Double(count) * share), count - 1)] }
        return (sorted[count / 2 - 1] + sorted[count / 2]) / 2
    }
}

/// What the traffic gave: samples by repetition, so that a ratio is of neighbours in time.
struct TrafficReport {
    private var samples: [Metric: [PathName: [Double]]] = [:]

    mutating func add(_ value: Double, _ metric: Metric, _ path: PathName) {
        samples[metric, default: [:]][path, default: []].append(value)
    }

    var rows: [ResultRow] {
        Metric.allCases.flatMap { metric in
            PathName.allCases.compactMap { path in
                samples[metric]?[path].map { ResultRow(metric.rawValue, path.rawValue, metric.unit, $0) }
            }
        }
    }

    /// Median over the repetitions of the ratio within one.
    func ratio(_ metric: Metric, _ path: PathName, to other: PathName) -> Double? {
        guard let a = samples[metric]?[path], let b = samples[metric]?[other], !a.isEmpty, a.count == b.count else {
            return nil
        }
        return zip(a, b).map { $0 / $1 }.median
    }

    var table: String {
        let paths = PathName.allCases.filter { path in samples.values.contains { $0[path] != nil } }
        var lines = [["metric", "unit"] + paths.map(\.rawValue)]
        for metric in Metric.allCases {
            guard let values = samples[metric] else { continue }
            lines.append(
                [metric.rawValue, metric.unit]
                    + paths.map { path in
                        values[path].map { "\(short($0.median)) [\(short($0.min() ?? 0))-\(short($0.max() ?? 0))]" }
                            ?? "-"
                    })
        }
        return aligned(lines)
    }

    /// `tombolo` beside the others.
    var ratios: String {
        let others = PathName.allCases.filter { $0 != .tombolo }
        var lines = [["tombolo is …", "better"] + others.map { "x \($0.rawValue)" } + ["target"]]
        for metric in Metric.allCases where samples[metric]?[.tombolo] != nil {
            let targets = Target.all.filter { $0.metric == metric }.map { target -> String in
                guard let ratio = ratio(metric, .tombolo, to: target.path) else { return "" }
                let sign = metric.lessIsBetter ? "<=" : ">="
                let reached = metric.lessIsBetter ? ratio <= target.ratio : ratio >= target.ratio
                return "\(sign) \(target.ratio) \(target.path.rawValue): \(reached ? "reached" : "missed")"
            }
            lines.append(
                [metric.rawValue, metric.lessIsBetter ? "less" : "more"]
                    + others.map { ratio(metric, .tombolo, to: $0).map { String(format: "%.2f", $0) } ?? "-" }
                    + [targets.filter { !$0.isEmpty }.joined(separator: "; ")])
        }
        return aligned(lines)
    }

    private func short(_ value: Double) -> String {
        value >= 1000 ? String(Int(value.rounded())) : String(format: value >= 100 ? "%.0f" : "%.1f", value)
    }

    private func aligned(_ lines: [[String]]) -> String {
        let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

/// What the project set out to reach.
struct Target {
    let metric: Metric
    let path: PathName
    let ratio: Double

    static let all = [
        Target(metric: .tcp1, path: .plainRouting, ratio: 1), Target(metric: .tcp1, path: .linuxbridge, ratio: 1.4),
        Target(metric: .tcp4, path: .plainRouting, ratio: 0.95), Target(metric: .tcp4, path: .linuxbridge, ratio: 1.4),
        Target(metric: .udp64, path: .plainRouting, ratio: 1.1), Target(metric: .udp64, path: .linuxbridge, ratio: 2.5),
        Target(metric: .rrP50, path: .plainRouting, ratio: 1), Target(metric: .crr, path: .plainRouting, ratio: 1),
        Target(metric: .cpuPerPacket, path: .plainRouting, ratio: 0.8),
    ]
}
