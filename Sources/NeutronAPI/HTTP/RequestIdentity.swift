import Resources

/// Who asks: the project it acts for and its roles there. One middleware makes it; every route takes it.
package struct RequestIdentity: Hashable, Sendable {
    package var projectID: String
    package var userID: String
    package var roles: Set<String>

    package init(projectID: String, userID: String, roles: Set<String>) {
        self.projectID = projectID
        self.userID = userID
        self.roles = roles
    }

    package var isAdmin: Bool { roles.contains("admin") }

    /// The project of requests that name none, while nobody has to say who they are.
    package static let defaultProject = "default"
}

/// How requests say who asks.
package enum Authentication: Sendable {
    /// They don't have to: everyone is the operator. `X-Project-Id` may name the project, as with Neutron's noauth.
    case none
}

extension Authentication {
    /// - Parameter header: a header's value by its name in lower case.
    func identity(header: (String) -> String?) throws(NeutronError) -> RequestIdentity {
        switch self {
        case .none:
            let named = header("x-project-id") ?? header("x-tenant-id") ?? ""
            guard named.unicodeScalars.count <= 255 else {
                throw .invalidInput("X-Project-Id", "it exceeds maximum length of 255")
            }
            let project = named.isEmpty ? RequestIdentity.defaultProject : named
            return RequestIdentity(projectID: project, userID: header("x-user-id") ?? "admin", roles: ["admin"])
        }
    }
}
