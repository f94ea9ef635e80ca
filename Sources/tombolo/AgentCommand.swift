import Addresses
import Agent
import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Runs a host's agent, and asks it.",
        discussion: "Without a subcommand it is `run`, whose options `tombolo help agent run` describes.",
        subcommands: [
            AgentRun.self, AgentStatusCommand.self, AgentPorts.self, AgentBridges.self, AgentRouters.self,
            AgentTables.self, AgentDrops.self, AgentTrace.self, AgentPurge.self,
        ],
        defaultSubcommand: AgentRun.self)

    static let pinDirectory = "/sys/fs/bpf/tombolo"
    static let controlSocket = "/run/tombolo/agent.sock"
    static let dataDirectory = "/var/lib/tombolo/agent"
}

struct AgentRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the agent until SIGTERM or SIGINT (the default subcommand).",
        discussion: """
            The first time, the agent joins the site with a token that the manager made, and gets a certificate of its \
            own; from then on the data directory is enough. It binds interfaces named "tap" and the first 11 characters \
            of a port's id, loads the datapath into the kernel and keeps it as the manager says.

            The datapath is pinned in the kernel: packets go on while the agent is stopped, killed or upgraded, and \
            the next start adopts it. `tombolo agent purge` takes it away.

            Prometheus finds metrics at http://127.0.0.1:\(AgentConfiguration.metricsPort)/metrics, unless --metrics says \
            otherwise.
            """)

    @Option(help: ArgumentHelp("Where the host's identity and the last topology are kept.", valueName: "dir"))
    var dataDir: String = AgentCommand.dataDirectory

    @Option(help: ArgumentHelp("Where the datapath is pinned: a directory on a BPF filesystem.", valueName: "dir"))
    var pinDir: String = AgentCommand.pinDirectory

    @Option(
        help: ArgumentHelp(
            "The Unix socket for `tombolo port` and the other `tombolo agent` commands.", valueName: "path"))
    var controlSocket: String = AgentCommand.controlSocket

    @Option(help: ArgumentHelp("The host's name in the site. (default: this machine's)", valueName: "name"))
    var hostName: String?

    @Option(
        help: ArgumentHelp(
            "The token to join with; others on this machine can see it. Needed once.", valueName: "token"))
    var joinToken: String?

    @Option(help: ArgumentHelp("A file with the token to join with.", valueName: "file"))
    var joinTokenFile: String?

    @Option(
        help: ArgumentHelp("Where the manager listens for agents. (default: as joining told)", valueName: "host:port"))
    var manager: String?

    @Option(
        help: ArgumentHelp(
            "Where the site's tunnels to this host end. (default: the address that reaches the manager)",
            valueName: "addr"))
    var tunnelAddress: IPAddress?

    @Option(
        help: ArgumentHelp(
            "An interface that tunnels use; may be repeated. (default: every interface that has an address)",
            valueName: "interface"))
    var uplink: [String] = []

    @OptionGroup var metrics: MetricsOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        if joinToken != nil && joinTokenFile != nil {
            throw ValidationError("give --join-token or --join-token-file, not both")
        }
    }

    func run() async throws {
        let logger = log.logger("tombolo.agent")
        let configuration = AgentConfiguration(
            dataDirectory: dataDir, pinDirectory: pinDir, controlSocket: controlSocket,
            hostName: hostName ?? ProcessInfo.processInfo.hostName, joinToken: try token(), manager: manager,
            tunnelAddress: tunnelAddress, uplinks: uplink,
            metrics: metrics.listener(defaultPort: AgentConfiguration.metricsPort))
        try await ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: AgentService(configuration: configuration, log: logger),
                        successTerminationBehavior: .gracefullyShutdownGroup)
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }

    private func token() throws -> String? {
        guard let joinTokenFile else { return joinToken }
        do {
            return try String(contentsOfFile: joinTokenFile, encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            // A host that has joined needs no token any more.
            if !FileManager.default.fileExists(atPath: joinTokenFile) { return nil }
            throw CommandError("\(joinTokenFile): \(error)")
        }
    }
}

extension IPAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument[...]) }
}

struct AgentPurge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Removes everything of ours from the kernel.",
        discussion: """
            Detaches and unpins programs, tables and links, and deletes the device that the agent made. The agent must \
            not be running. Interfaces of ports stay: they are their owners'.
            """)

    @Option(help: ArgumentHelp("Where the datapath is pinned.", valueName: "dir"))
    var pinDir: String = AgentCommand.pinDirectory

    func run() throws { try AgentService.purge(pinDirectory: pinDir) }
}
