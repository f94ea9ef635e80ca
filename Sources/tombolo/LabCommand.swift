import ArgumentParser
import Foundation
import Lab
import LinuxNetworking

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Builds sites, hosts and VMs out of network namespaces on this machine.",
        discussion: """
            A lab's hosts, VMs and WAN are network namespaces; the managers and agents in them are the real ones. \
            docs/lab.md describes the file. Several labs can be up at the same time. Needs root.
            """,
        subcommands: [LabUp.self, LabDown.self, LabShow.self, LabExec.self, LabList.self])

    struct Name: ParsableArguments {
        @Argument(help: "The lab's name; needed when several are up.")
        var name: String?
    }
}

struct LabUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Builds a lab from its file and starts it.",
        discussion: """
            Ends when everything works; the lab goes on. When it fails or is interrupted, nothing is left.
            """)

    @Argument(help: ArgumentHelp("The lab's YAML file.", valueName: "file.yaml"))
    var file: String

    func run() async throws {
        let text: String
        do { text = try String(contentsOfFile: file, encoding: .utf8) } catch {
            throw CommandError("\(file) cannot be read: \(error.localizedDescription)")
        }
        let definition: LabDefinition
        do { definition = try LabDefinition(yaml: text) } catch { throw CommandError("\(file): \(error)") }
        let lab = try await untilInterrupted { try await Lab.up(definition) { say($0) } }
        print("lab \(lab.name) is up: `tombolo lab show \(lab.name)`")
    }
}

struct LabDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Ends a lab and takes everything of it away.",
        discussion: "Also what is left of a lab whose setting up was killed.")

    @OptionGroup var lab: LabCommand.Name

    func run() async throws {
        let name = try Lab.only(lab.name)
        try await Lab.down(name)
        print("lab \(name) is gone")
    }
}

struct LabShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a lab's sites, hosts and VMs.",
        discussion: """
            With --json: {name, sites: [{name, manager: {endpoint, clouds, …}, hosts: […], vms: […]}], wan}; every host and \
            VM has name, site, netns and addresses. A site's endpoint is reached from this machine; clouds is the clouds.yaml \
            with its admin's credentials, cloud tombolo.
            """)

    @Flag(help: "Write JSON.") var json = false
    @OptionGroup var lab: LabCommand.Name

    func run() async throws {
        let description = try Lab.open(try Lab.only(lab.name)).description()
        print(json ? try description.json : description.text, terminator: "")
    }
}

struct LabExec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Runs a command in a VM, or in a host.",
        discussion: """
            For example: tombolo lab exec a1 -- ip address

            VMs and hosts that have their name at several sites are written SITE/NAME. A site's name is the namespace \
            of its manager, and "wan" that of the WAN's router. The command's exit status is this one's.
            """)

    @Option(help: ArgumentHelp("The lab; needed when several are up.", valueName: "name"))
    var lab: String?

    @Argument(help: "The VM or host.")
    var vm: String

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "cmd"))
    var command: [String]

    func validate() throws {
        if command.isEmpty { throw ValidationError("after -- there must be a command") }
    }

    func run() async throws {
        let namespace = try Lab.open(try Lab.only(lab)).namespace(of: vm)
        var spawner = ProcessSpawner(
            command[0], Array(command.dropFirst()), in: try NetworkNamespace.open(named: namespace))
        spawner.input = .inherit
        spawner.group = .inherit
        spawner.privateSysfs = true
        let child = try spawner.spawn()
        // The terminal's signals are the command's: what it makes of them is its exit status.
        signal(SIGINT, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        switch try await child.wait() {
        case .exited(let status): throw ExitCode(status)
        case .signalled(let signal): throw ExitCode(128 + signal)
        }
    }
}

struct LabList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the labs on this machine.")

    func run() async throws {
        for name in try LabDirectory.list() { print(name) }
    }
}
