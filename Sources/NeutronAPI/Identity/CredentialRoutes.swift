import Identity
import IdentityService
import Resources

/// `/v3/users/{id}/application_credentials`
extension IdentityRoutes {
    private static let path = "/v3/users/{id}/application_credentials"

    var credentialRoutes: [Route] {
        [
            Route(.get, Self.path) { request throws(NeutronError) in
                let id = UserID(request.parameter("id"))
                let found = try look { directory throws(IdentityError) in
                    _ = try directory.user(id)
                    return directory.credentials(of: id).sorted { $0.name < $1.name }.map {
                        Self.json($0, directory, request)
                    }
                }
                return Self.list("application_credentials", found, request)
            },
            Route(.post, Self.path) { request throws(NeutronError) in try await createCredential(request) },
            Route(.get, Self.path + "/{credential}") { request throws(NeutronError) in
                let user = UserID(request.parameter("id"))
                let id = ApplicationCredentialID(request.parameter("credential"))
                let found = try look { directory throws(IdentityError) in
                    Self.json(try directory.applicationCredential(id, of: user), directory, request)
                }
                return Self.one("application_credential", found)
            },
            Route(.delete, Self.path + "/{credential}") { request throws(NeutronError) in
                let user = UserID(request.parameter("id"))
                let id = ApplicationCredentialID(request.parameter("credential"))
                try requireUnrestricted(request)
                return try await change { directory throws(IdentityError) in
                    try directory.deleting(applicationCredential: id, of: user)
                }
            },
        ]
    }

    private func createCredential(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        try requireUnrestricted(request)
        // For oneself alone, and where one is: not even an admin makes secrets with which to act as another.
        guard request.identity.userID == request.parameter("id"), !request.identity.projectID.isEmpty else {
            throw NeutronError(IdentityError.forbidden("identity:create_application_credential"))
        }
        let body = try Self.body("application_credential", request)
        let given = try body.value(IdentityInputs.secret) ?? nil
        let secret = given ?? PasswordHasher.randomSecret()
        guard let hash = try await hash(secret) else { throw .badRequest("Invalid input for field 'secret'.") }
        var draft = ApplicationCredentialDraft(
            userID: UserID(request.identity.userID), projectID: ProjectID(request.identity.projectID),
            name: try body.required(IdentityInputs.name), secret: hash)
        draft.description = try body.value(IdentityInputs.description) ?? ""
        draft.expiresAt = try body.value(IdentityInputs.expiresAt) ?? nil
        draft.unrestricted = try body.value(IdentityInputs.unrestricted) ?? false
        if let rules = body.members["access_rules"], rules != .array([]), !rules.isNull {
            throw .invalidInput("access_rules", "they are not supported; only [] is accepted")
        }
        if let roles = body.members["roles"], !roles.isNull, roles != .array([]) { draft.roles = try self.roles(roles) }
        let (wanted, now) = (draft, service.now)
        let made = try await change { directory, generator throws(IdentityError) in
            let (credential, changes) = try directory.creating(
                applicationCredential: wanted, now: now, using: &generator)
            return (Self.json(credential, directory, request), changes)
        }
        guard case .object(var members) = made else { return Self.one("application_credential", made, status: 201) }
        // Shown this once.
        members["secret"] = .string(secret)
        return Self.one("application_credential", .object(members), status: 201)
    }

    private func roles(_ json: JSONValue) throws(NeutronError) -> [RoleID] {
        guard let elements = json.array else { throw .invalidInput("roles", "\(json.shown) is not a list") }
        var ids: [RoleID] = []
        for element in elements {
            if let id = element["id"]?.string {
                ids.append(RoleID(id))
            } else if let name = element["name"]?.string {
                ids.append(
                    try look { directory throws(IdentityError) in
                        guard let role = directory.role(named: name) else { throw .notFound("role", name) }
                        return role.id
                    })
            } else {
                throw .invalidInput("roles", "each needs an 'id' or a 'name'")
            }
        }
        return ids
    }

    /// A secret that leaked must not make others that outlive it.
    private func requireUnrestricted(_ request: APIRequest) throws(NeutronError) {
        guard let token = request.authToken.flatMap({ service.validate($0) }) else {
            throw NeutronError(IdentityError.unauthorized)
        }
        if let credential = token.applicationCredential, !credential.unrestricted {
            throw NeutronError(IdentityError.forbidden("identity:manage_application_credentials"))
        }
    }

    private static func json(
        _ credential: ApplicationCredential, _ directory: Directory, _ request: APIRequest
    ) -> JSONValue {
        let roles = credential.roles.compactMap { directory.roles[$0] }
        return .object([
            "id": .string(credential.id.text), "name": .string(credential.name),
            "user_id": .string(credential.userID.text), "project_id": .string(credential.projectID.text),
            "description": .string(credential.description), "unrestricted": .bool(credential.unrestricted),
            "expires_at": credential.expiresAt.map { .string(time($0)) } ?? .null,
            "roles": .array(
                roles.map { .object(["id": .string($0.id.text), "name": .string($0.name), "domain_id": .null]) }),
            "system": .null, "access_rules": .array([]),
            "links": links(request, "users/\(credential.userID)/application_credentials/\(credential.id)"),
        ])
    }
}
