import AgentProtocol
import Datapath
import Foundation
import Glibc
import LinuxNetworking
import Logging
import ServiceLifecycle
import Telemetry

/// The agent as a process: joins once, takes over what is there, then follows manager and kernel until it is stopped.
/// Stopping leaves the datapath as it is: packets go on.
package struct AgentService: Service {
    private let configuration: AgentConfiguration
    private let log: Logger

    package init(configuration: AgentConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await runUntilCancelled()
            } catch {
                // Whatever a part says when it is cancelled: it was told to stop.
                guard Task.isCancelled else { throw error }
            }
            log.notice("the agent stops; the datapath stays")
        }
    }

    private func runUntilCancelled() async throws {
        let dataLock = try DirectoryLock(dataDirectory: configuration.dataDirectory)
        defer { dataLock.release() }
        try Self.prepare(pinDirectory: configuration.pinDirectory)
        let pinLock = try DirectoryLock(pinDirectory: configuration.pinDirectory)
        defer { pinLock.release() }
        let identity = try await identity()
        // Events first, then the state they change.
        let events = try NetlinkEvents()
        let agent = try Agent(
            configuration: configuration, identity: identity, netlink: try RouteNetlink(), log: log)
        await agent.converge()
        await agent.saveIdentity()
        try await serve(agent, events)
    }

    // MARK: Running

    private func serve(_ agent: Agent, _ events: NetlinkEvents) async throws {
        let punts = try agent.pipeline.ringBuffer("punts")
        defer { punts.stop() }
        let log = log
        let socket = configuration.controlSocket
        let host = HostSignals()
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask {
                try await ManagerChannel.run(identity: { await agent.identity }, log: log) {
                    try await agent.handle($0)
                }
                return "the stream to the manager"
            }
            group.addTask {
                await host.follow(events.events, agent.watchedNextHops)
                return "the kernel's events"
            }
            group.addTask {
                for await _ in host.links { await agent.hostChanged() }
                return "the kernel's events"
            }
            group.addTask {
                for await _ in host.routes {
                    await agent.routesChanged()
                    // A routing daemon that starts brings thousands of changes: what comes now is looked at together.
                    try await Task.sleep(for: Self.routePause)
                }
                return "the kernel's events"
            }
            group.addTask {
                await PuntServer(agent: agent, log: log).run(punts.records)
                return "the datapath's punts"
            }
            group.addTask {
                try await ControlServer.run(path: socket, log: log) { await agent.answer($0) }
                return "the control socket"
            }
            if let metrics = configuration.metrics {
                group.addTask {
                    try await MetricsServer(metrics, log: log) { await AgentMetrics.collect(agent) }.run()
                    return "the metrics"
                }
            }
            group.addTask {
                try await Self.recover(agent)
                return "recovery"
            }
            defer { group.cancelAll() }
            // None of them ends by itself.
            if let part = try await group.next() {
                try Task.checkCancellation()
                throw AgentError.ended(part: part)
            }
        }
    }

    private static let routePause = Duration.milliseconds(200)
    private static let shortestRecovery = Duration.seconds(3)
    private static let longestRecovery = Duration.seconds(60)

    /// Tries again what failed. What made it fail (a full table, no memory) may pass without an event.
    private static func recover(_ agent: Agent) async throws {
        var pause = shortestRecovery
        while true {
            try await agent.wait { !$0.lastError.isEmpty }
            try await Task.sleep(for: pause)
            if await agent.lastError.isEmpty {
                pause = shortestRecovery
            } else {
                await agent.hostChanged()
                pause = min(pause * 2, longestRecovery)
            }
        }
    }

    // MARK: Starting

    private func identity() async throws -> HostIdentity {
        if var identity = try HostIdentity.load(from: configuration.dataDirectory) {
            let life = try CertificateLife(of: identity.certificate)
            if life.end < Date() {
                if configuration.joinToken != nil { return try await join(as: identity.hostName, before: identity) }
                log.error(
                    "the host's certificate has expired; forwarding goes on, but to follow its manager the host must join again: give --join-token",
                    metadata: ["expired": "\(life.end.ISO8601Format())"])
            }
            if let manager = configuration.manager { identity.manager = manager }
            return identity
        }
        return try await join(as: configuration.hostName, before: nil)
    }

    /// Asks until a manager answers, be it with a refusal.
    private func join(as hostName: String, before: HostIdentity?) async throws -> HostIdentity {
        guard let text = configuration.joinToken else {
            throw AgentError.notJoined(dataDirectory: configuration.dataDirectory)
        }
        let token = try JoinToken(text: text)
        if let manager = configuration.manager { _ = try Endpoint(manager) }
        var lastReason = ""
        while true {
            do {
                var identity = try await Enrolment.join(
                    token: token, hostName: hostName, manager: configuration.manager)
                identity.tunnelAddress = before?.tunnelAddress
                if before?.hostID != identity.hostID {
                    // What another host knew is of no use to this one.
                    var journal = TopologyJournal(path: configuration.journalPath)
                    try journal.remove()
                }
                try identity.save(to: configuration.dataDirectory)
                log.notice("joined the site", metadata: ["host": "\(identity.hostID)", "name": "\(identity.hostName)"])
                return identity
            } catch let failure as Enrolment.Failure {
                guard case .unreachable = failure else { throw failure }
                let reason = "\(failure)"
                if reason != lastReason {
                    log.warning("waiting for a manager to join", metadata: ["reason": "\(reason)"])
                }
                lastReason = reason
            }
            try await Task.sleep(for: .seconds(2))
        }
    }

    /// Makes the directory for pins. It must be on a BPF filesystem; the kernel's standard place for one is mounted if
    /// it is missing.
    static func prepare(pinDirectory path: String) throws {
        guard path.hasPrefix("/") else {
            throw AgentError.datapath(.invalidPinDirectory(path: path, reason: "the path isn't absolute"))
        }
        var (existing, missing): (String, [String]) = (path, [])
        while existing != "/", access(existing, F_OK) != 0 {
            missing.append(existing)
            existing = (existing as NSString).deletingLastPathComponent
        }
        let standard = "/sys/fs/bpf"
        if existing == standard, !Mount.isBPFFilesystem(standard) { try Mount.mountBPF(at: standard) }
        guard Mount.isBPFFilesystem(existing) else {
            throw AgentError.datapath(
                .invalidPinDirectory(path: path, reason: "\(existing) is not on a BPF filesystem"))
        }
        for directory in missing.reversed() where mkdir(directory, 0o700) != 0 && errno != EEXIST {
            let reason = "\(directory) can't be made: \(String(cString: strerror(errno)))"
            throw AgentError.datapath(.invalidPinDirectory(path: path, reason: reason))
        }
    }

    /// Removes everything of ours from the kernel: programs, tables, links, our device, the neighbours that we had kept
    /// resolved. Interfaces of ports stay to their owners. What `tombolo agent purge` does.
    ///
    /// - Throws: when an agent is running with these pins.
    package static func purge(pinDirectory: String) throws {
        if FileManager.default.fileExists(atPath: pinDirectory) {
            let lock = try DirectoryLock(pinDirectory: pinDirectory)
            defer { lock.release() }
            do { try PinDirectory(pinDirectory).removeAll() } catch { throw AgentError.datapath(error) }
        }
        let netlink = try RouteNetlink()
        let links = HostInterfaces(links: try netlink.links(), addresses: try netlink.addresses()).uplinks
        let problems = try UnderlayNeighbours.removeAll(on: Set(links.map(\.index)), with: netlink)
        try OwnDevice.remove(with: netlink)
        try Agent.removeUnfinished(with: netlink)
        if let problem = problems.first { throw AgentError.neighbour(problem.key, reason: problem.value) }
    }
}
