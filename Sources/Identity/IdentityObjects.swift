import Resources

/// A realm of names: users' and projects' names are unique within one.
package struct Domain: Hashable, Sendable, Codable {
    package var id: DomainID
    package var name: String
    package var description: String
    package var enabled: Bool
}

/// What owns networks: a tenant.
package struct Project: Hashable, Sendable, Codable {
    package var id: ProjectID
    package var domainID: DomainID
    package var name: String
    package var description: String
    package var enabled: Bool
    package var tags: [String]
}

package struct User: Hashable, Sendable, Codable {
    package var id: UserID
    package var domainID: DomainID
    package var name: String
    package var description: String
    package var email: String?
    package var enabled: Bool
    package var defaultProjectID: ProjectID?
    /// Nil: nobody can log in with a password.
    package var password: SecretHash?
    /// Counts what makes all tokens of the user void: a new password, and being disabled.
    package var generation: UInt32
}

/// Users who have roles together.
package struct Group: Hashable, Sendable, Codable {
    package var id: GroupID
    package var domainID: DomainID
    package var name: String
    package var description: String
    package var members: Set<UserID>
}

package struct Role: Hashable, Sendable, Codable {
    package var id: RoleID
    package var name: String
    package var description: String

    /// Roles that the policies know: they stay.
    package static let builtIn = ["admin", "member", "reader", "service"]
    package var isBuiltIn: Bool { Self.builtIn.contains(name) }

    /// What one who has a role may do besides, by names: an admin is a member, a member is a reader.
    package static let implied = ["admin": "member", "member": "reader"]
}

/// That an actor has a role somewhere.
package struct RoleAssignment: Hashable, Sendable, Codable {
    package enum Actor: Hashable, Sendable, Codable {
        case user(UserID)
        case group(GroupID)
    }

    package enum Target: Hashable, Sendable, Codable {
        case project(ProjectID)
        case domain(DomainID)
    }

    package var role: RoleID
    package var actor: Actor
    package var target: Target

    package init(role: RoleID, actor: Actor, target: Target) {
        self.role = role
        self.actor = actor
        self.target = target
    }
}

/// A secret with which a program acts as a user in one project, with some of the user's roles, without the password.
package struct ApplicationCredential: Hashable, Sendable, Codable {
    package var id: ApplicationCredentialID
    package var userID: UserID
    package var projectID: ProjectID
    package var name: String
    package var description: String
    package var roles: [RoleID]
    package var expiresAt: Timestamp?
    /// Whoever has it may make and delete application credentials with it.
    package var unrestricted: Bool
    package var secret: SecretHash
}

/// A token that its owner gave back before its end.
package struct Revocation: Hashable, Sendable, Codable {
    package var auditID: AuditID
    /// When the token would have ended: from then on nobody needs to remember.
    package var expiresAt: Timestamp

    package init(auditID: AuditID, expiresAt: Timestamp) {
        self.auditID = auditID
        self.expiresAt = expiresAt
    }
}

/// What a secret hashes to, in the text form of the hash: `$scrypt$ln=15,r=8,p=1$salt$key`.
package struct SecretHash: Hashable, Sendable, Codable {
    package var text: String

    package init(_ text: String) { self.text = text }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
