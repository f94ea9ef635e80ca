import Agent

/// A trace for people: the packet, a line for each step, then what became of it.
struct TraceText {
    private let report: TraceReport

    init(_ report: TraceReport) { self.report = report }

    var text: String {
        var lines = ["\(report.program) on \(report.interface), \(report.packet.length) bytes:"]
        lines += Self.indented(report.packet.text)
        lines.append("")
        let rows = report.steps.map { [$0.kind, $0.device, $0.text] }
        if !rows.isEmpty {
            lines += TextTable(["STEP", "AT", "WHAT"], rows).text.split(separator: "\n").map(String.init)
        }
        if report.lostSteps > 0 { lines.append("(\(report.lostSteps) more steps were not kept)") }
        lines.append("")
        lines.append("outcome: \(report.outcome) (verdict \(Self.name(of: report.verdict)))")
        for drop in report.drops {
            lines.append("dropped: \(drop.reason): \(drop.explanation), counted under \(drop.port)")
        }
        for exit in report.exits {
            lines.append("\(exit.kind) to \(exit.interface)" + (exit.packet.map { ", \($0.length) bytes:" } ?? ""))
            if let packet = exit.packet { lines += Self.indented(packet.text) }
        }
        lines += comparison
        return lines.map { $0 + "\n" }.joined()
    }

    private var comparison: [String] {
        let comparison = report.comparison
        let scope = comparison.endsAtFlood ? "up to its first copy" : "in verdict, bytes, counters and drops"
        var lines = [
            comparison.same
                ? "the build that forwards does the same, \(scope)"
                : "THE BUILD THAT FORWARDS DIFFERS: \(comparison.differences.joined(separator: "; "))"
        ]
        switch comparison.attachedIsSame {
        case true?: lines.append("the program on \(report.interface) is that build")
        case false?:
            lines.append("the program on \(report.interface) is ANOTHER build: an agent of another version attached it")
        case nil: lines.append("no program of ours is on \(report.interface): packets there do not meet the datapath")
        }
        return lines
    }

    private static func indented(_ text: String) -> [String] { text.split(separator: "\n").map { "  \($0)" } }

    private static func name(of verdict: Int32) -> String {
        switch verdict {
        case -1: "pass"
        case 2: "drop"
        case 7: "redirect"
        default: "\(verdict)"
        }
    }
}
