import AgentProtocol
import GRPCCore
import Logging
import Resources
import StateStore
import Synchronization

/// One agent's stream: carries `AgentSession`'s effects out.
final class SessionRun: Sendable {
    private let host: EnrolledHost
    private let controller: SiteController
    private let heartbeat: Duration
    private let logger: Logger
    private let session = Mutex(AgentSession())
    private let number = Mutex<UInt64?>(nil)
    private let lastHeard: Mutex<ContinuousClock.Instant>
    private let signal = SessionSignal()
    private let outbox = Outbox()

    init(host: EnrolledHost, controller: SiteController, heartbeat: Duration, logger: Logger) {
        self.host = host
        self.controller = controller
        self.heartbeat = heartbeat
        var logger = logger
        logger[metadataKey: "host"] = "\(host.name)"
        self.logger = logger
        lastHeard = Mutex(.now)
    }

    /// Runs until either side ends the stream.
    /// - Throws: `RPCError`, with what the agent is told.
    func run(
        _ requests: RPCAsyncSequence<WireAgentMessage, any Error>, _ responses: RPCWriter<WireManagerMessage>
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.readMessages(requests) }
            group.addTask { try await self.writeMessages(responses) }
            group.addTask { try await self.followSite() }
            group.addTask { try await self.watchSilence() }
            defer { group.cancelAll() }
            // The first to end ends the session: the agent closed its side, or one of them threw.
            try await group.next()
        }
    }

    /// After `run`.
    /// - Returns: the session's number if the host has none now.
    func close() -> UInt64? {
        guard let number = number.withLock({ $0 }) else { return nil }
        let wasCurrent = controller.closeSession(host.id, number)
        logger.info("agent disconnected", metadata: ["superseded": "\(!wasCurrent)"])
        return wasCurrent ? number : nil
    }

    private func readMessages(_ requests: RPCAsyncSequence<WireAgentMessage, any Error>) async throws {
        for try await wire in requests {
            lastHeard.withLock { $0 = .now }
            if number.withLock({ $0 }) != nil { controller.heard(host.id) }
            let message: AgentMessage
            do throws(WireError) {
                message = try AgentMessage(wire)
            } catch {
                throw RPCError(code: .invalidArgument, message: error.description)
            }
            try await handle(.message(message))
        }
    }

    private func writeMessages(_ responses: RPCWriter<WireManagerMessage>) async throws {
        for await _ in outbox.wakeUps {
            for message in outbox.take() {
                if case .update(let update) = message {
                    for part in UpdateParts(update) { try await responses.write(part) }
                } else {
                    try await responses.write(WireManagerMessage(message))
                }
            }
        }
    }

    private func followSite() async throws {
        for await _ in signal.wakeUps {
            let reasons = signal.take()
            if reasons.contains(.superseded) {
                throw RPCError(code: .aborted, message: "a newer stream of this host took over")
            }
            if reasons.contains(.removed) {
                throw RPCError(code: .unauthenticated, message: "the host was removed from the site")
            }
            if reasons.contains(.stopping) { throw RPCError(code: .unavailable, message: "the manager stops") }
            if reasons.contains(.topology) { try await handle(.topologyChanged) }
            if reasons.contains(.ports) { try await handle(.portsChanged) }
        }
    }

    private func watchSilence() async throws {
        let patience = heartbeat * Int(ChannelLimits.missedHeartbeats)
        while true {
            let deadline = lastHeard.withLock { $0 } + patience
            guard deadline > .now else {
                throw RPCError(code: .deadlineExceeded, message: "nothing heard for \(patience)")
            }
            try await Task.sleep(until: deadline, clock: .continuous)
        }
    }

    // MARK: Effects

    private func handle(_ event: AgentSession.Event) async throws {
        for effect in session.withLock({ $0.on(event) }) { try await perform(effect) }
    }

    private func perform(_ effect: AgentSession.Effect) async throws {
        switch effect {
        case .send(let message):
            guard outbox.add(message) else {
                throw RPCError(code: .resourceExhausted, message: "too many answers are unread")
            }
        case .open(let hello): try await open(hello)
        case .describe(let description): try await describe(description)
        case .bind(let announcement):
            let answer = try await controller.bind(announcement, on: host.id)
            try await handle(.answered(announcement, answer))
        case .unbind(let name): try await controller.unbind(from: host.id) { $0 == name }
        case .report(let report):
            guard try await controller.report(report, from: host.id) else {
                logger.warning("status of a port that is not the host's", metadata: ["port": "\(report.port)"])
                return
            }
            if !report.reason.isEmpty {
                logger.warning("port is down", metadata: ["port": "\(report.port)", "reason": "\(report.reason)"])
            }
        case .step(let position):
            try await handle(.stepped(controller.step(of: host.id, after: position)))
        case .acknowledged(let revision): controller.heard(host.id, acknowledged: revision)
        case .rejected(let revision, let reason):
            logger.error("agent rejected an update", metadata: ["revision": "\(revision)", "reason": "\(reason)"])
        case .awaitPorts(let awaits):
            if let number = number.withLock({ $0 }) { controller.setAwaitsPorts(host.id, number, awaits) }
        case .fail(let reason): throw RPCError(code: .failedPrecondition, message: reason)
        }
    }

    private func open(_ hello: Hello) async throws {
        if hello.hostName != host.name {
            logger.warning("the host calls itself otherwise", metadata: ["name": "\(hello.hostName)"])
        }
        try await describe(hello.host)
        let opened = try controller.openSession(host.id, resume: hello.resume, signal: signal)
        number.withLock { $0 = opened.number }
        let present = Set(hello.interfaces.map(\.interfaceName))
        try await controller.unbind(from: host.id) { !present.contains($0) }
        let welcome = Welcome(
            hostID: host.id, hostName: host.name, storeID: controller.storeID,
            heartbeatSeconds: max(1, UInt32(clamping: heartbeat.components.seconds)), resumed: opened.position != nil)
        logger.info(
            "agent connected",
            metadata: ["resumed": "\(welcome.resumed)", "tunnel-address": "\(hello.host.tunnelAddress)"])
        try await handle(.opened(welcome, position: opened.position))
    }

    private func describe(_ description: HostDescription) async throws {
        do {
            try await controller.describe(host, description)
        } catch let error as ResourceError {
            throw RPCError(code: .failedPrecondition, message: error.message)
        }
    }
}
