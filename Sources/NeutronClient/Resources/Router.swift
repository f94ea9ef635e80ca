extension NeutronClient {
    package struct Router: NeutronResource, Codable, Hashable {
        package static var member: String { "router" }
        package static var collection: String { "routers" }

        package var id: String
        package var name: String
        package var description: String
        package var projectID: String
        package var status: String
        package var adminStateUp: Bool
        package var routes: [Route]
        package var tags: [String]
        package var revisionNumber: Int

        package enum CodingKeys: String, CodingKey {
            case id, name, description, status, routes, tags
            case projectID = "project_id"
            case adminStateUp = "admin_state_up"
            case revisionNumber = "revision_number"
        }

        package struct Creation: Encodable, Sendable {
            package var name: String?
            package var description: String?
            package var projectID: String?
            package var adminStateUp: Bool?
            package var tags: [String]?

            package init(
                name: String? = nil, description: String? = nil, projectID: String? = nil, adminStateUp: Bool? = nil,
                tags: [String]? = nil
            ) {
                self.name = name
                self.description = description
                self.projectID = projectID
                self.adminStateUp = adminStateUp
                self.tags = tags
            }

            package enum CodingKeys: String, CodingKey {
                case name, description, tags
                case projectID = "project_id"
                case adminStateUp = "admin_state_up"
            }
        }

        package struct Changes: Encodable, Sendable {
            package var name: String?
            package var description: String?
            package var adminStateUp: Bool?
            package var routes: [Route]?

            package init(
                name: String? = nil, description: String? = nil, adminStateUp: Bool? = nil, routes: [Route]? = nil
            ) {
                self.name = name
                self.description = description
                self.adminStateUp = adminStateUp
                self.routes = routes
            }

            package enum CodingKeys: String, CodingKey {
                case name, description, routes
                case adminStateUp = "admin_state_up"
            }
        }
    }

    /// What adding or removing an interface answers.
    package struct RouterInterface: Decodable, Hashable, Sendable {
        /// The router's.
        package var id: String
        package var subnetID: String
        package var portID: String
        package var networkID: String

        package enum CodingKeys: String, CodingKey {
            case id
            case subnetID = "subnet_id"
            case portID = "port_id"
            case networkID = "network_id"
        }
    }

    package enum RouterInterfaceTarget: Hashable, Sendable {
        case subnet(String)
        case port(String)
    }

    package func addRouterInterface(
        _ router: String, _ target: RouterInterfaceTarget
    ) async throws(NeutronClientError) -> RouterInterface {
        try await changeInterface(router, "add_router_interface", target)
    }

    @discardableResult
    package func removeRouterInterface(
        _ router: String, _ target: RouterInterfaceTarget
    ) async throws(NeutronClientError) -> RouterInterface {
        try await changeInterface(router, "remove_router_interface", target)
    }

    private func changeInterface(
        _ router: String, _ verb: String, _ target: RouterInterfaceTarget
    ) async throws(NeutronClientError) -> RouterInterface {
        let path = "\(Router.path)/\(Self.escape(router))/\(verb)"
        let request = "PUT \(path)"
        let body: [String: String] =
            switch target {
            case .subnet(let id): ["subnet_id": id]
            case .port(let id): ["port_id": id]
            }
        let answer = try await succeed("PUT", path, body: try Self.encode(body, request: request))
        return try Self.decode(RouterInterface.self, from: answer, request: request)
    }

    /// Adds routes to those the router has, in one step at the server.
    @discardableResult
    package func addExtraRoutes(_ router: String, _ routes: [Route]) async throws(NeutronClientError) -> Router {
        try await changeRoutes(router, "add_extraroutes", routes)
    }

    @discardableResult
    package func removeExtraRoutes(_ router: String, _ routes: [Route]) async throws(NeutronClientError) -> Router {
        try await changeRoutes(router, "remove_extraroutes", routes)
    }

    private func changeRoutes(
        _ router: String, _ verb: String, _ routes: [Route]
    ) async throws(NeutronClientError) -> Router {
        let path = "\(Router.path)/\(Self.escape(router))/\(verb)"
        let request = "PUT \(path)"
        let body = try Self.encode(["router": ["routes": routes]], request: request)
        let answer = try await succeed("PUT", path, body: body)
        guard let value = try Self.decode([String: Router].self, from: answer, request: request)["router"] else {
            throw .invalidAnswer(request: request, reason: "it has no 'router'")
        }
        return value
    }
}
