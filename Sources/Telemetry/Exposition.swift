/// Metrics as Prometheus reads them: the text format, version 0.0.4.
package struct Exposition: Sendable {
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    /// One line: what tells it from its family's others, and its value.
    package struct Sample: Sendable {
        fileprivate var labels: [(String, String)]
        fileprivate var value: String
        fileprivate var suffix = ""

        package init(_ value: some BinaryInteger, _ labels: KeyValuePairs<String, String> = [:]) {
            self.labels = Array(labels)
            self.value = "\(value)"
        }

        package init(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
            self.labels = Array(labels)
            self.value = Exposition.text(value)
        }
    }

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var text = ""

    package init() {}

    /// All samples of one name, in one place as the format wants it.
    ///
    /// - Parameters:
    ///   - name: letters, digits and `_`; of a counter ending in `_total`.
    ///   - help: one sentence without a full stop.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        text += "# HELP \(name) \(Self.escapedHelp(help))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples { append(name, sample) }
    }

    /// - Parameter histograms: each with its labels.
    package mutating func add(
        _ name: String, _ help: String,
        _ histograms: [(labels: KeyValuePairs<String, String>, counts: Histogram.Counts)]
    ) {
        add(name, .histogram, help, [])
        for (labels, counts) in histograms {
            var sum: UInt64 = 0
            for (bound, count) in zip(Histogram.bounds + [.infinity], counts.buckets) {
                sum += count
                var sample = Sample(sum, labels)
                sample.labels.append(("le", Self.text(bound)))
                sample.suffix = "_bucket"
                append(name, sample)
            }
            var total = Sample(counts.sum, labels)
            total.suffix = "_sum"
            append(name, total)
            var number = Sample(sum, labels)
            number.suffix = "_count"
            append(name, number)
        }
    }

    private mutating func append(_ name: String, _ sample: Sample) {
        text += name
        text += sample.suffix
        if !sample.labels.isEmpty {
            text += "{"
            for (index, label) in sample.labels.enumerated() {
                if index > 0 { text += "," }
                text += label.0
                text += "=\""
                text += Self.escapedValue(label.1)
                text += "\""
            }
            text += "}"
        }
        text += " "
        text += sample.value
        text += "\n"
    }

    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return "\(value)"
    }

    static func escapedValue(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5c || $0 == 0x22 || $0 == 0x0a }) else { return value }
        return escaped(value, quotes: true)
    }

    static func escapedHelp(_ help: String) -> String { escaped(help, quotes: false) }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
