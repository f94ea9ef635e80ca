import ArgumentParser
import IdentityService
import Logging
import Manager
import NeutronAPI
import ServiceLifecycle
import UnixSignals

struct ManagerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manager",
        abstract: "Runs a site's manager: the API, the store and the agents' streams.",
        discussion: "Without a subcommand it is `run`, whose options `tombolo help manager run` describes.",
        subcommands: [ManagerRun.self, ManagerToken.self],
        defaultSubcommand: ManagerRun.self)
}

struct ManagerRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the manager until SIGTERM or SIGINT (the default subcommand).",
        discussion: """
            At its first start the manager makes its store (state.sqlite), its certificate authority and a join token \
            (DIR/join-token, valid for a day, readable by its owner alone) in the data directory. Whoever has the \
            token can join hosts to the site: `tombolo agent --join-token-file FILE`.

            The API is Neutron v2.0 with the extensions router_vtep_bindings and router_vtep_routes, and Keystone v3 at \
            /v3 of the same port. The first start makes the user admin with a random password and writes how to come in as \
            it to DIR/openrc and DIR/clouds.yaml (cloud tombolo): `source DIR/openrc`, and `openstack` works. While the manager \
            is away the hosts go on forwarding; a change is durable before it is acknowledged, so it may be killed at \
            any time.

            Prometheus finds metrics at http://127.0.0.1:\(ManagerConfiguration.metricsPort)/metrics, unless --metrics \
            says otherwise.

            ADDR:PORT may leave out either: an address alone has the standard port, ":PORT" listens everywhere.
            """)

    @Option(
        help: ArgumentHelp(
            "Where the store, the keys and the join token are kept. It is made if absent.", valueName: "dir"))
    var dataDir: String

    @Option(help: ArgumentHelp("Where the API listens. (default: 0.0.0.0:9696)", valueName: "addr:port"))
    var listen: ListenAddress?

    @Option(
        help: ArgumentHelp(
            "Where the agents' streams come in: gRPC over mutual TLS. (default: 0.0.0.0:9697)", valueName: "addr:port"))
    var agentListen: ListenAddress?

    @Option(help: ArgumentHelp("Where hosts join: gRPC over TLS. (default: 0.0.0.0:9698)", valueName: "addr:port"))
    var joinListen: ListenAddress?

    @Option(
        help: ArgumentHelp(
            "An address or name by which agents reach this manager; may be repeated. It is in the join token and in the "
                + "manager's certificate. (default: the addresses it listens on)", valueName: "addr"))
    var advertise: [String] = []

    @Option(
        help: ArgumentHelp(
            "Who may use the API: identity (whoever has a token of this manager's Keystone), or none (everyone; only where "
                + "the API listens on loopback alone).", valueName: "mode"))
    var auth = AuthenticationMode.identity

    @Option(
        help: ArgumentHelp(
            "How clients reach the API, for openrc and clouds.yaml. (default: http:// and the first address it listens on)",
            valueName: "url"))
    var publicURL: String?

    @OptionGroup var metrics: MetricsOptions

    @OptionGroup var log: LogOptions

    func run() async throws {
        var configuration = ManagerConfiguration(dataDirectory: dataDir)
        if let listen { configuration.apiListen = listen.listener(defaultPort: configuration.apiListen.port) }
        if let agentListen {
            configuration.agentListen = agentListen.listener(defaultPort: configuration.agentListen.port)
        }
        if let joinListen { configuration.joinListen = joinListen.listener(defaultPort: configuration.joinListen.port) }
        configuration.advertisedAddresses = advertise

        if auth == .none, !configuration.apiListen.isLoopback {
            throw ValidationError(
                "--auth none lets everyone who can reach the API do everything, so it needs --listen with a loopback "
                    + "address; \(configuration.apiListen) is none.")
        }

        let logger = log.logger("tombolo.manager")
        let manager = try await ManagerService(configuration, logger: logger)
        let requests = RequestMetrics()
        let listener = self.metrics.listener(defaultPort: ManagerConfiguration.metricsPort)
        let api = NeutronAPIService(
            controller: manager.controller, address: configuration.apiListen.host, port: configuration.apiListen.port,
            authentication: try await authentication(manager, logger), metrics: requests, logger: logger)
        let metrics = MetricsService(
            listener: listener, controller: manager.controller, requests: requests, log: logger)
        // Ended in reverse: no request comes in any more when the store is closed.
        try await ServiceGroup(
            configuration: .init(
                services: [manager, api, metrics], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }

    private func authentication(_ manager: ManagerService, _ logger: Logger) async throws -> Authentication {
        guard auth == .identity else { return .none }
        let service = try await IdentityService(store: manager.store, logger: logger)
        let listen = manager.configuration.apiListen
        let first = FirstStart(
            directory: dataDir, url: try publicURL ?? "http://\(manager.configuration.reachable(listen))")
        if try await first.run(service) {
            say("The admin's credentials are in \(first.files.joined(separator: " and ")) (cloud \(FirstStart.cloud)).")
        }
        return .identity(service)
    }
}

enum AuthenticationMode: String, ExpressibleByArgument, CaseIterable {
    case identity, none
}
