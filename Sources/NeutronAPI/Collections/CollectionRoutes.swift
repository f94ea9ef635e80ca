import Resources

/// List, create, show, update and delete: the same for every collection.
struct CollectionRoutes<Served: NeutronCollection>: Sendable {
    let site: Site

    init(_: Served.Type, site: Site) { self.site = site }

    var routes: [Route] {
        let one = Served.path + "/{id}"
        return [
            Route(.get, Served.path) { request throws(NeutronError) in try await list(request) },
            Route(.post, Served.path) { request throws(NeutronError) in try await create(request) },
            Route(.get, one) { request throws(NeutronError) in try await show(request) },
            Route(.put, one) { request throws(NeutronError) in try await update(request) },
            Route(.delete, one) { request throws(NeutronError) in try await delete(request) },
        ]
    }

    func list(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let listing = try Listing<Served.Model>(request.query, map: map(for: request))
        let base = request.root + Served.path
        return try site.survey(request) { inventory, context throws(ResourceError) in
            let visible = Served.visible(in: inventory, to: context)
            let page = try listing.result(
                of: visible, inventory: inventory, base: base, id: Served.id(of:), standard: Served.standard,
                notFound: { ResourceError(.notFound(Served.noun, $0)) }
            )
            return .json { writer in
                writer.beginObject()
                writer.name(Served.collection)
                writer.list(page.models, listing.selection, inventory)
                if !page.links.isEmpty { writer.links(page.links, Served.collection + "_links") }
                writer.endObject()
            }
        }
    }

    func create(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let members = try request.members()
        if members[Served.member] == nil, let many = members[Served.collection] {
            return try await createMany(many, request)
        }
        let draft = try Served.draft(try Served.map.posted(try request.member(Served.member)))
        let selection = map(for: request).selection(fields: request.query.all("fields"))
        let model = try await site.change(request) { inventory, context, generator throws(ResourceError) in
            try Served.creating(draft, in: inventory, context: context, using: &generator)
        }
        return try answer(201, model, selection, request)
    }

    /// All or none (invariant 5): one transaction.
    private func createMany(
        _ value: JSONValue, _ request: APIRequest
    ) async throws(NeutronError) -> APIResponse {
        guard case .array(let elements) = value else { throw .invalidBody }
        guard !elements.isEmpty else { throw .badRequest("Resources required") }
        var drafts: [Served.Draft] = []
        for element in elements {
            guard case .object(let members) = element else { throw .invalidBody }
            drafts.append(try Served.draft(try Served.map.posted(members)))
        }
        let selection = map(for: request).selection(fields: request.query.all("fields"))
        let wanted = drafts
        let models = try await site.change(request) { inventory, context, generator throws(ResourceError) in
            try inventory.composing(wanted) { inventory, draft throws(ResourceError) in
                try Served.creating(draft, in: inventory, context: context, using: &generator)
            }
        }
        return try site.look(request) { inventory, _ throws(ResourceError) in
            .json(201) { writer in
                writer.beginObject()
                writer.name(Served.collection)
                writer.list(models, selection, inventory)
                writer.endObject()
            }
        }
    }

    func show(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let id = try Served.id(request.parameter("id"))
        let selection = map(for: request).selection(fields: request.query.all("fields"))
        return try site.look(request) { inventory, context throws(ResourceError) in
            answer(200, try Served.find(id, in: inventory, for: context), selection, inventory)
        }
    }

    func update(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let id = try Served.id(request.parameter("id"))
        let update = try Served.update(try Served.map.put(try request.member(Served.member)))
        let revision = try request.expectedRevision()
        let selection = map(for: request).selection(fields: [])
        let model = try await site.change(request) { inventory, context, generator throws(ResourceError) in
            try Served.updating(
                id, update, expecting: revision, in: inventory, context: context, using: &generator
            )
        }
        return try answer(200, model, selection, request)
    }

    func delete(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let id = try Served.id(request.parameter("id"))
        let revision = try request.expectedRevision()
        return try await site.change(request) { inventory, context, _ throws(ResourceError) in
            (.noContent, try Served.deleting(id, expecting: revision, in: inventory, context: context))
        }
    }

    /// What a change made, among what it implied: so it is shown with the state after the change.
    func answer(
        _ status: Int, _ model: Served.Model, _ selection: [Attribute<Served.Model>], _ request: APIRequest
    ) throws(NeutronError) -> APIResponse {
        try site.look(request) { inventory, _ throws(ResourceError) in answer(status, model, selection, inventory) }
    }

    func map(for request: APIRequest) -> AttributeMap<Served.Model> {
        Served.map.seen(by: request.identity.projectID)
    }

    private func answer(
        _ status: Int, _ model: Served.Model, _ selection: [Attribute<Served.Model>], _ inventory: Inventory
    ) -> APIResponse {
        .json(status) { writer in
            writer.beginObject()
            writer.name(Served.member)
            writer.resource(model, selection, inventory)
            writer.endObject()
        }
    }
}

extension JSONWriter {
    mutating func resource<Model>(_ model: Model, _ selection: [Attribute<Model>], _ inventory: Inventory) {
        beginObject()
        for attribute in selection {
            guard let read = attribute.read else { continue }
            encodedName(attribute.encodedName)
            value(read(model, inventory))
        }
        endObject()
    }

    mutating func list<Model>(_ models: [Model], _ selection: [Attribute<Model>], _ inventory: Inventory) {
        beginArray()
        for model in models { resource(model, selection, inventory) }
        endArray()
    }

    mutating func links(_ links: [Page.Link], _ name: String) {
        self.name(name)
        beginArray()
        for link in links {
            beginObject()
            self.name("rel")
            string(link.relation)
            self.name("href")
            string(link.href)
            endObject()
        }
        endArray()
    }
}
