/// Anything that the directory holds.
package enum DirectoryObject: Hashable, Sendable {
    case domain(Domain)
    case project(Project)
    case user(User)
    case group(Group)
    case role(Role)
    case assignment(RoleAssignment)
    case applicationCredential(ApplicationCredential)
    case revocation(Revocation)

    package var key: DirectoryKey {
        switch self {
        case .domain(let domain): .domain(domain.id)
        case .project(let project): .project(project.id)
        case .user(let user): .user(user.id)
        case .group(let group): .group(group.id)
        case .role(let role): .role(role.id)
        case .assignment(let assignment): .assignment(assignment)
        case .applicationCredential(let credential): .applicationCredential(credential.id)
        case .revocation(let revocation): .revocation(revocation.auditID)
        }
    }
}

package enum DirectoryKey: Hashable, Sendable {
    case domain(DomainID)
    case project(ProjectID)
    case user(UserID)
    case group(GroupID)
    case role(RoleID)
    case assignment(RoleAssignment)
    case applicationCredential(ApplicationCredentialID)
    case revocation(AuditID)

    /// Where the store has it, below the directory's own prefix.
    package var path: String {
        switch self {
        case .domain(let id): "domain/\(id)"
        case .project(let id): "project/\(id)"
        case .user(let id): "user/\(id)"
        case .group(let id): "group/\(id)"
        case .role(let id): "role/\(id)"
        case .assignment(let assignment): "assignment/\(assignment.path)"
        case .applicationCredential(let id): "application-credential/\(id)"
        case .revocation(let id): "revocation/\(id)"
        }
    }
}

extension RoleAssignment {
    fileprivate var path: String {
        let actorPath =
            switch actor {
            case .user(let id): "user/\(id)"
            case .group(let id): "group/\(id)"
            }
        let targetPath =
            switch target {
            case .project(let id): "project/\(id)"
            case .domain(let id): "domain/\(id)"
            }
        return "\(actorPath)/\(targetPath)/\(role)"
    }
}

/// One step of a change; a rule returns all steps of one, which are committed together.
package enum DirectoryChange: Hashable, Sendable {
    case put(DirectoryObject)
    case delete(DirectoryKey)
}
