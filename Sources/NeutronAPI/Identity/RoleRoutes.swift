import Identity
import Resources

/// `/v3/roles`, and which role implies which.
extension IdentityRoutes {
    var roleRoutes: [Route] {
        [
            Route(.get, "/v3/roles") { request throws(NeutronError) in
                let roles = try look { Array($0.roles.values) }.sorted { $0.name < $1.name }
                return Self.list("roles", roles.map { Self.json($0, request) }, request)
            },
            Route(.post, "/v3/roles") { request throws(NeutronError) in
                let body = try Self.body("role", request)
                let name = try body.required(IdentityInputs.name)
                let description = try body.value(IdentityInputs.description) ?? ""
                if let domain = try body.value(IdentityInputs.domainID) ?? nil {
                    throw .invalidInput("domain_id", "'\(domain)': roles of a domain are not supported")
                }
                let made = try await change { directory, generator throws(IdentityError) in
                    try directory.creating(role: name, description: description, using: &generator)
                }
                return Self.one("role", Self.json(made, request), status: 201)
            },
            Route(.get, "/v3/roles/{id}") { request throws(NeutronError) in
                let id = RoleID(request.parameter("id"))
                return Self.one(
                    "role", Self.json(try look { directory throws(IdentityError) in try directory.role(id) }, request))
            },
            Route(.patch, "/v3/roles/{id}") { request throws(NeutronError) in
                let id = RoleID(request.parameter("id"))
                let body = try Self.body("role", request)
                var update = RoleUpdate()
                update.name = try body.change(IdentityInputs.name)
                update.description = try body.change(IdentityInputs.description)
                let wanted = update
                let changed = try await change { directory, _ throws(IdentityError) in
                    try directory.updating(role: id, wanted)
                }
                return Self.one("role", Self.json(changed, request))
            },
            Route(.delete, "/v3/roles/{id}") { request throws(NeutronError) in
                let id = RoleID(request.parameter("id"))
                return try await change { directory throws(IdentityError) in try directory.deleting(role: id) }
            },
            Route(.get, "/v3/roles/{id}/implies") { request throws(NeutronError) in
                let id = RoleID(request.parameter("id"))
                let inference = try look { directory throws(IdentityError) in
                    Self.inference(try directory.role(id), directory, request)
                }
                return Self.one("role_inference", inference)
            },
            Route(.get, "/v3/role_inferences") { request throws(NeutronError) in
                let inferences = try look { directory in
                    Role.implied.keys.sorted().compactMap { directory.role(named: $0) }.map {
                        Self.inference($0, directory, request)
                    }
                }
                return Self.list("role_inferences", inferences, request)
            },
        ]
    }

    private static func inference(_ role: Role, _ directory: Directory, _ request: APIRequest) -> JSONValue {
        let implied = Role.implied[role.name].flatMap { directory.role(named: $0) }
        return .object([
            "prior_role": json(role, request), "implies": .array([implied].compactMap { $0 }.map { json($0, request) }),
        ])
    }

    static func json(_ role: Role, _ request: APIRequest) -> JSONValue {
        .object([
            "id": .string(role.id.text), "name": .string(role.name), "description": .string(role.description),
            "domain_id": .null, "options": role.isBuiltIn ? .object(["immutable": .bool(true)]) : .object([:]),
            "links": links(request, "roles/\(role.id)"),
        ])
    }
}
