import Foundation
import Testing

@Suite("Behaviours") struct BehaviourTests {
    @Test("docs/behaviours.md and the tests' names agree: what is listed as done has a test")
    func repository() throws {
        let tree = SourceTree.repository
        let report = BehaviourReport(
            list: BehaviourList(markdown: try tree.file("docs/behaviours.md").text),
            tests: try tree.files(in: "Tests", types: ["swift"]).filter { !$0.path.contains("/RepositoryTests/") }
                .flatMap(NamedTest.all(in:)))
        #expect(!report.list.statuses.isEmpty)
        for complaint in report.complaints { Issue.record("\(complaint)") }
        // `make test` prints it last.
        if let path = ProcessInfo.processInfo.environment["TOMBOLO_BEHAVIOURS"] {
            try report.text.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    private func report(_ markdown: String, _ tests: [String]) -> BehaviourReport {
        let text = tests.map { "@Test(\n    \"\($0)\", arguments: [1])\nfunc test() {}" }.joined(separator: "\n")
        return BehaviourReport(
            list: BehaviourList(markdown: markdown),
            tests: NamedTest.all(in: SourceTree.File(path: "T.swift", text: text)))
    }

    @Test("a row that is claimed and has no test is a complaint, and so is a row with no status or two")
    func complaints() {
        let table = "| row | status | what |\n|---|---|---|\n| S0-30 | done | demo |\n| S1-04 | open | uplinks |\n"
        #expect(report(table, ["S0-30: it \\\"works\\\""]).complaints.isEmpty)
        #expect(report(table, []).complaints == ["S0-30 is listed as done but no test names it"])
        #expect(report(table, ["S0-30 S1-04: ahead of the table", "S4-20: not in it"]).complaints.isEmpty)
        #expect(report(table, ["pings cross (S0-30)"]).complaints.isEmpty)
        #expect(report(table + "| S0-30 | done | again |\n", ["S0-30: a"]).complaints.count == 1)
        #expect(report(table + "| S0-31 | soon | again |\n", ["S0-30: a"]).complaints.count == 1)
    }

    @Test("the report names each row once, with all its tests")
    func text() {
        let table = "| S0-30 | done | demo |\n| S1-04 | partly | uplinks |\n"
        #expect(
            report(table, ["S0-30: b", "S0-30, S1-04: a", "c (S0-30)", "S4-20: d"]).text == """
                S0-30  a
                       b
                       c (S0-30)
                S1-04 (partly)  a
                S4-20 (not listed)  d
                Behaviours with tests: 3; listed as done 1, partly 1, open 0.

                """)
    }
}
