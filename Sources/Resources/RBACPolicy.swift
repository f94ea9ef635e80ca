/// Gives another project, or all of them, access to something of one's own. That a network is shared means that it has
/// such a policy for everyone.
package struct RBACPolicy: Hashable, Sendable, Codable {
    package var id: RBACPolicyID
    /// Only project and times: a policy has no name.
    package var standard: StandardAttributes
    package var object: RBACObject
    package var action: RBACAction
    /// A project, or ``everyone``.
    package var target: String

    package static let everyone = "*"

    package init(
        id: RBACPolicyID, standard: StandardAttributes, object: RBACObject, action: RBACAction, target: String
    ) {
        self.id = id
        self.standard = standard
        self.object = object
        self.action = action
        self.target = target
    }
}

package enum RBACObjectKind {}

/// What a policy is about.
package struct RBACObject: Hashable, Sendable, Codable {
    package var type: RBACObjectType
    package var id: Identifier<RBACObjectKind>

    package init<Kind>(_ type: RBACObjectType, _ id: Identifier<Kind>) {
        self.type = type
        self.id = Identifier(id.value)
    }
}

package enum RBACObjectType: String, Hashable, Sendable, Codable, CaseIterable {
    case addressGroup = "address_group"
    case network
    case securityGroup = "security_group"

    package var actions: [RBACAction] { self == .network ? [.shared, .external] : [.shared] }
}

package enum RBACAction: String, Hashable, Sendable, Codable {
    case shared = "access_as_shared"
    /// As the network of a router's gateway.
    case external = "access_as_external"
}

/// A policy to create; nil where the request says nothing. Texts are as the request has them.
package struct RBACPolicyDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var objectType: String?
    package var objectID: Identifier<RBACObjectKind>?
    package var action: String?
    package var target: String?

    package init() {}
}

extension ResourceError {
    package static func rbacPolicyNotFound(_ id: RBACPolicyID) -> Self {
        notFound("RbacPolicyNotFound", "RBAC policy of type unknown with ID \(id) not found")
    }

    package static var duplicateRBACPolicy: Self {
        conflict("DuplicateRbacPolicy", "An RBAC policy already exists with those values.")
    }

    package static func rbacPolicyInUse(_ object: RBACObject, by project: String) -> Self {
        conflict(
            "RbacPolicyInUse",
            "RBAC policy on object \(object.id) cannot be removed because other objects depend on it.\n"
                + "Details: project_id=\(project)"
        )
    }

    package static func invalidRBACObjectType(_ text: String) -> Self {
        badRequest(
            "InvalidInput",
            "Invalid input for operation: '\(text.prefix(120))' is not a valid RBAC object type."
        )
    }

    package static func invalidRBACAction(_ text: String, _ type: RBACObjectType) -> Self {
        let valid = type.actions.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return badRequest(
            "InvalidActionForType",
            "Invalid action '\(text.prefix(120))' for object type '\(type.rawValue)'. Valid actions: (\(valid))"
        )
    }

    package static var foreignRBACObject: Self {
        badRequest(
            "InvalidInput",
            "Invalid input for operation: Only admins can manipulate policies on objects they do not own."
        )
    }
}
