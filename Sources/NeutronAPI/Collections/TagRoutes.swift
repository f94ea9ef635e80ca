import Resources

/// `/v2.0/{collection}/{id}/tags[/{tag}]`, the same for every collection.
struct TagRoutes<Served: NeutronCollection>: Sendable {
    let site: Site

    init(_: Served.Type, site: Site) { self.site = site }

    var routes: [Route] {
        let all = Served.path + "/{id}/tags"
        let one = all + "/{tag}"
        return [
            Route(.get, all) { request throws(NeutronError) in Self.answer(try tags(request)) },
            Route(.put, all) { request throws(NeutronError) in
                let wanted = try Self.wanted(request)
                return Self.answer(try await change(request) { _ throws(ResourceError) in wanted })
            },
            // Adds those that are new (Neutron's tag-creation).
            Route(.post, all) { request throws(NeutronError) in
                let wanted = try Self.wanted(request)
                _ = try await change(request) { tags throws(ResourceError) in tags + wanted }
                return Self.answer(wanted, status: 201)
            },
            Route(.delete, all) { request throws(NeutronError) in
                _ = try await change(request) { _ throws(ResourceError) in [] }
                return .noContent
            },
            Route(.get, one) { request throws(NeutronError) in
                let tag = request.parameter("tag")
                guard try tags(request).contains(tag) else { throw NeutronError(Self.notFound(tag)) }
                return .noContent
            },
            Route(.put, one) { request throws(NeutronError) in
                let tag = request.parameter("tag")
                _ = try await change(request) { tags throws(ResourceError) in tags.contains(tag) ? tags : tags + [tag] }
                return APIResponse(status: 201, body: [])
            },
            Route(.delete, one) { request throws(NeutronError) in
                let tag = request.parameter("tag")
                _ = try await change(request) { tags throws(ResourceError) in
                    guard tags.contains(tag) else { throw Self.notFound(tag) }
                    return tags.filter { $0 != tag }
                }
                return .noContent
            },
        ]
    }

    private static func wanted(_ request: APIRequest) throws(NeutronError) -> [String] {
        try Body(members: try request.members(only: ["tags"])).required(StandardInputs.tags)
    }

    private func tags(_ request: APIRequest) throws(NeutronError) -> [String] {
        let id = try Served.id(request.parameter("id"))
        return try site.look(request) { inventory, context throws(ResourceError) in
            Served.standard(of: try Served.find(id, in: inventory, for: context)).tags
        }
    }

    private func change(
        _ request: APIRequest, _ rule: @escaping @Sendable ([String]) throws(ResourceError) -> [String]
    ) async throws(NeutronError) -> [String] {
        let id = try Served.id(request.parameter("id"))
        let revision = try request.expectedRevision()
        return try await site.change(request) { inventory, context, _ throws(ResourceError) in
            let standard = Served.standard(of: try Served.find(id, in: inventory, for: context))
            try standard.expect(revision)
            let tags = Set(try rule(standard.tags)).sorted()
            return (tags, try inventory.settingTags(of: Served.key(of: id), to: tags, context: context))
        }
    }

    private static func answer(_ tags: [String], status: Int = 200) -> APIResponse {
        .json(status) { $0.value(JSONValue.object(["tags": .array(tags.map { .string($0) })])) }
    }

    private static func notFound(_ tag: String) -> ResourceError {
        ResourceError(status: 404, type: "TagNotFound", message: "Tag \(tag.prefix(255)) could not be found.")
    }
}
