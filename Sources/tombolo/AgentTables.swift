import Agent
import ArgumentParser
import ForwardingTables

struct AgentTables: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables",
        abstract: "Shows the kernel's tables: how full they are, or what is in one.",
        discussion: """
            The tables are read by their pins, so no agent has to run: they are there from an agent's first start until \
            `tombolo agent purge` or the next boot, and packets go by them all that time. With the name of a table its \
            rows are shown, sorted, one a line; what a row means is in docs/architecture.md. Counters are the sums over \
            all processors.

            With --json: an array of {"table", "entries", "capacity"}; with a name one such object with "rows", an array \
            of {"key", "value"}.
            """)

    @Argument(help: "A table: \(TableID.allCases.map(\.name).joined(separator: ", ")).")
    var name: String?

    @Option(help: ArgumentHelp("Only rows whose line holds this text.", valueName: "text"))
    var match: String?

    @Option(help: ArgumentHelp("Where the datapath is pinned.", valueName: "dir"))
    var pinDir: String = AgentCommand.pinDirectory

    @Flag(help: "Write JSON.") var json = false

    func validate() throws {
        if let name, TableID(name: name) == nil {
            throw ValidationError(
                "there is no table '\(name)'; there are \(TableID.allCases.map(\.name).joined(separator: ", "))")
        }
        if match != nil && name == nil { throw ValidationError("--match needs the name of a table") }
    }

    func run() throws {
        guard let table = name.flatMap({ TableID(name: $0) }) else { return try showFills() }
        let report = try TableReport(table, match: match, pinDirectory: pinDir)
        if json { return try Output.json(report) }
        for row in report.rows ?? [] { print(row.value.isEmpty ? row.key : "\(row.key) -> \(row.value)") }
        print("\(report.entries) of \(report.capacity) entries (\(Self.percent(report)))")
    }

    private func showFills() throws {
        let fills = try TableReport.fills(pinDirectory: pinDir)
        if json { return try Output.json(fills) }
        let rows = fills.map { [$0.table, String($0.entries), String($0.capacity), Self.percent($0)] }
        print(TextTable(["TABLE", "ENTRIES", "CAPACITY", "FILL"], rows).text, terminator: "")
    }

    private static func percent(_ report: TableReport) -> String {
        let tenths = report.capacity == 0 ? 0 : report.entries * 1000 / report.capacity
        return "\(tenths / 10).\(tenths % 10)%"
    }
}
