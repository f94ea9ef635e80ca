import Identity
import Resources

/// Who has which role where: `/v3/projects/{id}/users/{actor}/roles/{role}` and its like, and `/v3/role_assignments`.
extension IdentityRoutes {
    var grantRoutes: [Route] {
        var routes = [
            Route(.get, "/v3/role_assignments") { request throws(NeutronError) in
                Self.list("role_assignments", try look { Self.assignments($0, request) }, request)
            }
        ]
        for target in ["projects", "domains"] {
            for actor in ["users", "groups"] { routes += grants(on: target, to: actor) }
        }
        return routes
    }

    private func grants(on target: String, to actor: String) -> [Route] {
        let path = "/v3/\(target)/{id}/\(actor)/{actor}/roles"
        @Sendable func parts(_ request: APIRequest) -> (RoleAssignment.Actor, RoleAssignment.Target) {
            let (actorID, targetID) = (request.parameter("actor"), request.parameter("id"))
            return (
                actor == "users" ? .user(UserID(actorID)) : .group(GroupID(actorID)),
                target == "projects" ? .project(ProjectID(targetID)) : .domain(DomainID(targetID))
            )
        }
        @Sendable func assignment(_ request: APIRequest) -> RoleAssignment {
            let (actor, target) = parts(request)
            return RoleAssignment(role: RoleID(request.parameter("role")), actor: actor, target: target)
        }
        return [
            Route(.get, path) { request throws(NeutronError) in
                let (actor, target) = parts(request)
                let roles = try look { directory throws(IdentityError) in
                    try directory.requireActor(actor)
                    try directory.requireTarget(target)
                    return directory.assignments(of: actor).filter { $0.target == target }
                        .compactMap { directory.roles[$0.role] }.sorted { $0.name < $1.name }
                }
                return Self.list("roles", roles.map { Self.json($0, request) }, request)
            },
            Route(.put, path + "/{role}") { request throws(NeutronError) in
                let wanted = assignment(request)
                return try await change { directory throws(IdentityError) in try directory.granting(wanted) }
            },
            Route(.get, path + "/{role}") { request throws(NeutronError) in
                let wanted = assignment(request)
                try look { directory throws(IdentityError) in try directory.require(wanted) }
                return .noContent
            },
            Route(.delete, path + "/{role}") { request throws(NeutronError) in
                let wanted = assignment(request)
                return try await change { directory throws(IdentityError) in try directory.revoking(wanted) }
            },
        ]
    }

    // MARK: The list of all

    private static func assignments(_ directory: Directory, _ request: APIRequest) -> [JSONValue] {
        let query = request.query
        func wants(_ name: String, _ id: String?) -> Bool {
            guard let wanted = query.last(name) else { return true }
            return wanted == id
        }
        let all = query.last("effective") == nil ? directory.assignments : effective(directory)
        let found = all.filter { assignment in
            var (user, group, project, domain): (String?, String?, String?, String?)
            switch assignment.actor {
            case .user(let id): user = id.text
            case .group(let id): group = id.text
            }
            switch assignment.target {
            case .project(let id): project = id.text
            case .domain(let id): domain = id.text
            }
            return wants("user.id", user) && wants("group.id", group) && wants("role.id", assignment.role.text)
                && wants("scope.project.id", project) && wants("scope.domain.id", domain)
                && query.last("scope.system") == nil
        }
        let withNames = query.last("include_names").map { Rule<Bool>.word($0) ?? true } ?? false
        return found.map { json($0, directory, withNames, request) }.sorted {
            JSONWriter.text($0) < JSONWriter.text($1)
        }
    }

    /// What users have in the end: through groups, and implied.
    private static func effective(_ directory: Directory) -> [RoleAssignment] {
        var all: Set<RoleAssignment> = []
        for user in directory.users.keys {
            for target in directory.targets(of: user) {
                for role in directory.effectiveRoles(of: user, at: target) {
                    all.insert(RoleAssignment(role: role, actor: .user(user), target: target))
                }
            }
        }
        return Array(all)
    }

    private static func json(
        _ assignment: RoleAssignment, _ directory: Directory, _ withNames: Bool, _ request: APIRequest
    ) -> JSONValue {
        func reference(_ id: String, _ name: String?, _ domain: DomainID? = nil) -> JSONValue {
            guard withNames, let name else { return .object(["id": .string(id)]) }
            var members: [String: JSONValue] = ["id": .string(id), "name": .string(name)]
            if let domain = domain.flatMap({ directory.domains[$0] }) {
                members["domain"] = .object(["id": .string(domain.id.text), "name": .string(domain.name)])
            }
            return .object(members)
        }
        var members: [String: JSONValue] = [
            "role": reference(assignment.role.text, directory.roles[assignment.role]?.name),
            "links": .object([:]),
        ]
        switch assignment.actor {
        case .user(let id):
            members["user"] = reference(id.text, directory.users[id]?.name, directory.users[id]?.domainID)
        case .group(let id):
            members["group"] = reference(id.text, directory.groups[id]?.name, directory.groups[id]?.domainID)
        }
        switch assignment.target {
        case .project(let id):
            members["scope"] = .object([
                "project": reference(id.text, directory.projects[id]?.name, directory.projects[id]?.domainID)
            ])
        case .domain(let id):
            members["scope"] = .object(["domain": reference(id.text, directory.domains[id]?.name)])
        }
        return .object(members)
    }
}
