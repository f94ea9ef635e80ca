import Identity
import IdentityService
import Manager
import NeutronClient
import Resources
import StateStore
import Synchronization
import Testing

@testable import NeutronAPI

/// An API that asks who is there, with an admin, and a time that goes on when the test says so.
struct IdentityHarness: Sendable {
    static let password = "correct horse"
    /// So that a test need not wait; what it costs in earnest is `Cost.standard`.
    static let cheap = PasswordHasher.Cost(logarithm: 4, blockSize: 8, parallelism: 1)

    let api: APIHarness
    let service: IdentityService
    let clock: TestClock

    final class TestClock: Sendable {
        private let seconds = Mutex<Int64>(1_800_000_000)
        var now: Int64 { seconds.withLock { $0 } }
        func advance(_ count: Int64) { seconds.withLock { $0 += count } }
    }

    static func service(_ store: any StateStore, _ clock: TestClock) async throws -> IdentityService {
        try await IdentityService(
            store: store, clock: SiteClock { Timestamp(seconds: clock.now) }, cost: cheap,
            monotonic: { clock.now * 1000 }, logger: .silent)
    }

    static func run(
        store: any StateStore = InMemoryStore(),
        _ test: @escaping @Sendable (IdentityHarness) async throws -> Void
    ) async throws {
        let clock = TestClock()
        let service = try await service(store, clock)
        let hash = try await service.hasher.hash(password)
        try await service.controller.write { _, generator throws(IdentityError) in
            ((), FirstDirectory(adminPassword: hash, using: &generator).changes)
        }
        try await APIHarness.run(.identity(service), store: store) { api in
            try await test(IdentityHarness(api: api, service: service, clock: clock))
        }
    }

    func send(
        _ method: String, _ path: String, _ body: String? = nil, token: String? = nil, subject: String? = nil
    ) async throws -> APIHarness.Answer {
        var headers: [String: String] = [:]
        if let token { headers["X-Auth-Token"] = token }
        if let subject { headers["X-Subject-Token"] = subject }
        return try await api.send(method, path, body, headers: headers)
    }

    func login(
        _ user: String = "admin", _ password: String = password, project: String? = "admin"
    ) async throws -> APIHarness.Answer {
        let scope = project.map { #","scope":{"project":{"name":"\#($0)","domain":{"id":"default"}}}"# } ?? ""
        return try await send(
            "POST", "/v3/auth/tokens",
            #"{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"\#(user)","#
                + #""domain":{"name":"Default"},"password":"\#(password)"}}}\#(scope)}}"#)
    }

    func token(
        _ user: String = "admin", _ password: String = password, project: String? = "admin"
    ) async throws -> String {
        try #require(try await login(user, password, project: project).raw.header("x-subject-token"))
    }

    /// - Returns: the new object's id.
    func make(_ path: String, _ body: String, token: String) async throws -> String {
        let answer = try await send("POST", path, body, token: token)
        try #require(answer.status == 201, "\(path): \(answer.status)")
        guard case .object(let members) = answer.json, let id = members.values.compactMap({ $0["id"]?.string }).first
        else { throw JSONParser.Failure.unexpectedEnd }
        return id
    }

    func role(_ name: String) throws -> String {
        try #require(service.controller.read { $0.role(named: name)?.id.text })
    }

    /// A project with a user who has a role there; the password is the user's name.
    func tenant(_ project: String, _ user: String, role: String, admin: String) async throws -> (
        project: String, user: String
    ) {
        let known = service.controller.read { $0.project(named: project, in: .defaultDomain)?.id.text }
        let projectID: String
        if let known {
            projectID = known
        } else {
            projectID = try await make("/v3/projects", #"{"project":{"name":"\#(project)"}}"#, token: admin)
        }
        let userID = try await make(
            "/v3/users", #"{"user":{"name":"\#(user)","password":"\#(user)"}}"#, token: admin)
        let grant = try await send(
            "PUT", "/v3/projects/\(projectID)/users/\(userID)/roles/\(try self.role(role))", token: admin)
        #expect(grant.status == 204)
        return (projectID, userID)
    }
}
