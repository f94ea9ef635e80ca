import Identity
import Resources

/// `/v3/groups`
extension IdentityRoutes {
    var groupRoutes: [Route] {
        let member = "/v3/groups/{id}/users/{user}"
        return [
            Route(.get, "/v3/groups") { request throws(NeutronError) in
                let groups = try look { Array($0.groups.values) }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
                return Self.list("groups", groups.map { Self.json($0, request) }, request)
            },
            Route(.post, "/v3/groups") { request throws(NeutronError) in
                let body = try Self.body("group", request)
                var draft = GroupDraft(name: try body.required(IdentityInputs.name))
                if let domain = try body.value(IdentityInputs.domainID) ?? nil { draft.domainID = DomainID(domain) }
                draft.description = try body.value(IdentityInputs.description) ?? ""
                let wanted = draft
                let made = try await change { directory, generator throws(IdentityError) in
                    try directory.creating(group: wanted, using: &generator)
                }
                return Self.one("group", Self.json(made, request), status: 201)
            },
            Route(.get, "/v3/groups/{id}") { request throws(NeutronError) in
                let id = GroupID(request.parameter("id"))
                return Self.one(
                    "group", Self.json(try look { directory throws(IdentityError) in try directory.group(id) }, request)
                )
            },
            Route(.patch, "/v3/groups/{id}") { request throws(NeutronError) in
                let id = GroupID(request.parameter("id"))
                let body = try Self.body("group", request)
                var update = GroupUpdate()
                update.name = try body.change(IdentityInputs.name)
                update.description = try body.change(IdentityInputs.description)
                let wanted = update
                let changed = try await change { directory, _ throws(IdentityError) in
                    try directory.updating(group: id, wanted)
                }
                return Self.one("group", Self.json(changed, request))
            },
            Route(.delete, "/v3/groups/{id}") { request throws(NeutronError) in
                let id = GroupID(request.parameter("id"))
                return try await change { directory throws(IdentityError) in try directory.deleting(group: id) }
            },
            Route(.get, "/v3/groups/{id}/users") { request throws(NeutronError) in
                let id = GroupID(request.parameter("id"))
                let users = try look { directory throws(IdentityError) in
                    try directory.group(id).members.compactMap { directory.users[$0] }.sorted { $0.name < $1.name }
                }
                return Self.list("users", users.map { Self.json($0, request) }, request)
            },
            Route(.put, member) { request throws(NeutronError) in
                let (id, user) = (GroupID(request.parameter("id")), UserID(request.parameter("user")))
                return try await change { directory throws(IdentityError) in try directory.adding(user, to: id) }
            },
            Route(.get, member) { request throws(NeutronError) in
                let (id, user) = (GroupID(request.parameter("id")), UserID(request.parameter("user")))
                try look { directory throws(IdentityError) in
                    guard try directory.group(id).members.contains(user) else {
                        throw .notFound("user in group", user)
                    }
                }
                return .noContent
            },
            Route(.delete, member) { request throws(NeutronError) in
                let (id, user) = (GroupID(request.parameter("id")), UserID(request.parameter("user")))
                return try await change { directory throws(IdentityError) in try directory.removing(user, from: id) }
            },
        ]
    }

    static func json(_ group: Group, _ request: APIRequest) -> JSONValue {
        .object([
            "id": .string(group.id.text), "name": .string(group.name), "domain_id": .string(group.domainID.text),
            "description": .string(group.description), "links": links(request, "groups/\(group.id)"),
        ])
    }
}
