import AgentProtocol
import Foundation
import GRPCCore
import Logging
import ServiceLifecycle
import StateStore
import Testing

@testable import Manager

@Suite("Starting and stopping", .timeLimit(.minutes(1)))
struct StartTests {
    @Test("The first start writes a join token that only its owner reads; later ones keep it")
    func firstToken() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = ManagerConfiguration(dataDirectory: directory)
            configuration.advertisedAddresses = ["192.0.2.10", "2001:db8::10", "manager.example"]
            let path = "\(directory)/join-token"
            let store = InMemoryStore()
            let service = try await ManagerService(configuration, store: store, logger: Logger(label: "test"))
            let text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
            let token = try JoinToken(text: text)
            #expect(
                token.joinEndpoints == ["192.0.2.10:9698", "[2001:db8::10]:9698", "manager.example:9698"])
            #expect(token.caCertificate == service.enrolment.authority.certificateBytes)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            _ = try await ManagerService(configuration, store: store, logger: Logger(label: "test"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text + "\n")
            #expect(try await service.enrolment.tokens().count == 1)
        }
    }

    @Test("Listening on all addresses, it advertises this machine's")
    func advertised() throws {
        let names = try ManagerConfiguration(dataDirectory: "/nowhere").advertisedNames()
        #expect(names.contains("127.0.0.1"))
        #expect(!names.contains("0.0.0.0"))
        #expect(!names.contains { $0.contains(":") })
    }

    @Test("A service group stops it gracefully, also with an agent connected")
    func gracefulStop() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = ManagerConfiguration(dataDirectory: directory)
            configuration.agentListen = .init(host: "127.0.0.1", port: 0)
            configuration.joinListen = .init(host: "127.0.0.1", port: 0)
            let service = try await ManagerService(configuration)
            let group = ServiceGroup(services: [service], logger: Logger(label: "test"))
            async let ended: Void = group.run()
            let ready = try await service.ready()
            let manager = TestManager(service: service, ready: ready, site: Site(service.controller))
            let host = try await manager.join("h1")
            let agent = try manager.connect(host)
            _ = try await agent.open(host.hello())
            let began = ContinuousClock.now
            await group.triggerGracefulShutdown()
            try await ended
            #expect(ContinuousClock.now - began < .seconds(3))
            #expect(await agent.failure()?.code == .unavailable)
            // The store is closed.
            await #expect(throws: StoreError.closed) { try await manager.site.makeNetwork() }
        }
    }

    @Test("A port that is taken ends it with the reason")
    func portTaken() async throws {
        try await withTemporaryDirectory { directory in
            try await TestManager.run(in: directory) { first in
                try await withTemporaryDirectory { other in
                    do {
                        try await TestManager.run(
                            in: other, configure: { $0.agentListen.port = first.ready.agentPort }
                        ) { _ in }
                        Issue.record("it started")
                    } catch {
                        #expect("\(error)".lowercased().contains("address already in use"), "\(error)")
                    }
                }
            }
        }
    }
}
