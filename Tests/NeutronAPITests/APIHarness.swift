import Identity
import IdentityService
import Logging
import Manager
import NeutronAPI
import NeutronClient
import StateStore

/// A site of its own behind a real API on a free port of the loopback, for as long as a test needs it.
struct APIHarness: Sendable {
    let controller: SiteController
    let client: NeutronClient

    static func run(_ test: @escaping @Sendable (APIHarness) async throws -> Void) async throws {
        try await run(.none, store: InMemoryStore(), test)
    }

    static func run(
        _ authentication: Authentication, store: any StateStore,
        _ test: @escaping @Sendable (APIHarness) async throws -> Void
    ) async throws {
        let controller = try await SiteController(store: store, logger: Logger.silent)
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let service = NeutronAPIService(
            controller: controller, port: 0, authentication: authentication, logger: .silent
        ) { port in
            announce.yield(port)
            announce.finish()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await service.run()
            }
            for await port in ports {
                let client = try NeutronClient(endpoint: "http://127.0.0.1:\(port)")
                try await test(APIHarness(controller: controller, client: client))
            }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    struct Answer {
        let status: Int
        let json: JSONValue
        let raw: NeutronClient.Answer

        /// Keystone's form.
        var faultCode: JSONValue? { json["error"]?["code"] }
        var errorType: String? { json["NeutronError"]?["type"]?.string }
        var errorMessage: String? { json["NeutronError"]?["message"]?.string }
    }

    /// One request with a body given as text, its answer parsed.
    func send(
        _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        let answer = try await client.send(method, path, body: body.map { Array($0.utf8) }, headers: headers)
        let json = answer.body.isEmpty ? JSONValue.null : try JSONParser.parse(answer.body)
        return Answer(status: answer.status, json: json, raw: answer)
    }

    func network(_ name: String = "n", cidr: String? = nil) async throws -> (
        network: NeutronClient.Network, subnet: NeutronClient.Subnet?
    ) {
        let network = try await client.create(NeutronClient.Network.self, .init(name: name))
        guard let cidr else { return (network, nil) }
        return (
            network, try await client.create(NeutronClient.Subnet.self, .init(networkID: network.id, cidr: cidr))
        )
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
