import Resources

package struct RoleUpdate: Hashable, Sendable {
    package var name: Change<String> = .keep
    package var description: Change<String> = .keep

    package init() {}
}

extension Directory {
    package func role(_ id: RoleID) throws(IdentityError) -> Role {
        guard let role = roles[id] else { throw .notFound("role", id) }
        return role
    }

    package func creating(
        role name: String, description: String = "", using generator: inout some RandomNumberGenerator
    ) throws(IdentityError) -> (Role, [DirectoryChange]) {
        let role = Role(
            id: RoleID(using: &generator), name: try NameRules.name(name),
            description: try NameRules.text(description, "description"))
        guard self.role(named: name) == nil else { throw .conflict("role", name: name) }
        return (role, [.put(.role(role))])
    }

    package func updating(
        role id: RoleID, _ update: RoleUpdate
    ) throws(IdentityError) -> (Role, [DirectoryChange]) {
        let old = try role(id)
        if old.isBuiltIn { throw .refused("Cannot update immutable role \(old.name).") }
        var new = old
        if let name = update.name.newValue { new.name = try NameRules.name(name) }
        if let text = update.description.newValue { new.description = try NameRules.text(text, "description") }
        if new.name != old.name, role(named: new.name) != nil { throw .conflict("role", name: new.name) }
        return (new, new == old ? [] : [.put(.role(new))])
    }

    package func deleting(role id: RoleID) throws(IdentityError) -> [DirectoryChange] {
        let role = try role(id)
        if role.isBuiltIn { throw .refused("Cannot delete immutable role \(role.name).") }
        return assignments.filter { $0.role == id }.map { .delete(.assignment($0)) } + [.delete(.role(id))]
    }

    // MARK: Who has which role where

    package func granting(_ assignment: RoleAssignment) throws(IdentityError) -> [DirectoryChange] {
        try requireParts(of: assignment)
        return assignments(of: assignment.actor).contains(assignment) ? [] : [.put(.assignment(assignment))]
    }

    package func revoking(_ assignment: RoleAssignment) throws(IdentityError) -> [DirectoryChange] {
        try require(assignment)
        return [.delete(.assignment(assignment))]
    }

    package func require(_ assignment: RoleAssignment) throws(IdentityError) {
        try requireParts(of: assignment)
        guard assignments(of: assignment.actor).contains(assignment) else {
            throw .notFound("role assignment with role", assignment.role)
        }
    }

    private func requireParts(of assignment: RoleAssignment) throws(IdentityError) {
        _ = try role(assignment.role)
        try requireActor(assignment.actor)
        try requireTarget(assignment.target)
    }

    package func requireActor(_ actor: RoleAssignment.Actor) throws(IdentityError) {
        switch actor {
        case .user(let id): _ = try user(id)
        case .group(let id): _ = try group(id)
        }
    }

    package func requireTarget(_ target: RoleAssignment.Target) throws(IdentityError) {
        switch target {
        case .project(let id): _ = try project(id)
        case .domain(let id): _ = try domain(id)
        }
    }

    /// The roles that a user has at a place: its own, its groups', and what these imply.
    package func effectiveRoles(of user: UserID, at target: RoleAssignment.Target) -> Set<RoleID> {
        var found: Set<RoleID> = []
        for assignment in assignments(of: .user(user)) where assignment.target == target {
            found.insert(assignment.role)
        }
        for group in groups(of: user) {
            for assignment in assignments(of: .group(group)) where assignment.target == target {
                found.insert(assignment.role)
            }
        }
        return withImplied(found)
    }

    package func withImplied(_ ids: Set<RoleID>) -> Set<RoleID> {
        var all = ids
        for id in ids {
            var name = roles[id]?.name
            while let next = name.flatMap({ Role.implied[$0] }) {
                if let role = role(named: next) { all.insert(role.id) }
                name = next
            }
        }
        return all
    }

    /// Where a user has any role, directly or by a group.
    package func targets(of user: UserID) -> Set<RoleAssignment.Target> {
        var targets = Set(assignments(of: .user(user)).map(\.target))
        for group in groups(of: user) { targets.formUnion(assignments(of: .group(group)).map(\.target)) }
        return targets
    }

    /// The enabled projects that a user may act in, by name.
    package func projects(of user: UserID) -> [Project] {
        targets(of: user).compactMap { target in
            if case .project(let id) = target { projects[id] } else { nil }
        }.filter { $0.enabled && domains[$0.domainID]?.enabled == true }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    package func domains(of user: UserID) -> [Domain] {
        targets(of: user).compactMap { target in
            if case .domain(let id) = target { domains[id] } else { nil }
        }.filter(\.enabled).sorted { $0.name < $1.name }
    }
}
