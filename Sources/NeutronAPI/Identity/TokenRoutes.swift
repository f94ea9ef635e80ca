import Identity
import IdentityService
import Resources

/// `/v3/auth/…`: tokens, and where one's token may lead.
extension IdentityRoutes {
    var tokenRoutes: [Route] {
        [
            Route(.post, "/v3/auth/tokens", needsIdentity: false) { request throws(NeutronError) in
                try await login(request)
            },
            Route(.get, "/v3/auth/tokens") { request throws(NeutronError) in
                let token = try subject(of: request)
                return answer(200, request.subjectToken ?? "", token, request)
            },
            Route(.delete, "/v3/auth/tokens") { request throws(NeutronError) in
                let token = try subject(of: request)
                do throws(IdentityError) { try await service.revoke(token) } catch { throw NeutronError(error) }
                return .noContent
            },
            Route(.get, "/v3/auth/projects") { request throws(NeutronError) in
                let user = UserID(request.identity.userID)
                return Self.list(
                    "projects", try look { $0.projects(of: user) }.map { Self.json($0, request) }, request)
            },
            Route(.get, "/v3/auth/domains") { request throws(NeutronError) in
                let user = UserID(request.identity.userID)
                return Self.list("domains", try look { $0.domains(of: user) }.map { Self.json($0, request) }, request)
            },
            // There are no roles on the system as a whole.
            Route(.get, "/v3/auth/system") { request in Self.list("system", [], request) },
            Route(.get, "/v3/auth/catalog") { request in Self.list("catalog", Self.catalog(request), request) },
        ]
    }

    /// The token that X-Subject-Token names: one's own, or any for those who serve others.
    private func subject(of request: APIRequest) throws(NeutronError) -> ValidToken {
        guard let text = request.subjectToken, let token = service.validate(text) else {
            throw NeutronError(IdentityError(status: 404, message: "Could not find token."))
        }
        let isOwn = token.user.id.text == request.identity.userID
        guard isOwn || !request.identity.roles.isDisjoint(with: ["admin", "service"]) else {
            throw NeutronError(IdentityError.forbidden("identity:validate_token"))
        }
        return token
    }

    // MARK: Coming in

    private func login(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let auth = JSONValue.object(try request.member("auth"))
        guard let identity = auth["identity"], let methods = identity["methods"]?.array?.map(\.string) else {
            throw .badRequest("'identity' with its 'methods' is a required property of 'auth'")
        }
        guard methods.count == 1, let only = methods.first, let method = only else {
            throw .badRequest("Invalid input for methods. Reason: exactly one method is supported at a time.")
        }
        let made: (token: String, ValidToken)
        do throws(IdentityError) {
            switch method {
            case "password":
                guard let user = identity["password"]?["user"], let password = user["password"]?.string else {
                    throw .badRequest("'password' needs a 'user' with its 'password'.")
                }
                made = try await service.login(
                    try Self.userName(user), password: password, scope: try scope(of: auth), from: request.address)
            case "token":
                guard let token = identity["token"]?["id"]?.string else {
                    throw .badRequest("'token' needs an 'id'.")
                }
                made = try service.login(token: token, scope: try scope(of: auth))
            case "application_credential":
                guard let credential = identity["application_credential"], let secret = credential["secret"]?.string
                else { throw .badRequest("'application_credential' needs a 'secret'.") }
                made = try await service.login(
                    try Self.credentialName(credential), secret: secret, from: request.address)
            default:
                throw IdentityError(
                    status: 401,
                    message: "Attempted to authenticate with an unsupported method: \(method.prefix(120)).")
            }
        } catch {
            throw NeutronError(error)
        }
        return answer(201, made.token, made.1, request)
    }

    private static func userName(_ user: JSONValue) throws(IdentityError) -> IdentityService.UserName {
        if let id = user["id"]?.string { return .id(UserID(id)) }
        guard let name = user["name"]?.string, let domain = user["domain"] else {
            throw .badRequest("'user' needs an 'id', or a 'name' and a 'domain'.")
        }
        if let id = domain["id"]?.string { return .name(name, domain: DomainID(id)) }
        guard let domainName = domain["name"]?.string else {
            throw .badRequest("'domain' needs an 'id' or a 'name'.")
        }
        return .nameInNamedDomain(name, domain: domainName)
    }

    private static func credentialName(
        _ credential: JSONValue
    ) throws(IdentityError) -> IdentityService.CredentialName {
        if let id = credential["id"]?.string { return .id(ApplicationCredentialID(id)) }
        guard let name = credential["name"]?.string, let user = credential["user"] else {
            throw .badRequest("'application_credential' needs an 'id', or a 'name' and a 'user'.")
        }
        return .name(name, of: try userName(user))
    }

    private func scope(of auth: JSONValue) throws(IdentityError) -> RequestedScope {
        guard let scope = auth["scope"] else { return .unsaid }
        if scope.string == "unscoped" || scope["unscoped"] != nil { return .unscoped }
        if let project = scope["project"] {
            if let id = project["id"]?.string { return .project(ProjectID(id)) }
            guard let name = project["name"]?.string, let domain = project["domain"] else {
                throw .badRequest("'project' needs an 'id', or a 'name' and a 'domain'.")
            }
            return .projectNamed(name, try domainID(domain))
        }
        if let domain = scope["domain"] { return .domain(try domainID(domain)) }
        throw .badRequest("'scope' needs a 'project' or a 'domain'; there are no roles on the system as a whole.")
    }

    /// Of a name that nobody has: an id that nobody has, so that the answer is the same as for a wrong one.
    private func domainID(_ domain: JSONValue) throws(IdentityError) -> DomainID {
        if let id = domain["id"]?.string { return DomainID(id) }
        guard let name = domain["name"]?.string else { throw .badRequest("'domain' needs an 'id' or a 'name'.") }
        return service.controller.read { $0.domain(named: name)?.id } ?? DomainID("")
    }

    // MARK: A token's body

    private func answer(_ status: Int, _ text: String, _ token: ValidToken, _ request: APIRequest) -> APIResponse {
        let claims = token.claims
        var members: [String: JSONValue] = [
            "methods": .array(claims.methods.names.map { .string($0) }),
            "user": .object([
                "id": .string(token.user.id.text), "name": .string(token.user.name),
                "domain": Self.reference(token.userDomain), "password_expires_at": .null,
            ]),
            "audit_ids": .array(
                [claims.auditID, claims.parentAuditID].compactMap { $0 }.map { .string($0.text) }),
            "issued_at": .string(Self.time(claims.issuedAt)),
            "expires_at": .string(Self.time(claims.expiresAt)),
        ]
        if let project = token.project {
            members["project"] = .object([
                "id": .string(project.id.text), "name": .string(project.name),
                "domain": token.domain.map(Self.reference) ?? .null,
            ])
            members["is_domain"] = .bool(false)
        } else if let domain = token.domain {
            members["domain"] = Self.reference(domain)
        }
        if claims.scope != .none {
            members["roles"] = .array(
                token.roles.map { .object(["id": .string($0.id.text), "name": .string($0.name)]) })
            if request.query.last("nocatalog") == nil { members["catalog"] = .array(Self.catalog(request)) }
        }
        if let credential = token.applicationCredential {
            members["application_credential"] = .object([
                "id": .string(credential.id.text), "name": .string(credential.name),
                "restricted": .bool(!credential.unrestricted),
            ])
        }
        var response = Self.one("token", .object(members), status: status)
        response.headers["X-Subject-Token"] = text
        response.headers["Vary"] = "X-Auth-Token"
        return response
    }

    private static func reference(_ domain: Domain) -> JSONValue {
        .object(["id": .string(domain.id.text), "name": .string(domain.name)])
    }

    /// With the fraction that Keystone prints.
    static func time(_ time: Timestamp) -> String { String(time.iso8601.dropLast()) + ".000000Z" }
}
