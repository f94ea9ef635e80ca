import Foundation
import LinuxNetworking
import Testing

@testable import Lab

/// The command line is a surface that others script against: a change of it is a diff of help.txt that someone reads.
/// `TOMBOLO_UPDATE_GOLDEN=1` writes the file anew.
@Suite("The command line")
struct HelpTests {
    static let commands = [
        "", "manager", "manager run", "manager token", "manager token create", "manager token list",
        "manager token revoke", "agent", "agent run", "agent status", "agent ports", "agent bridges",
        "agent routers", "agent tables", "agent drops", "agent trace", "agent purge", "port", "port plug",
        "port unplug", "lab", "lab up", "lab down", "lab show", "lab exec", "lab list", "demo",
    ]

    @Test("every command's help is the one in help.txt")
    func golden() async throws {
        let binary = try KernelEnvironment.binary()
        var all = ""
        for command in Self.commands {
            var spawner = ProcessSpawner(binary, ["help"] + command.split(separator: " ").map(String.init))
            spawner.environment = ["COLUMNS": "100"]
            let result = try await spawner.run()
            #expect(result.isSuccess, "help \(command)")
            all += "$ tombolo help \(command)\n\(result.outputText)\n"
        }
        let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "help.txt")
        if ProcessInfo.processInfo.environment["TOMBOLO_UPDATE_GOLDEN"] != nil {
            try all.write(to: golden, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: golden, encoding: .utf8) == all)
    }

    @Test(
        "a wrong command line ends with 64 and says what is wrong, on standard error",
        arguments: [["manager"], ["lab", "exec", "a1"], ["port", "plug", "x"], ["demo", "--kep"]])
    func usage(arguments: [String]) async throws {
        let result = try await ProcessSpawner.run(try KernelEnvironment.binary(), arguments)
        #expect(result.status == .exited(64))
        #expect(result.output.isEmpty && result.errorText.hasPrefix("Error: "))
    }

    @Test("what cannot be done ends with 1 and one line that says why")
    func failure() async throws {
        let binary = try KernelEnvironment.binary()
        let down = try await ProcessSpawner.run(binary, ["lab", "down", "nosuchlab"])
        #expect(down.status == .exited(1) && down.errorText == "Error: there is no lab named nosuchlab\n")
        let drops = try await ProcessSpawner.run(binary, ["agent", "drops", "--control-socket", "/nowhere/agent.sock"])
        #expect(drops.status == .exited(1) && drops.errorText.contains("no agent answers at /nowhere/agent.sock"))
    }
}
