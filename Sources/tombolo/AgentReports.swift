import Agent
import ArgumentParser
import Foundation

/// How a command reaches the host's agent.
struct ControlOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The agent's Unix socket.", valueName: "path"))
    var controlSocket: String = AgentCommand.controlSocket

    func ask(_ request: ControlRequest) throws -> ControlReply {
        try ControlClient(path: controlSocket).request(request)
    }
}

enum Output {
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

struct AgentDrops: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drops",
        abstract: "Shows the packets that went nowhere, by port and reason.",
        discussion: """
            With --json: an array of {"port", "reason", "packets"}. A port is a port's id, or "uplink:" and the name \
            of an interface to the underlay. The counters are the kernel's; they live as long as the datapath.
            """)

    @OptionGroup var control: ControlOptions
    @Flag(help: "Write JSON.") var json = false

    func run() throws {
        guard case .drops(let drops) = try control.ask(.drops) else { throw CommandError.unexpectedReply }
        if json { return try Output.json(drops) }
        print(
            TextTable(["PORT", "REASON", "PACKETS"], drops.map { [$0.port, $0.reason, String($0.packets)] }).text,
            terminator: "")
    }
}

struct AgentPorts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ports", abstract: "Shows the host's ports, whether they forward, and what they did.")

    @OptionGroup var control: ControlOptions
    @Flag(help: "Write JSON.") var json = false

    func run() throws {
        guard case .ports(let ports) = try control.ask(.ports) else { throw CommandError.unexpectedReply }
        if json { return try Output.json(ports) }
        let rows = ports.map { port in
            [
                port.port, port.interface ?? "-", port.mac, port.addresses.joined(separator: ","),
                port.active ? "ACTIVE" : "DOWN: \(port.reason)", String(port.received), String(port.delivered),
                String(port.dropped),
            ]
        }
        print(
            TextTable(["PORT", "INTERFACE", "MAC", "ADDRESSES", "STATE", "RECEIVED", "DELIVERED", "DROPPED"], rows)
                .text,
            terminator: "")
    }
}

struct AgentStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows who the agent is and how far it is.")

    @OptionGroup var control: ControlOptions
    @Flag(help: "Write JSON.") var json = false

    func run() throws {
        guard case .status(let status) = try control.ask(.status) else { throw CommandError.unexpectedReply }
        if json { return try Output.json(status) }
        let rows = [
            ["host", "\(status.hostName) (\(status.hostID))"],
            ["manager", status.connected ? "connected" : "not connected"],
            ["revision", String(status.revision)],
            [
                "table rows",
                "\(status.tableRows) (at the last start \(status.adoptedRows) adopted, \(status.mendedRows) mended)",
            ],
            ["last error", status.lastError.isEmpty ? "none" : status.lastError],
        ]
        for row in rows { print(row.joined(separator: ": ")) }
    }
}

extension CommandError {
    static let unexpectedReply = CommandError("the agent answers something else than was asked")
}
