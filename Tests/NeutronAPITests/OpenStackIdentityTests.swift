import Foundation
import LinuxNetworking
import NeutronClient
import Testing

@testable import NeutronAPI

/// The judges are the unmodified clients from PyPI, in the versions of scripts/clients.
@Suite("The openstack command line with tokens", .serialized)
struct OpenStackIdentityTests {
    struct Client: Sendable {
        let venv: String
        let environment: [String: String]

        func run(_ arguments: [String]) async throws -> ProcessResult {
            var spawner = ProcessSpawner("\(venv)/bin/openstack", arguments)
            spawner.environment = environment
            return try await spawner.run(timeout: .seconds(120))
        }

        /// A command that must succeed; what it says as JSON.
        @discardableResult
        func callAsFunction(_ command: String, json: Bool = true) async throws -> JSONValue {
            let words = command.split(separator: " ").map(String.init)
            let result = try await run(words + (json ? ["-f", "json"] : []))
            #expect(result.isSuccess, "openstack \(command): \(result.errorText)")
            guard json, result.isSuccess else { return .null }
            return try JSONParser.parse(Array(result.outputText.utf8))
        }

        func fails(_ command: String) async throws -> String {
            let result = try await run(command.split(separator: " ").map(String.init))
            #expect(!result.isSuccess, "openstack \(command) should fail")
            return result.errorText
        }
    }

    static func venv() async throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let venv = root.appending(path: ".build/clients").path
        let result = try await ProcessSpawner.run(
            root.appending(path: "scripts/install-clients").path, [venv], timeout: .seconds(600))
        try #require(result.isSuccess, "\(result.errorText)")
        return venv
    }

    static func client(
        _ site: IdentityHarness, _ user: String = "admin", _ password: String = IdentityHarness.password,
        project: String = "admin"
    ) async throws -> Client {
        Client(
            venv: try await venv(),
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
                "OS_AUTH_URL": site.api.client.endpoint + "/v3", "OS_IDENTITY_API_VERSION": "3", "OS_USERNAME": user,
                "OS_PASSWORD": password, "OS_PROJECT_NAME": project, "OS_USER_DOMAIN_NAME": "Default",
                "OS_PROJECT_DOMAIN_NAME": "Default", "OS_REGION_NAME": "RegionOne",
            ])
    }

    @Test("issues tokens, shows the catalogue, and manages projects, users, roles and application credentials")
    func identity() async throws {
        try await IdentityHarness.run { site in
            let openstack = try await Self.client(site)
            let token = try await openstack("token issue")
            #expect(token["project_id"]?.string?.isEmpty == false)
            let catalog = try await openstack("catalog list")
            #expect(catalog.array?.compactMap { $0["Type"]?.string }.sorted() == ["identity", "network"])

            let project = try await openstack("project create tenant --description first")
            #expect(project["name"] == .string("tenant"))
            try await openstack("project set tenant --description second", json: false)
            #expect(try await openstack("project show tenant")["description"] == .string("second"))
            try await openstack("user create ann --password secret --project tenant --email a@example.org")
            try await openstack("role add member --user ann --project tenant", json: false)
            let assignments = try await openstack("role assignment list --user ann --names")
            #expect(assignments.array?.first?["Role"] == .string("member"))
            #expect(assignments.array?.first?["Project"] == .string("tenant@Default"))
            #expect(try await openstack("user list --project tenant").array?.count == 1)

            let ann = try await Self.client(site, "ann", "secret", project: "tenant")
            let credential = try await ann("application credential create ci --role reader")
            #expect(credential["Name"] == .string("ci") && credential["Secret"]?.string?.isEmpty == false)
            #expect(try await ann("application credential list").array?.count == 1)
            try await ann("application credential delete ci", json: false)
            #expect(try await ann.fails("user list").contains("403"))

            try await openstack("user set ann --password other", json: false)
            #expect(try await ann.fails("token issue").contains("401"))
            try await openstack("role remove member --user ann --project tenant", json: false)
            try await openstack("group create people")
            try await openstack("group add user people ann", json: false)
            #expect(try await openstack("group list").array?.count == 1)
            try await openstack("domain create other")
            #expect(try await openstack("domain list").array?.count == 2)
            #expect(try await openstack("role list").array?.count == 4)
            #expect(try await openstack("service list").array?.count == 2)
            #expect(try await openstack("endpoint list").array?.count == 6)
            try await openstack("user delete ann", json: false)
            try await openstack("project delete tenant", json: false)
            #expect(try await openstack("project list").array?.count == 1)
        }
    }

    @Test("makes networks with a token from the catalogue, each project its own")
    func networks() async throws {
        try await IdentityHarness.run { site in
            let admin = try await site.token()
            let (project, _) = try await site.tenant("tenant", "ann", role: "member", admin: admin)
            _ = try await site.tenant("tenant", "rae", role: "reader", admin: admin)
            let openstack = try await Self.client(site)
            let ann = try await Self.client(site, "ann", "ann", project: "tenant")
            let network = try await ann("network create blue")
            #expect(network["project_id"] == .string(project))
            try await openstack("network create red --project tenant")
            try await openstack("network create green")
            #expect(try await ann("network list").array?.count == 2)
            #expect(try await openstack("network list").array?.count == 3)
            #expect(try await openstack("network list --project tenant").array?.count == 2)
            let reader = try await Self.client(site, "rae", "rae", project: "tenant")
            #expect(try await reader("network show blue")["name"] == .string("blue"))
            #expect(try await reader.fails("network delete blue").contains("disallowed by policy"))
            #expect(try await ann.fails("network show green").contains("No Network found"))
        }
    }
}
