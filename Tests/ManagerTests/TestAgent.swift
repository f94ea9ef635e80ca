import Addresses
import AgentProtocol
import Crypto
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Resources
import SwiftASN1
import SwiftProtobuf
import Synchronization
import VirtualTopology
import X509

@testable import Manager

/// What a host has after it joined.
struct TestHost: Sendable {
    var name: String
    var key: Certificate.PrivateKey
    var certificate: [UInt8]
    var caCertificate: [UInt8]
    var id: HostID
    var tunnelAddress: IPAddress

    static func join(
        _ name: String, with token: JoinToken, port: Int, tunnelAddress: String = "192.0.2.1"
    ) async throws -> TestHost {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: port),
            transportSecurity: .tls { $0.trustRoots = .certificates([.bytes(token.caCertificate, format: .der)]) })
        let reply = try await withGRPCClient(transport: transport) { client in
            try await WireAgentEnrolment.Client(wrapping: client).join(
                .with {
                    $0.hostName = name
                    $0.secret = Data(token.secret)
                    $0.certificateSigningRequest = Data(try! signingRequest(key))
                }, options: .fast)
        }
        return TestHost(
            name: name, key: key, certificate: Array(reply.certificate), caCertificate: Array(reply.caCertificate),
            id: try HostID("host_id", reply.hostID), tunnelAddress: IPAddress(tunnelAddress)!)
    }

    func transport(port: Int) throws -> HTTP2ClientTransport.Posix {
        try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: port),
            transportSecurity: .mTLS(
                certificateChain: [.bytes(certificate, format: .der)],
                privateKey: .bytes(Array(try key.serializeAsPEM().derBytes), format: .der)
            ) { $0.trustRoots = .certificates([.bytes(caCertificate, format: .der)]) })
    }

    func hello(_ interfaces: [InterfaceAnnouncement] = [], resume: Resume? = nil) -> AgentMessage {
        .hello(
            Hello(
                hostName: name,
                host: HostDescription(tunnelAddress: tunnelAddress, underlayMTU: 1500, addresses: [tunnelAddress]),
                resume: resume, interfaces: interfaces))
    }
}

extension CallOptions {
    static var fast: CallOptions {
        var options = CallOptions.defaults
        options.timeout = .seconds(10)
        return options
    }
}

/// An agent's end of a stream, driven by a test.
final class TestAgent: Sendable {
    struct Ended: Error {
        var error: (any Error)?
    }

    private let outgoing: AsyncStream<AgentMessage>.Continuation
    private let inbox: Inbox
    private let task: Task<Void, Never>

    init(_ host: TestHost, port: Int) throws {
        let transport = try host.transport(port: port)
        let (stream, outgoing) = AsyncStream.makeStream(of: AgentMessage.self)
        self.outgoing = outgoing
        let (messages, continuation) = AsyncThrowingStream.makeStream(of: ManagerMessage.self)
        inbox = Inbox(messages)
        task = Task {
            do {
                try await withGRPCClient(transport: transport) { client in
                    try await WireAgentChannel.Client(wrapping: client).connect(
                        requestProducer: { writer in
                            for await message in stream { try await writer.write(WireAgentMessage(message)) }
                        },
                        onResponse: { response in
                            for try await message in response.messages {
                                continuation.yield(try ManagerMessage(message))
                            }
                        })
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
    }

    func send(_ message: AgentMessage) { outgoing.yield(message) }

    /// The next message; heartbeats are passed over.
    func next() async throws -> ManagerMessage { try await inbox.next() }

    func nextUpdate() async throws -> TopologyUpdate {
        var assembler = UpdateAssembler()
        while true {
            if case .update(let part) = try await next(), let whole = try assembler.add(part) { return whole }
        }
    }

    func nextAnswer() async throws -> InterfaceAnswer {
        while true {
            if case .interfaceAnswer(let answer) = try await next() { return answer }
        }
    }

    /// Why the manager ended the stream.
    func failure() async -> RPCError? {
        do {
            while true { _ = try await next() }
        } catch let ended as Ended {
            return ended.error as? RPCError
        } catch {
            return error as? RPCError
        }
    }

    /// Says hello and takes the welcome.
    func open(_ hello: AgentMessage) async throws -> Welcome {
        send(hello)
        guard case .welcome(let welcome) = try await next() else { throw Ended(error: nil) }
        return welcome
    }

    func close() async {
        outgoing.finish()
        await task.value
    }

    /// As if the agent's process died.
    func kill() async {
        task.cancel()
        await task.value
    }

    private actor Inbox {
        private var iterator: AsyncThrowingStream<ManagerMessage, any Error>.Iterator

        init(_ messages: AsyncThrowingStream<ManagerMessage, any Error>) { iterator = messages.makeAsyncIterator() }

        func next() async throws -> ManagerMessage {
            while true {
                // One test task asks at a time, so the copy is never used twice.
                var copy = iterator
                let message: ManagerMessage?
                do {
                    message = try await copy.next(isolation: self)
                } catch {
                    throw Ended(error: error)
                }
                iterator = copy
                guard let message else { throw Ended(error: nil) }
                if message != .heartbeat { return message }
            }
        }
    }
}

/// A manager on free ports of 127.0.0.1.
struct TestManager: Sendable {
    let service: ManagerService
    let ready: ManagerService.Ready
    let site: Site

    @discardableResult
    static func run<Value>(
        in directory: String, clock: SiteClock = .system,
        configure: (inout ManagerConfiguration) -> Void = { _ in },
        _ body: (TestManager) async throws -> Value
    ) async throws -> Value {
        var configuration = ManagerConfiguration(dataDirectory: directory)
        configuration.agentListen = .init(host: "127.0.0.1", port: 0)
        configuration.joinListen = .init(host: "127.0.0.1", port: 0)
        configure(&configuration)
        let service = try await ManagerService(configuration, clock: clock)
        let running = Task { try await service.run() }
        let ready = try await service.ready()
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await body(TestManager(service: service, ready: ready, site: Site(service.controller))))
        } catch {
            result = .failure(error)
        }
        // The store is closed when this returns.
        running.cancel()
        _ = await running.result
        return try result.get()
    }

    func join(_ name: String, tunnelAddress: String = "192.0.2.1") async throws -> TestHost {
        let (token, _) = try await service.enrolment.createToken()
        return try await TestHost.join(name, with: token, port: ready.joinPort, tunnelAddress: tunnelAddress)
    }

    func connect(_ host: TestHost) throws -> TestAgent { try TestAgent(host, port: ready.agentPort) }

    func state(_ host: TestHost) -> HostState? { service.controller.host(host.id) }
}

/// Waits for a condition that no event announces to a test; at most ten seconds.
func eventually(_ condition: () throws -> Bool) async throws -> Bool {
    for _ in 0..<1000 {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
