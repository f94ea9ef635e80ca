import Identity
import IdentityService
import Resources

/// `/v3/users`
extension IdentityRoutes {
    var userRoutes: [Route] {
        [
            Route(.get, "/v3/users") { request throws(NeutronError) in
                let users = try look { Array($0.users.values) }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
                return Self.list("users", users.map { Self.json($0, request) }, request)
            },
            Route(.post, "/v3/users") { request throws(NeutronError) in try await createUser(request) },
            Route(.get, "/v3/users/{id}") { request throws(NeutronError) in
                let id = UserID(request.parameter("id"))
                return Self.one(
                    "user", Self.json(try look { directory throws(IdentityError) in try directory.user(id) }, request))
            },
            Route(.patch, "/v3/users/{id}") { request throws(NeutronError) in try await updateUser(request) },
            Route(.delete, "/v3/users/{id}") { request throws(NeutronError) in
                let id = UserID(request.parameter("id"))
                return try await change { directory throws(IdentityError) in try directory.deleting(user: id) }
            },
            // Open to all, as in Keystone: who knows the old password needs no token.
            Route(.post, "/v3/users/{id}/password", needsIdentity: false) { request throws(NeutronError) in
                let body = try Self.body("user", request)
                let old = try body.required(IdentityInputs.originalPassword)
                let new = try body.required(IdentityInputs.newPassword)
                do throws(IdentityError) {
                    try await service.changePassword(
                        of: UserID(request.parameter("id")), from: old, to: new, address: request.address)
                } catch {
                    throw NeutronError(error)
                }
                return .noContent
            },
            Route(.get, "/v3/users/{id}/projects") { request throws(NeutronError) in
                let id = UserID(request.parameter("id"))
                let projects = try look { directory throws(IdentityError) in
                    _ = try directory.user(id)
                    return directory.projects(of: id)
                }
                return Self.list("projects", projects.map { Self.json($0, request) }, request)
            },
            Route(.get, "/v3/users/{id}/groups") { request throws(NeutronError) in
                let id = UserID(request.parameter("id"))
                let groups = try look { directory throws(IdentityError) in
                    _ = try directory.user(id)
                    return directory.groups(of: id).compactMap { directory.groups[$0] }.sorted { $0.name < $1.name }
                }
                return Self.list("groups", groups.map { Self.json($0, request) }, request)
            },
        ]
    }

    private func createUser(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let body = try Self.body("user", request)
        var draft = UserDraft(name: try body.required(IdentityInputs.name))
        if let domain = try body.value(IdentityInputs.domainID) ?? nil { draft.domainID = DomainID(domain) }
        draft.description = try body.value(IdentityInputs.description) ?? ""
        draft.email = try body.value(IdentityInputs.email) ?? nil
        draft.enabled = try body.value(IdentityInputs.enabled) ?? true
        draft.defaultProjectID = (try body.value(IdentityInputs.projectID) ?? nil).map { ProjectID($0) }
        draft.password = try await hash(try body.value(IdentityInputs.password) ?? nil)
        let wanted = draft
        let made = try await change { directory, generator throws(IdentityError) in
            try directory.creating(user: wanted, using: &generator)
        }
        return Self.one("user", Self.json(made, request), status: 201)
    }

    private func updateUser(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let id = UserID(request.parameter("id"))
        let body = try Self.body("user", request)
        var update = UserUpdate()
        update.name = try body.change(IdentityInputs.name)
        update.description = try body.change(IdentityInputs.description)
        update.email = try body.change(IdentityInputs.email)
        update.enabled = try body.change(IdentityInputs.enabled)
        update.defaultProjectID = try body.change(IdentityInputs.projectID).map { $0.map { ProjectID($0) } }
        if case .set(let password) = try body.change(IdentityInputs.password) {
            update.password = .set(try await hash(password))
        }
        let wanted = update
        let changed = try await change { directory, _ throws(IdentityError) in
            try directory.updating(user: id, wanted)
        }
        return Self.one("user", Self.json(changed, request))
    }

    static func json(_ user: User, _ request: APIRequest) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(user.id.text), "name": .string(user.name), "domain_id": .string(user.domainID.text),
            "description": .string(user.description), "enabled": .bool(user.enabled), "password_expires_at": .null,
            "options": .object([:]), "links": links(request, "users/\(user.id)"),
        ]
        if let email = user.email { members["email"] = .string(email) }
        if let project = user.defaultProjectID { members["default_project_id"] = .string(project.text) }
        return .object(members)
    }
}
