import AgentProtocol
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import Synchronization

/// The stream to the manager: opened again and again for as long as the agent lives.
package struct ManagerChannel: Sendable {
    /// What a session tells the agent, in order.
    package enum Event: Sendable {
        case opened(ManagerOutbox)
        case message(ManagerMessage)
        case closed
        case renewed(HostIdentity)
    }

    /// Why a session ended that did not fail on the wire.
    enum Ending: Error, CustomStringConvertible {
        case endedByManager
        case silence(Duration)
        /// The next session uses the new certificate.
        case renewed
        case certificateExpired(Date, reason: String)

        var description: String {
            switch self {
            case .endedByManager: "the manager ended the stream"
            case .silence(let duration): "the manager has said nothing for \(duration)"
            case .renewed: "the certificate was renewed"
            case .certificateExpired(let date, let reason):
                """
                the host's certificate expired at \(date.ISO8601Format()), so it has to join again: start the agent \
                with a new join token (\(reason))
                """
            }
        }
    }

    private static let firstPause = 0.1
    private static let longestPause = 5.0
    /// Until the welcome.
    private static let patience = Duration.seconds(10)

    /// Runs sessions one after the other until the task is cancelled. After each failure it waits, about twice as long
    /// each time; a session that was welcomed starts over with the shortest wait.
    package static func run(
        identity: @escaping @Sendable () async -> HostIdentity, log: Logger,
        handle: @escaping @Sendable (Event) async throws -> Void
    ) async throws {
        var pause = firstPause
        var lastReason = ""
        while !Task.isCancelled {
            let identity = await identity()
            let liveness = Liveness(patience: patience)
            let reason = await outcome(of: identity, liveness, handle)
            try await handle(.closed)
            if Task.isCancelled { break }
            if liveness.wasWelcomed { (pause, lastReason) = (firstPause, "") }
            // Said once: attempts that fail for the same reason are no news.
            if reason != lastReason {
                log.notice("no stream to the manager; forwarding goes on", metadata: ["reason": "\(reason)"])
            }
            lastReason = reason
            // All agents of a site lose a manager at the same moment, and should not come back at the same one.
            try await Task.sleep(for: .seconds(pause * Double.random(in: 0.7...1.3)))
            pause = min(pause * 2, longestPause)
        }
    }

    private static func outcome(
        of identity: HostIdentity, _ liveness: Liveness, _ handle: @escaping @Sendable (Event) async throws -> Void
    ) async -> String {
        do {
            try await session(identity, liveness, handle)
            return "\(Ending.endedByManager)"
        } catch {
            let reason = Enrolment.reason(of: error)
            guard !liveness.wasWelcomed, let life = try? CertificateLife(of: identity.certificate), life.end < Date()
            else { return reason }
            return "\(Ending.certificateExpired(life.end, reason: reason))"
        }
    }

    private static func session(
        _ identity: HostIdentity, _ liveness: Liveness, _ handle: @escaping @Sendable (Event) async throws -> Void
    ) async throws {
        let transport = try HTTP2ClientTransport.Posix(
            target: try Endpoint(identity.manager).target,
            transportSecurity: .mTLS(
                certificateChain: [.bytes(identity.certificate, format: .der)],
                privateKey: .bytes(Array(identity.privateKey.utf8), format: .pem)
            ) { tls in
                tls.trustRoots = .certificates([.bytes(identity.caCertificate, format: .der)])
            },
            config: .defaults { config in
                config.connection.keepalive = .init(
                    time: .seconds(ChannelLimits.keepaliveSeconds), timeout: .seconds(ChannelLimits.keepaliveSeconds),
                    allowWithoutCalls: false)
            })
        let client = GRPCClient(transport: transport)
        // Not waited for: TLS says goodbye, and gives a peer that is silent five seconds to do the same. What goes wrong
        // with the connection is told by the stream.
        let connections = Task { try await client.runConnections() }
        defer {
            client.beginGracefulShutdown()
            connections.cancel()
        }
        let channel = WireAgentChannel.Client(wrapping: client)
        let outbox = ManagerOutbox()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { outbox.finish() }
                try await exchange(channel, outbox, liveness, handle)
            }
            group.addTask { try await liveness.keep(outbox) }
            group.addTask { try await renewInTime(identity, channel, handle) }
            // The first to end ends the session.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func exchange(
        _ channel: WireAgentChannel.Client<HTTP2ClientTransport.Posix>, _ outbox: ManagerOutbox, _ liveness: Liveness,
        _ handle: @escaping @Sendable (Event) async throws -> Void
    ) async throws {
        let request = StreamingClientRequest<WireAgentMessage> { writer in
            try await handle(.opened(outbox))
            for await message in outbox.messages { try await writer.write(WireAgentMessage(message)) }
        }
        try await channel.connect(request: request) { response in
            for try await wire in response.messages {
                let message = try ManagerMessage(wire)
                liveness.heard(message)
                try await handle(.message(message))
            }
        }
    }

    private static func renewInTime(
        _ identity: HostIdentity, _ channel: WireAgentChannel.Client<HTTP2ClientTransport.Posix>,
        _ handle: @escaping @Sendable (Event) async throws -> Void
    ) async throws {
        let life = try CertificateLife(of: identity.certificate)
        var pause = Duration.seconds(max(1, life.renewal.timeIntervalSinceNow))
        while true {
            try await Task.sleep(for: pause)
            do {
                try await handle(.renewed(try await Enrolment.renew(identity, over: channel)))
                throw Ending.renewed
            } catch is RPCError {
                // The certificate that there is still opens the stream: no reason to end it.
                try Task.checkCancellation()
                pause = life.pause(after: Date())
            }
        }
    }
}

/// Whether the manager is there: it answers each heartbeat, and a stream on which nothing comes is given up, also when
/// TCP has not noticed anything.
private final class Liveness: Sendable {
    private struct State {
        var lastHeard = ContinuousClock.now
        /// Nil before the welcome.
        var interval: Duration?
    }

    /// Until the welcome.
    private let patience: Duration
    private let state = Mutex(State())
    private let welcome: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(patience: Duration) {
        self.patience = patience
        (welcome, continuation) = AsyncStream.makeStream()
    }

    var wasWelcomed: Bool { state.withLock { $0.interval != nil } }

    func heard(_ message: ManagerMessage) {
        state.withLock { state in
            state.lastHeard = .now
            guard case .welcome(let welcome) = message else { return }
            let seconds = welcome.heartbeatSeconds > 0 ? welcome.heartbeatSeconds : ChannelLimits.heartbeatSeconds
            state.interval = .seconds(Int64(seconds))
        }
        if case .welcome = message { continuation.finish() }
    }

    /// Sends heartbeats.
    /// - Throws: when there is no welcome, or when three heartbeats in a row brought nothing.
    func keep(_ outbox: ManagerOutbox) async throws {
        try await awaitWelcome()
        while let interval = state.withLock({ $0.interval }) {
            try await Task.sleep(for: interval)
            let patience = interval * Int(ChannelLimits.missedHeartbeats)
            guard state.withLock({ $0.lastHeard }) + patience > .now else {
                throw ManagerChannel.Ending.silence(patience)
            }
            outbox.sendHeartbeat()
        }
    }

    private func awaitWelcome() async throws {
        try await withThrowingTaskGroup(of: Void.self) { [patience, welcome] group in
            group.addTask { for await _ in welcome {} }
            group.addTask {
                try await Task.sleep(for: patience)
                throw ManagerChannel.Ending.silence(patience)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }
}
