import Identity
import Resources

/// `/v3/projects`
extension IdentityRoutes {
    var projectRoutes: [Route] {
        [
            Route(.get, "/v3/projects") { request throws(NeutronError) in
                let projects = try look { Array($0.projects.values) }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
                return Self.list("projects", projects.map { Self.json($0, request) }, request)
            },
            Route(.post, "/v3/projects") { request throws(NeutronError) in
                let body = try Self.body("project", request)
                if try body.value(IdentityInputs.isDomain) == true {
                    throw .invalidInput("is_domain", "make a domain with POST /v3/domains instead")
                }
                let domain = try body.value(IdentityInputs.domainID) ?? nil
                let parent = try body.value(IdentityInputs.parentID) ?? nil
                var draft = ProjectDraft(name: try body.required(IdentityInputs.name))
                if let domain = domain ?? parent { draft.domainID = DomainID(domain) }
                // Projects don't nest: the domain is the only parent.
                if let parent, parent != draft.domainID.text {
                    throw .invalidInput("parent_id", "projects don't nest; only the domain's id is accepted")
                }
                draft.description = try body.value(IdentityInputs.description) ?? ""
                draft.enabled = try body.value(IdentityInputs.enabled) ?? true
                draft.tags = try body.value(IdentityInputs.tags) ?? []
                let wanted = draft
                let made = try await change { directory, generator throws(IdentityError) in
                    try directory.creating(project: wanted, using: &generator)
                }
                return Self.one("project", Self.json(made, request), status: 201)
            },
            Route(.get, "/v3/projects/{id}") { request throws(NeutronError) in
                let id = ProjectID(request.parameter("id"))
                return Self.one(
                    "project",
                    Self.json(try look { directory throws(IdentityError) in try directory.project(id) }, request))
            },
            Route(.patch, "/v3/projects/{id}") { request throws(NeutronError) in
                let id = ProjectID(request.parameter("id"))
                let body = try Self.body("project", request)
                var update = ProjectUpdate()
                update.name = try body.change(IdentityInputs.name)
                update.description = try body.change(IdentityInputs.description)
                update.enabled = try body.change(IdentityInputs.enabled)
                update.tags = try body.change(IdentityInputs.tags)
                let wanted = update
                let changed = try await change { directory, _ throws(IdentityError) in
                    try directory.updating(project: id, wanted)
                }
                return Self.one("project", Self.json(changed, request))
            },
            Route(.delete, "/v3/projects/{id}") { request throws(NeutronError) in
                let id = ProjectID(request.parameter("id"))
                return try await change { directory throws(IdentityError) in try directory.deleting(project: id) }
            },
        ]
    }

    static func json(_ project: Project, _ request: APIRequest) -> JSONValue {
        .object([
            "id": .string(project.id.text), "name": .string(project.name), "domain_id": .string(project.domainID.text),
            "parent_id": .string(project.domainID.text), "description": .string(project.description),
            "enabled": .bool(project.enabled), "is_domain": .bool(false),
            "tags": .array(project.tags.map { .string($0) }), "options": .object([:]),
            "links": links(request, "projects/\(project.id)"),
        ])
    }
}
