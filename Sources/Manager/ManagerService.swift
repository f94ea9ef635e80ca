import AgentProtocol
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import ServiceLifecycle
import StateStore
import Synchronization

/// A site's manager, all but the HTTP API: the store, the controller, the CA and the agents' listeners.
package final class ManagerService: Service {
    /// Where it listens, once it does.
    package struct Ready: Hashable, Sendable {
        package var agentPort: Int
        package var joinPort: Int
    }

    package static let storeFile = "state.sqlite"
    package static let tokenFile = "join-token"

    package let configuration: ManagerConfiguration
    package let controller: SiteController
    package let enrolment: Enrolment
    package let store: any StateStore
    private let watch: HostWatch
    private let agentServer: GRPCServer<HTTP2ServerTransport.Posix>
    private let joinServer: GRPCServer<HTTP2ServerTransport.Posix>
    private let logger: Logger
    private let readiness = Readiness()

    /// Opens what is in the data directory; the store's lock keeps a second manager out.
    /// - Throws: `StoreError.inUse` when another manager has it, and whatever is wrong with the files.
    package convenience init(
        _ configuration: ManagerConfiguration, clock: SiteClock = .system,
        logger: Logger = Logger(label: "tombolo.manager")
    ) async throws {
        try PrivateFile.makeDirectory(configuration.dataDirectory)
        let store = try SQLiteStore(path: "\(configuration.dataDirectory)/\(Self.storeFile)", logger: logger)
        do {
            try await self.init(configuration, store: store, clock: clock, logger: logger)
        } catch {
            await store.close()
            throw error
        }
    }

    /// With a given store, which `run` closes at its end.
    package init(
        _ configuration: ManagerConfiguration, store: any StateStore, clock: SiteClock = .system, logger: Logger
    ) async throws {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        let authority = try CertificateAuthority(
            directory: configuration.dataDirectory, clock: clock, lifetimes: configuration.certificateLifetimes)
        controller = try await SiteController(store: store, clock: clock, logger: logger)
        let names = try configuration.advertisedNames()
        enrolment = Enrolment(
            authority: authority, store: store, controller: controller,
            joinEndpoints: names.map { endpoint($0, configuration.joinListen.port) },
            agentEndpoints: names.map { endpoint($0, configuration.agentListen.port) }, clock: clock, logger: logger)
        watch = HostWatch(controller: controller, grace: configuration.hostGrace, logger: logger)
        let certificate = try authority.issueServer(names: names)
        agentServer = GRPCServer(
            transport: .agents(configuration.agentListen, certificate, authority),
            services: [
                AgentGateway(
                    enrolment: enrolment, controller: controller, watch: watch, heartbeat: configuration.heartbeat,
                    logger: logger)
            ])
        joinServer = GRPCServer(
            transport: .joining(configuration.joinListen, certificate),
            services: [EnrolmentService(enrolment: enrolment, logger: logger)])
        try await writeFirstToken()
    }

    /// A token for scripts, at the first start only: whoever may read the data directory may let hosts join for a day.
    private func writeFirstToken() async throws {
        let path = "\(configuration.dataDirectory)/\(Self.tokenFile)"
        guard try PrivateFile.read(path) == nil else { return }
        // Ports chosen by the system are not known yet: a token would point nowhere.
        guard configuration.joinListen.port != 0 else { return }
        let (token, _) = try await enrolment.createToken(uses: nil)
        try PrivateFile.write(Array("\(try token.text)\n".utf8), to: path)
    }

    /// Serves until it is told to stop, then ends the sessions and closes the store.
    package func run() async throws {
        do {
            try await serve()
        } catch {
            readiness.fail(error)
            await store.close()
            throw error
        }
        readiness.fail(CancellationError())
        await store.close()
    }

    private func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.agentServer.serve() }
            group.addTask { try await self.joinServer.serve() }
            group.addTask { await self.watch.run() }
            let ready: Ready
            do {
                ready = Ready(
                    agentPort: try await agentServer.listeningPort(), joinPort: try await joinServer.listeningPort())
            } catch {
                // The server that could not listen says why; this error says only that it did not.
                stop()
                while try await group.next() != nil {}
                throw error
            }
            logger.info(
                "manager is ready",
                metadata: [
                    "agents": "\(configuration.agentListen.host) port \(ready.agentPort)",
                    "join": "\(configuration.joinListen.host) port \(ready.joinPort)", "store": "\(controller.storeID)",
                ])
            readiness.succeed(ready)
            try await withTaskCancellationOrGracefulShutdownHandler {
                // None of them ends by itself: the first that does has failed, or all were told to stop.
                defer { group.cancelAll() }
                while try await group.next() != nil {}
            } onCancelOrGracefulShutdown: {
                self.stop()
            }
        }
    }

    private func stop() {
        agentServer.beginGracefulShutdown()
        joinServer.beginGracefulShutdown()
        // Streams have no end of their own.
        controller.endSessions()
        watch.stop()
    }

    /// When both listeners accept connections; throws if the manager ended before.
    package func ready() async throws -> Ready { try await readiness.value() }
}

private func endpoint(_ name: String, _ port: Int) -> String {
    name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
}

extension GRPCServer where Transport == HTTP2ServerTransport.Posix {
    fileprivate func listeningPort() async throws -> Int {
        guard let address = try await listeningAddress else { return 0 }
        return address.ipv4?.port ?? address.ipv6?.port ?? 0
    }
}
