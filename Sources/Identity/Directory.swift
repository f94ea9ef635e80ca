/// Who there is, and who has which role where. A value: rules read it and return changes, `apply` makes them.
package struct Directory: Sendable {
    package private(set) var domains: [DomainID: Domain] = [:]
    package private(set) var projects: [ProjectID: Project] = [:]
    package private(set) var users: [UserID: User] = [:]
    package private(set) var groups: [GroupID: Group] = [:]
    package private(set) var roles: [RoleID: Role] = [:]
    package private(set) var applicationCredentials: [ApplicationCredentialID: ApplicationCredential] = [:]
    package private(set) var revocations: [AuditID: Revocation] = [:]

    // Indexes, so that a login and a token's validation look at nothing but what concerns them.
    private var projectNames: [NameInDomain: ProjectID] = [:]
    private var userNames: [NameInDomain: UserID] = [:]
    private var groupNames: [NameInDomain: GroupID] = [:]
    private var roleNames: [String: RoleID] = [:]
    private var assignmentsOf: [RoleAssignment.Actor: Set<RoleAssignment>] = [:]
    private var groupsOf: [UserID: Set<GroupID>] = [:]

    private struct NameInDomain: Hashable, Sendable {
        var domain: DomainID
        var name: String
    }

    package init(_ objects: some Sequence<DirectoryObject> = []) {
        for object in objects { put(object) }
    }

    /// Nobody was ever here: the first start.
    package var isEmpty: Bool { domains.isEmpty && users.isEmpty }

    // MARK: Looking up

    package func project(named name: String, in domain: DomainID) -> Project? {
        projectNames[NameInDomain(domain: domain, name: name)].flatMap { projects[$0] }
    }

    package func user(named name: String, in domain: DomainID) -> User? {
        userNames[NameInDomain(domain: domain, name: name)].flatMap { users[$0] }
    }

    package func group(named name: String, in domain: DomainID) -> Group? {
        groupNames[NameInDomain(domain: domain, name: name)].flatMap { groups[$0] }
    }

    package func domain(named name: String) -> Domain? { domains.values.first { $0.name == name } }

    package func role(named name: String) -> Role? { roleNames[name].flatMap { roles[$0] } }

    package func groups(of user: UserID) -> Set<GroupID> { groupsOf[user] ?? [] }

    package func assignments(of actor: RoleAssignment.Actor) -> Set<RoleAssignment> { assignmentsOf[actor] ?? [] }

    package var assignments: [RoleAssignment] { assignmentsOf.values.flatMap { $0 } }

    package func credentials(of user: UserID) -> [ApplicationCredential] {
        applicationCredentials.values.filter { $0.userID == user }
    }

    // MARK: Changing

    package mutating func apply(_ changes: [DirectoryChange]) {
        for change in changes {
            switch change {
            case .put(let object): put(object)
            case .delete(let key): delete(key)
            }
        }
    }

    private mutating func put(_ object: DirectoryObject) {
        delete(object.key)
        switch object {
        case .domain(let domain): domains[domain.id] = domain
        case .project(let project):
            projects[project.id] = project
            projectNames[NameInDomain(domain: project.domainID, name: project.name)] = project.id
        case .user(let user):
            users[user.id] = user
            userNames[NameInDomain(domain: user.domainID, name: user.name)] = user.id
        case .group(let group):
            groups[group.id] = group
            groupNames[NameInDomain(domain: group.domainID, name: group.name)] = group.id
            for user in group.members { groupsOf[user, default: []].insert(group.id) }
        case .role(let role):
            roles[role.id] = role
            roleNames[role.name] = role.id
        case .assignment(let assignment): assignmentsOf[assignment.actor, default: []].insert(assignment)
        case .applicationCredential(let credential): applicationCredentials[credential.id] = credential
        case .revocation(let revocation): revocations[revocation.auditID] = revocation
        }
    }

    private mutating func delete(_ key: DirectoryKey) {
        switch key {
        case .domain(let id): domains[id] = nil
        case .project(let id):
            guard let project = projects.removeValue(forKey: id) else { return }
            projectNames[NameInDomain(domain: project.domainID, name: project.name)] = nil
        case .user(let id):
            guard let user = users.removeValue(forKey: id) else { return }
            userNames[NameInDomain(domain: user.domainID, name: user.name)] = nil
        case .group(let id):
            guard let group = groups.removeValue(forKey: id) else { return }
            groupNames[NameInDomain(domain: group.domainID, name: group.name)] = nil
            for user in group.members {
                groupsOf[user]?.remove(id)
                if groupsOf[user]?.isEmpty == true { groupsOf[user] = nil }
            }
        case .role(let id):
            guard let role = roles.removeValue(forKey: id) else { return }
            roleNames[role.name] = nil
        case .assignment(let assignment):
            assignmentsOf[assignment.actor]?.remove(assignment)
            if assignmentsOf[assignment.actor]?.isEmpty == true { assignmentsOf[assignment.actor] = nil }
        case .applicationCredential(let id): applicationCredentials[id] = nil
        case .revocation(let id): revocations[id] = nil
        }
    }
}
