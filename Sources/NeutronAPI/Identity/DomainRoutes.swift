import Identity
import Resources

/// `/v3/domains`
extension IdentityRoutes {
    var domainRoutes: [Route] {
        [
            Route(.get, "/v3/domains") { request throws(NeutronError) in
                let domains = try look { Array($0.domains.values) }.sorted { $0.name < $1.name }
                return Self.list("domains", domains.map { Self.json($0, request) }, request)
            },
            Route(.post, "/v3/domains") { request throws(NeutronError) in
                let body = try Self.body("domain", request)
                var draft = DomainDraft(name: try body.required(IdentityInputs.name))
                draft.description = try body.value(IdentityInputs.description) ?? ""
                draft.enabled = try body.value(IdentityInputs.enabled) ?? true
                let wanted = draft
                let made = try await change { directory, generator throws(IdentityError) in
                    try directory.creating(domain: wanted, using: &generator)
                }
                return Self.one("domain", Self.json(made, request), status: 201)
            },
            Route(.get, "/v3/domains/{id}") { request throws(NeutronError) in
                let id = DomainID(request.parameter("id"))
                return Self.one(
                    "domain",
                    Self.json(try look { directory throws(IdentityError) in try directory.domain(id) }, request))
            },
            Route(.patch, "/v3/domains/{id}") { request throws(NeutronError) in
                let id = DomainID(request.parameter("id"))
                let body = try Self.body("domain", request)
                var update = DomainUpdate()
                update.name = try body.change(IdentityInputs.name)
                update.description = try body.change(IdentityInputs.description)
                update.enabled = try body.change(IdentityInputs.enabled)
                let wanted = update
                let changed = try await change { directory, _ throws(IdentityError) in
                    try directory.updating(domain: id, wanted)
                }
                return Self.one("domain", Self.json(changed, request))
            },
            Route(.delete, "/v3/domains/{id}") { request throws(NeutronError) in
                let id = DomainID(request.parameter("id"))
                return try await change { directory throws(IdentityError) in try directory.deleting(domain: id) }
            },
        ]
    }

    static func json(_ domain: Domain, _ request: APIRequest) -> JSONValue {
        .object([
            "id": .string(domain.id.text), "name": .string(domain.name), "description": .string(domain.description),
            "enabled": .bool(domain.enabled), "tags": .array([]), "options": .object([:]),
            "links": links(request, "domains/\(domain.id)"),
        ])
    }
}
