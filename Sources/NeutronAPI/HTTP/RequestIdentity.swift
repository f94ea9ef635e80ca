import Identity
import IdentityService
import Resources

/// Who asks: the project it acts for and its roles there. Every route that is not open to all takes it.
package struct RequestIdentity: Hashable, Sendable {
    package var projectID: String
    package var userID: String
    /// With implied ones.
    package var roles: Set<String>
    /// The domain of a token for a domain, and of its user.
    package var domainIDs: Set<String> = []

    package init(projectID: String, userID: String, roles: Set<String>) {
        self.projectID = projectID
        self.userID = userID
        self.roles = roles
    }

    package var isAdmin: Bool { roles.contains("admin") }

    /// The project of requests that name none, while nobody has to say who they are.
    package static let defaultProject = "default"
    static let nobody = RequestIdentity(projectID: "", userID: "", roles: [])
}

extension RequestIdentity {
    init(_ token: ValidToken) {
        self.init(
            projectID: token.project?.id.text ?? "", userID: token.user.id.text, roles: Set(token.roles.map(\.name)))
        domainIDs = [token.user.domainID.text]
        if let domain = token.domain { domainIDs.insert(domain.id.text) }
    }
}

/// How requests say who asks.
package enum Authentication: Sendable {
    /// They don't have to: everyone is the operator. `X-Project-Id` may name the project, as with Neutron's noauth.
    case none
    /// By a token of the site's own identity service, in `X-Auth-Token`.
    case identity(IdentityService)
}

extension Authentication {
    /// - Parameter header: a header's value by its name in lower case.
    func identity(header: (String) -> String?) async throws(NeutronError) -> RequestIdentity {
        switch self {
        case .none:
            let named = header("x-project-id") ?? header("x-tenant-id") ?? ""
            guard named.unicodeScalars.count <= 255 else {
                throw .invalidInput("X-Project-Id", "it exceeds maximum length of 255")
            }
            let project = named.isEmpty ? RequestIdentity.defaultProject : named
            return RequestIdentity(
                projectID: project, userID: header("x-user-id") ?? "admin", roles: ["admin", "member", "reader"])
        case .identity(let service):
            guard let text = header("x-auth-token"), let token = service.validate(text) else {
                throw NeutronError(IdentityError.unauthorized)
            }
            return RequestIdentity(token)
        }
    }
}
