import Resources

package struct ApplicationCredentialDraft: Hashable, Sendable {
    package var userID: UserID
    package var projectID: ProjectID
    package var name: String
    package var description = ""
    /// Nil: all that the user has in the project.
    package var roles: [RoleID]?
    package var expiresAt: Timestamp?
    package var unrestricted = false
    package var secret: SecretHash

    package init(userID: UserID, projectID: ProjectID, name: String, secret: SecretHash) {
        self.userID = userID
        self.projectID = projectID
        self.name = name
        self.secret = secret
    }
}

extension Directory {
    package func applicationCredential(
        _ id: ApplicationCredentialID, of user: UserID
    ) throws(IdentityError) -> ApplicationCredential {
        guard let credential = applicationCredentials[id], credential.userID == user else {
            throw .notFound("application credential", id)
        }
        return credential
    }

    package func creating(
        applicationCredential draft: ApplicationCredentialDraft, now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> (ApplicationCredential, [DirectoryChange]) {
        _ = try user(draft.userID)
        let has = effectiveRoles(of: draft.userID, at: .project(draft.projectID))
        let roles = draft.roles ?? has.sorted()
        guard !roles.isEmpty else {
            throw .badRequest("Invalid application credential: the user has no role in project \(draft.projectID).")
        }
        for role in roles {
            _ = try self.role(role)
            guard has.contains(role) else {
                throw .badRequest(
                    "Invalid application credential: Could not find role assignment with role: \(role), user or "
                        + "group: \(draft.userID), project, domain, or system: \(draft.projectID).")
            }
        }
        if let end = draft.expiresAt, end <= now {
            throw .badRequest("Invalid input for field 'expires_at': it is in the past.")
        }
        let credential = ApplicationCredential(
            id: ApplicationCredentialID(using: &generator), userID: draft.userID, projectID: draft.projectID,
            name: try NameRules.name(draft.name),
            description: try NameRules.text(draft.description, "description"), roles: Set(roles).sorted(),
            expiresAt: draft.expiresAt, unrestricted: draft.unrestricted, secret: draft.secret)
        guard !credentials(of: draft.userID).contains(where: { $0.name == credential.name }) else {
            throw .conflict("application_credential", name: credential.name)
        }
        return (credential, [.put(.applicationCredential(credential))])
    }

    package func deleting(
        applicationCredential id: ApplicationCredentialID, of user: UserID
    ) throws(IdentityError) -> [DirectoryChange] {
        _ = try applicationCredential(id, of: user)
        return [.delete(.applicationCredential(id))]
    }
}
