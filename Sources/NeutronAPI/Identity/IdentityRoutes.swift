import Identity
import IdentityService
import Resources

/// Keystone's v3 API, at `/v3` and, for clients that expect it there, at `/identity/v3`.
struct IdentityRoutes: Sendable {
    let service: IdentityService

    static let alias = "/identity"

    var all: [Route] {
        let canonical =
            [Route(.get, "/v3", needsIdentity: false) { .json(.object(["version": Self.version($0)])) }]
            + tokenRoutes + domainRoutes + projectRoutes + userRoutes + credentialRoutes + groupRoutes + roleRoutes
            + grantRoutes + catalogRoutes
        let aliases = canonical.map {
            Route($0.method, Self.alias + $0.path, needsIdentity: $0.needsIdentity, handler: $0.handler)
        }
        return [
            // Both of this port's services; 300 is what Keystone answers, and its clients don't mind.
            Route(.get, "/", needsIdentity: false) { request in
                Self.versions([Self.version(request), Discovery.version(request)])
            },
            Route(.get, Self.alias, needsIdentity: false) { request in Self.versions([Self.version(request)]) },
        ] + canonical + aliases
    }

    /// Whether a path is the identity service's.
    static func answers(_ path: String) -> Bool {
        ["/v3", alias].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    static func canonical(_ path: String) -> String {
        path.hasPrefix(alias + "/") ? String(path.dropFirst(alias.count)) : path
    }

    private static func versions(_ versions: [JSONValue]) -> APIResponse {
        var response = APIResponse.json(.object(["versions": .array(versions)]))
        response.status = 300
        return response
    }

    private static func version(_ request: APIRequest) -> JSONValue {
        .object([
            "id": .string("v3.14"), "status": .string("stable"), "updated": .string("2020-04-07T00:00:00Z"),
            "links": .array([.object(["rel": .string("self"), "href": .string(request.root + "/v3/")])]),
            "media-types": .array([
                .object([
                    "base": .string("application/json"),
                    "type": .string("application/vnd.openstack.identity-v3+json"),
                ])
            ]),
        ])
    }
}

extension IdentityRoutes {
    /// Asks the directory, with its errors as answers.
    func look<Value: Sendable>(
        _ body: (Directory) throws(IdentityError) -> Value
    ) throws(NeutronError) -> Value {
        let answer = service.controller.read { directory -> Result<Value, IdentityError> in
            do throws(IdentityError) {
                return .success(try body(directory))
            } catch {
                return .failure(error)
            }
        }
        switch answer {
        case .success(let value): return value
        case .failure(let error): throw NeutronError(error)
        }
    }

    /// Plans a change; it is durable when this returns.
    func change<Value: Sendable>(
        _ plan:
            @escaping @Sendable (
                Directory, inout SystemRandomNumberGenerator
            ) throws(IdentityError) -> (Value, [DirectoryChange])
    ) async throws(NeutronError) -> Value {
        do throws(IdentityError) {
            return try await service.controller.write(plan)
        } catch {
            throw NeutronError(error)
        }
    }

    func change(
        _ plan: @escaping @Sendable (Directory) throws(IdentityError) -> [DirectoryChange]
    ) async throws(NeutronError) -> APIResponse {
        try await change { directory, _ throws(IdentityError) in ((), try plan(directory)) }
        return .noContent
    }

    func hash(_ secret: String?) async throws(NeutronError) -> SecretHash? {
        guard let secret else { return nil }
        do throws(IdentityError) {
            try PasswordRules.check(secret)
            return try await service.hasher.hash(secret)
        } catch {
            throw NeutronError(error)
        }
    }

    /// `{"users": […], "links": …}`: those whose members are what the query says. As in Keystone, a filter that is no
    /// member is ignored.
    static func list(_ name: String, _ objects: [JSONValue], _ request: APIRequest) -> APIResponse {
        let matching = objects.filter { object in
            request.query.items.allSatisfy { filter in
                guard let value = object[filter.name] else { return true }
                return switch value {
                case .string(let text): text == filter.value
                case .bool(let flag): flag == (Rule<Bool>.word(filter.value) ?? true)
                case .null: filter.value.isEmpty
                default: true
                }
            }
        }
        return .json(
            .object([
                name: .array(matching),
                "links": .object(["self": .string(request.root + request.path), "previous": .null, "next": .null]),
            ]))
    }

    static func one(_ name: String, _ object: JSONValue, status: Int = 200) -> APIResponse {
        var response = APIResponse.json(.object([name: object]))
        response.status = status
        return response
    }

    static func links(_ request: APIRequest, _ path: String) -> JSONValue {
        .object(["self": .string("\(request.root)/v3/\(path)")])
    }

    /// The object in a request's body.
    static func body(_ name: String, _ request: APIRequest) throws(NeutronError) -> Body {
        let members = try request.member(name)
        if let options = members["options"], options != .object([:]), !options.isNull {
            throw .invalidInput("options", "no option is supported; only {} is accepted")
        }
        return Body(members: members)
    }
}

/// What requests may say of the objects.
enum IdentityInputs {
    static let name = Input("name", .text(maximum: 255), required: true)
    static let description = Input("description", Rule<String>.text(maximum: 65536).null(is: ""))
    static let enabled = Input("enabled", .boolean)
    static let domainID = Input("domain_id", Rule<String>.text(maximum: 64).orNull)
    static let projectID = Input("default_project_id", Rule<String>.text(maximum: 64).orNull)
    static let parentID = Input("parent_id", Rule<String>.text(maximum: 64).orNull)
    static let isDomain = Input("is_domain", Rule<Bool>.boolean.null(is: false))
    static let email = Input("email", Rule<String>.text(maximum: 255).orNull)
    static let password = Input("password", Rule<String>.text(maximum: 1024).orNull)
    static let originalPassword = Input("original_password", Rule<String>.text(maximum: 1024), required: true)
    static let newPassword = Input("password", Rule<String>.text(maximum: 1024), required: true)
    static let tags = Input("tags", Rule<[String]>.list(of: .tag, maximum: 80, distinct: false))
    static let secret = Input("secret", Rule<String>.text(maximum: 1024).orNull)
    static let unrestricted = Input("unrestricted", Rule<Bool>.boolean.null(is: false))
    static let expiresAt = Input(
        "expires_at",
        Rule<Timestamp?> { json throws(RuleViolation) in
            guard case .string(let text) = json else {
                if json.isNull { return nil }
                throw RuleViolation("\(json.shown) is not a time")
            }
            // Clients add a fraction of the second.
            let whole = text.split(separator: ".").first.map(String.init) ?? text
            guard let time = Timestamp(iso8601: whole) else {
                throw RuleViolation("\(json.shown) is not a time like 2026-11-20T22:03:00Z")
            }
            return time
        })
}

extension Change {
    func map<Other>(_ transform: (Value) -> Other) -> Change<Other> {
        switch self {
        case .keep: .keep
        case .set(let value): .set(transform(value))
        }
    }
}
