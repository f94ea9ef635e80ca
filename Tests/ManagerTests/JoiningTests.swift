import AgentProtocol
import Crypto
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import Resources
import StateStore
import SwiftASN1
import SwiftProtobuf
import Testing
import X509

@testable import Manager

@Suite("Joining", .timeLimit(.minutes(1)))
struct JoiningTests {
    func refusal(_ body: () async throws -> some Any) async -> RPCError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? RPCError
        }
    }

    @Test("A host joins with a token, gets a certificate, and connects with it")
    func joins() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let host = try await manager.join("h1")
                let certificate = try Certificate(derEncoded: host.certificate)
                #expect(HostIdentity.host(in: certificate) == host.id)
                let agent = try manager.connect(host)
                let welcome = try await agent.open(host.hello())
                #expect(welcome.hostID == host.id)
                #expect(welcome.hostName == "h1")
                #expect(!welcome.resumed)
                #expect(try await agent.nextUpdate().isSnapshot)
                #expect(manager.state(host)?.alive == true)
                await agent.close()
                #expect(try await eventually { manager.state(host)?.alive == false })
            }
        }
    }

    @Test("A wrong, used-up, revoked or expired token is refused, without saying which of the first three")
    func badTokens() async throws {
        try await withTemporaryDirectory { directory in
            let clock = ManualClock()
            try await TestManager.run(in: directory, clock: clock.clock) { manager in
                let enrolment = manager.service.enrolment
                let port = manager.ready.joinPort
                var (wrong, _) = try await enrolment.createToken()
                wrong.secret[0] ^= 1
                let unknown = await refusal { try await TestHost.join("h", with: wrong, port: port) }
                #expect(unknown?.code == .unauthenticated)

                let (once, record) = try await enrolment.createToken(uses: 1)
                #expect(try await enrolment.tokens().contains(record))
                _ = try await TestHost.join("h1", with: once, port: port)
                #expect(await refusal { try await TestHost.join("h2", with: once, port: port) } == unknown)
                #expect(try await !enrolment.tokens().contains(record))

                let (revoked, revokedRecord) = try await enrolment.createToken()
                #expect(try await enrolment.revokeToken(revokedRecord.id))
                #expect(try await !enrolment.revokeToken(revokedRecord.id))
                #expect(await refusal { try await TestHost.join("h3", with: revoked, port: port) } == unknown)

                let (expired, _) = try await enrolment.createToken(ttl: 60, uses: nil)
                _ = try await TestHost.join("h4", with: expired, port: port)
                _ = try await TestHost.join("h5", with: expired, port: port)
                clock.advance(by: 61)
                let late = await refusal { try await TestHost.join("h6", with: expired, port: port) }
                #expect(late?.code == .unauthenticated)
                #expect(late?.message.contains("expired") == true)
            }
        }
    }

    @Test("Of many who join at once with a token for three, three succeed")
    func usesAreCounted() async throws {
        try await withTemporaryDirectory { directory in
            let store = InMemoryStore()
            let controller = try await SiteController(store: store)
            let enrolment = Enrolment(
                authority: try CertificateAuthority(directory: directory), store: store, controller: controller,
                joinEndpoints: ["x:1"], agentEndpoints: ["x:2"])
            let (token, _) = try await enrolment.createToken(uses: 3)
            let joined = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<5 {
                    group.addTask {
                        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
                        do {
                            _ = try await enrolment.join(
                                hostName: "h\(index)", secret: token.secret, request: try signingRequest(key))
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(joined == 3)
            #expect(try await enrolment.hosts().count == 3)
            #expect(try await enrolment.tokens().isEmpty)
        }
    }

    @Test("Joining again under the same name keeps the host's id, but not while it is connected")
    func joinsAgain() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let first = try await manager.join("h1")
                let second = try await manager.join("h1")
                #expect(first.id == second.id)
                let agent = try manager.connect(second)
                _ = try await agent.open(second.hello())
                let third = await refusal { try await manager.join("h1") }
                #expect(third?.code == .alreadyExists)
                await agent.close()
            }
        }
    }

    @Test("A name that is no host name, and a request that is none, are refused")
    func badRequests() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                for name in ["", "-h", "a b", "a/b", String(repeating: "a", count: 254)] {
                    #expect(await refusal { try await manager.join(name) }?.code == .invalidArgument)
                }
            }
        }
    }

    @Test("No one gets onto the agents' listener without a certificate of the site's CA")
    func certificateNeeded() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let host = try await manager.join("h1")
                let roots = TLSConfig.TrustRootsSource.certificates([.bytes(host.caCertificate, format: .der)])
                func renew(_ security: HTTP2ClientTransport.Posix.TransportSecurity) async throws -> WireRenewReply {
                    try await withGRPCClient(
                        transport: HTTP2ClientTransport.Posix(
                            target: .ipv4(address: "127.0.0.1", port: manager.ready.agentPort),
                            transportSecurity: security)
                    ) { client in
                        try await WireAgentChannel.Client(wrapping: client).renew(WireRenewRequest(), options: .fast)
                    }
                }
                #expect(await refusal { try await renew(.tls { $0.trustRoots = roots }) }?.code == .unavailable)

                // Of another site's CA.
                try await withTemporaryDirectory { other in
                    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
                    let foreign = try CertificateAuthority(directory: other).issueHost(
                        EnrolledHost(id: host.id, name: "h1", joinedAt: Timestamp(seconds: 0)),
                        request: signingRequest(key))
                    let keyBytes = Array(try key.serializeAsPEM().derBytes)
                    let error = await refusal {
                        try await renew(
                            .mTLS(
                                certificateChain: [.bytes(foreign, format: .der)],
                                privateKey: .bytes(keyBytes, format: .der)
                            ) { $0.trustRoots = roots })
                    }
                    #expect(error?.code == .unavailable)
                }
            }
        }
    }

    @Test("An agent that knows the CA does not talk to another manager, nor to a host that poses as one")
    func managerIsVerified() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                try await withTemporaryDirectory { other in
                    var (token, _) = try await manager.service.enrolment.createToken()
                    token.caCertificate = try CertificateAuthority(directory: other).certificateBytes
                    let error = await refusal {
                        try await TestHost.join("h1", with: token, port: manager.ready.joinPort)
                    }
                    #expect(error?.code == .unavailable)
                }
            }
        }
    }

    @Test("A certificate is renewed for the host that has one, and the new one serves")
    func renews() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                var host = try await manager.join("h1")
                let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
                let reply = try await withGRPCClient(
                    transport: try host.transport(port: manager.ready.agentPort)
                ) { client in
                    try await WireAgentChannel.Client(wrapping: client).renew(
                        .with { $0.certificateSigningRequest = Data(try! signingRequest(key)) }, options: .fast)
                }
                host.key = key
                host.certificate = Array(reply.certificate)
                let agent = try manager.connect(host)
                #expect(try await agent.open(host.hello()).hostID == host.id)
                await agent.close()
            }
        }
    }

    @Test("A removed host is cut off and stays out; it may join again as a new one")
    func removal() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { manager in
                let host = try await manager.join("h1")
                let agent = try manager.connect(host)
                _ = try await agent.open(host.hello())
                try await manager.service.enrolment.removeHost(host.id)
                #expect(await agent.failure()?.code == .unauthenticated)
                #expect(manager.service.controller.hosts.isEmpty)
                let again = try manager.connect(host)
                again.send(host.hello())
                #expect(await again.failure()?.code == .unauthenticated)
                #expect(try await manager.join("h1").id != host.id)
            }
        }
    }

    @Test("No secret is in the log, nor in the store")
    func secrets() async throws {
        try await withTemporaryDirectory { directory in
            let log = LogLines()
            let logger = Logger(label: "test") { _ in log.handler }
            let store = InMemoryStore()
            let controller = try await SiteController(store: store, logger: logger)
            let enrolment = Enrolment(
                authority: try CertificateAuthority(directory: directory), store: store, controller: controller,
                joinEndpoints: ["x:1"], agentEndpoints: ["x:2"], logger: logger)
            let (token, record) = try await enrolment.createToken(uses: nil)
            let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            _ = try await enrolment.join(hostName: "h", secret: token.secret, request: try signingRequest(key))
            let base64 = Data(token.secret).base64EncodedString().prefix(40)
            let numbers = token.secret.map(String.init).joined(separator: ",")
            #expect(log.all.contains(record.id))
            for text in try await store.entries(under: "").entries.map({ String(decoding: $0.value, as: UTF8.self) })
                + [log.all]
            {
                #expect(!text.contains(base64) && !text.contains(numbers))
            }
        }
    }
}
