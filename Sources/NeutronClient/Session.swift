import FoundationEssentials

extension NeutronClient {
    /// With what a client logs in: a user's name and password, for a project.
    package struct Credentials: Hashable, Sendable {
        package var username: String
        package var password: String
        package var userDomain: String
        package var project: String
        package var projectDomain: String

        package init(
            username: String, password: String, userDomain: String = "Default", project: String,
            projectDomain: String = "Default"
        ) {
            self.username = username
            self.password = password
            self.userDomain = userDomain
            self.project = project
            self.projectDomain = projectDomain
        }
    }

    /// A token of the Keystone that is on the API's own port, made when it is needed and kept until it is refused. Clients
    /// share it.
    package actor Session {
        private let credentials: @Sendable () throws(NeutronClientError) -> Credentials
        private var known: String?
        private var login: Task<Result<String, NeutronClientError>, Never>?

        /// - Parameter credentials: is asked at each log in, so that a file may change.
        package init(_ credentials: @escaping @Sendable () throws(NeutronClientError) -> Credentials) {
            self.credentials = credentials
        }

        /// - Parameter refused: the token that was no good.
        func token(
            through client: NeutronClient, insteadOf refused: String? = nil
        ) async throws(NeutronClientError) -> String {
            if let known, known != refused { return known }
            // Who comes while somebody logs in gets the same token.
            let login =
                login
                ?? Task { () async -> Result<String, NeutronClientError> in
                    do throws(NeutronClientError) {
                        return .success(try await client.login(try credentials()))
                    } catch {
                        return .failure(error)
                    }
                }
            self.login = login
            let result = await login.value
            self.login = nil
            known = try result.get()
            return try result.get()
        }
    }

    /// - Returns: a token.
    package func login(_ credentials: Credentials) async throws(NeutronClientError) -> String {
        let request = LoginRequest(credentials)
        let body = try Self.encode(request, request: "POST /v3/auth/tokens")
        let answer = try await exchange("POST", "/v3/auth/tokens?nocatalog", body, [:])
        guard answer.status == 201 else { throw Self.error(of: answer) }
        guard let token = answer.header("x-subject-token") else {
            throw .invalidAnswer(request: "POST /v3/auth/tokens", reason: "it has no X-Subject-Token")
        }
        return token
    }
}

/// The body of Keystone's POST /v3/auth/tokens.
private struct LoginRequest: Encodable {
    struct Auth: Encodable {
        let identity: Identity
        let scope: Scope
    }

    struct Identity: Encodable {
        let methods = ["password"]
        let password: Password

        enum CodingKeys: CodingKey { case methods, password }
    }

    struct Password: Encodable {
        let user: User
    }

    struct User: Encodable {
        let name: String
        let password: String
        let domain: Named
    }

    struct Scope: Encodable {
        let project: Project
    }

    struct Project: Encodable {
        let name: String
        let domain: Named
    }

    struct Named: Encodable {
        let name: String
    }

    let auth: Auth

    init(_ credentials: NeutronClient.Credentials) {
        auth = Auth(
            identity: Identity(
                password: Password(
                    user: User(
                        name: credentials.username, password: credentials.password,
                        domain: Named(name: credentials.userDomain)))),
            scope: Scope(
                project: Project(name: credentials.project, domain: Named(name: credentials.projectDomain))))
    }
}
