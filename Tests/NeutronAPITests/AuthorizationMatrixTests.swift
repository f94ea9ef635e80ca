import Foundation
import Logging
import Testing

@testable import NeutronAPI

/// What each route answers to whom. The table is committed: a new route, and a changed right, is a change of it that someone
/// reads. `TOMBOLO_UPDATE_GOLDEN=1` writes it anew.
@Suite("The authorization matrix")
struct AuthorizationMatrixTests {
    /// One who asks.
    private enum Asker: String, CaseIterable {
        case none, expired, other, reader, member, admin
    }

    @Test("every route answers each asker as authorization-matrix.txt says")
    func matrix() async throws {
        let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "authorization-matrix.txt")
        let routes = try await Self.routes()
        var lines = ["# " + Asker.allCases.map(\.rawValue).joined(separator: " ")]
        for route in routes { lines.append(try await Self.row(route)) }
        let text = lines.map { $0 + "\n" }.joined()
        if ProcessInfo.processInfo.environment["TOMBOLO_UPDATE_GOLDEN"] != nil {
            try text.write(to: golden, atomically: true, encoding: .utf8)
        }
        let known = try String(contentsOf: golden, encoding: .utf8).split(separator: "\n").map(String.init)
        for line in lines where !known.contains(line) { Issue.record("not in the table: \(line)") }
        for line in known where !lines.contains(line) { Issue.record("only in the table: \(line)") }
    }

    @Test("every network route's collection is in the policy's table: what is not is the admin's alone by accident")
    func collections() async throws {
        for route in try await Self.routes() where route.path.hasPrefix("/v2.0/") {
            var parts = route.path.split(separator: "/").dropFirst().map(String.init)
            if parts.first == "gw" { parts = [parts.prefix(2).joined(separator: "/")] }
            #expect(parts.first.flatMap { Policy.collections[$0] } != nil, "\(route)")
        }
    }

    @Test("a token without a project reads no network")
    func unscoped() async throws {
        try await IdentityHarness.run { site in
            let token = try await site.token(project: nil)
            #expect(try await site.send("GET", "/v2.0/networks", token: token).status == 403)
            #expect(try await site.send("GET", "/v3/auth/projects", token: token).status == 200)
        }
    }

    /// The aliases under /identity are the same routes.
    private static func routes() async throws -> [Route] {
        let found = Found()
        try await IdentityHarness.run { site in
            let all = NeutronRoutes(
                site: Site(controller: site.api.controller, logger: .init(label: "test")), .identity(site.service)
            ).all
            await found.set(all.filter { !$0.path.hasPrefix(IdentityRoutes.alias) })
        }
        return await found.routes.sorted { $0.description < $1.description }
    }

    private actor Found {
        var routes: [Route] = []
        func set(_ routes: [Route]) { self.routes = routes }
    }

    /// A site of its own for each who may succeed: a deletion would leave nothing for the next.
    private static func row(_ route: Route) async throws -> String {
        let cells = Cells()
        for askers in [[Asker.none, .expired, .other, .reader], [.member], [.admin]] {
            try await IdentityHarness.run { site in
                let scene = try await Scene(site)
                for asker in askers { await cells.add(try await scene.ask(route, as: asker)) }
            }
        }
        return "\(route) " + (await cells.all).map(String.init).joined(separator: " ")
    }

    private actor Cells {
        var all: [Int] = []
        func add(_ status: Int) { all.append(status) }
    }

    /// Project `p` has a network with all that hangs on it, and the users `member` and `reader`.
    private struct Scene {
        let site: IdentityHarness
        let tokens: [Asker: String]
        private var ids: [String: String] = [:]
        private let project: String
        private let member: String
        private let subject: String

        init(_ site: IdentityHarness) async throws {
            self.site = site
            let expired = try await site.token()
            site.clock.advance(4000)
            let admin = try await site.token()
            (project, member) = try await site.tenant("p", "member", role: "member", admin: admin)
            _ = try await site.tenant("p", "reader", role: "reader", admin: admin)
            _ = try await site.tenant("q", "other", role: "member", admin: admin)
            let token = try await site.token("member", "member", project: "p")
            subject = token
            tokens = [
                .expired: expired, .admin: admin, .member: token,
                .reader: try await site.token("reader", "reader", project: "p"),
                .other: try await site.token("other", "other", project: "q"),
            ]
            let network = try await site.make("/v2.0/networks", #"{"network":{"tags":["t"]}}"#, token: token)
            ids["networks"] = network
            ids["subnets"] = try await site.make(
                "/v2.0/subnets",
                #"{"subnet":{"network_id":"\#(network)","cidr":"10.0.0.0/24","ip_version":4,"tags":["t"]}}"#,
                token: token)
            ids["ports"] = try await site.make(
                "/v2.0/ports", #"{"port":{"network_id":"\#(network)","tags":["t"]}}"#, token: token)
            ids["routers"] = try await site.make("/v2.0/routers", #"{"router":{"tags":["t"]}}"#, token: token)
            ids["users"] = member
            ids["projects"] = project
            ids["domains"] = "default"
            ids["groups"] = try await site.make("/v3/groups", #"{"group":{"name":"g"}}"#, token: admin)
            ids["roles"] = try await site.make("/v3/roles", #"{"role":{"name":"r"}}"#, token: admin)
            ids["services"] = "network"
            ids["endpoints"] = "network-public"
            ids["regions"] = "RegionOne"
            ids["extensions"] = "router"
            ids["credential"] = try await site.make(
                "/v3/users/\(member)/application_credentials", #"{"application_credential":{"name":"c"}}"#, token: token
            )
        }

        func ask(_ route: Route, as asker: Asker) async throws -> Int {
            let answer = try await site.send(
                route.method.rawValue, path(of: route), body(of: route), token: tokens[asker], subject: subject)
            return answer.status
        }

        private func path(of route: Route) -> String {
            let parts = route.path.split(separator: "/").map(String.init)
            let owner = parts.dropFirst().first ?? ""
            return "/"
                + parts.map { part in
                    switch part {
                    case "{id}", "{alias}": ids[owner] ?? "99999999-9999-4999-8999-999999999999"
                    case "{user}": member
                    case "{actor}": parts.contains("groups") ? ids["groups"] ?? "" : member
                    case "{role}": ids["roles"] ?? ""
                    case "{tag}": "t"
                    case "{credential}": ids["credential"] ?? ""
                    default: part
                    }
                }.joined(separator: "/")
        }

        /// A body that the route takes, if it takes one.
        private func body(of route: Route) -> String? {
            guard [.post, .put, .patch].contains(route.method) else { return nil }
            let network = ids["networks"] ?? ""
            let parts = route.path.split(separator: "/").map(String.init)
            switch parts.last ?? "" {
            case "tags": return #"{"tags":["a"]}"#
            case "{tag}", "{role}", "{user}": return nil
            case "add_router_interface": return #"{"subnet_id":"\#(ids["subnets"] ?? "")"}"#
            case "remove_router_interface": return #"{"subnet_id":"\#(ids["subnets"] ?? "")"}"#
            case "add_extraroutes", "remove_extraroutes": return #"{"router":{"routes":[]}}"#
            case "tokens":
                return
                    #"{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"x","domain":{"id":"default"},"password":"x"}}}}}"#
            case "password": return #"{"user":{"original_password":"member","password":"new"}}"#
            case "application_credentials": return #"{"application_credential":{"name":"d"}}"#
            case "subnets": return #"{"subnet":{"network_id":"\#(network)","cidr":"10.1.0.0/24","ip_version":4}}"#
            case "ports": return #"{"port":{"network_id":"\#(network)"}}"#
            default: break
            }
            let collection = parts.dropFirst().first ?? ""
            let member = Policy.collections[collection]?.member ?? String(collection.dropLast())
            let isIdentity = parts.first == "v3"
            return #"{"\#(member)":{\#(isIdentity && route.method == .post ? #""name":"new""# : "")}}"#
        }
    }
}
