import Resources

/// `/v2.0/quotas`: limits by project, and what of them is used.
struct Quotas: Sendable {
    static let member = "quota"
    static let collection = "quotas"
    private static let one = "/v2.0/quotas/{id}"

    let site: Site

    private static let force = Input("force", .boolean)
    private static let checkLimit = Input("check_limit", .boolean)
    private static func limit(_ resource: QuotaResource) -> Input<Int> {
        Input(resource.rawValue, .integer(Quota.unlimited...Int(Int32.max)))
    }

    var routes: [Route] {
        [
            Route(.get, "/v2.0/quotas") { request throws(NeutronError) in try list(request) },
            Route(.get, Self.one) { request throws(NeutronError) in
                // Neutron's own words in this place: the sender's project.
                let id = request.parameter("id")
                if id == "tenant" || id == "project" {
                    return .json(.object([id: .object(["\(id)_id": .string(request.identity.projectID)])]))
                }
                return try show(request) { inventory, project in
                    Self.limits { .integer(Int64(inventory.limit($0, of: project))) }
                }
            },
            Route(.get, Self.one + "/default") { request throws(NeutronError) in
                try show(request) { _, _ in Self.limits { .integer(Int64($0.defaultLimit)) } }
            },
            Route(.get, Self.one + "/details") { request throws(NeutronError) in
                try show(request) { inventory, project in
                    Self.limits { resource in
                        .object([
                            "limit": .integer(Int64(inventory.limit(resource, of: project))),
                            "used": .integer(Int64(inventory.usage(resource, of: project))),
                            // Ours are checked in the transaction itself: nothing is ever only reserved.
                            "reserved": .integer(0),
                        ])
                    }
                }
            },
            Route(.put, Self.one) { request throws(NeutronError) in try await update(request) },
            Route(.delete, Self.one) { request throws(NeutronError) in
                let project = request.parameter("id")
                return try await site.change(request) { inventory, context, _ throws(ResourceError) in
                    (.noContent, try inventory.deletingQuota(of: project, context: context))
                }
            },
        ]
    }

    /// The projects that have limits of their own.
    private func list(_ request: APIRequest) throws(NeutronError) -> APIResponse {
        try site.look(request) { inventory, context throws(ResourceError) in
            guard context.isAdmin else { throw .policyNotAuthorized("get_quota") }
            let all = inventory.quotas.values.sorted { $0.projectID < $1.projectID }.map { quota in
                var members = Self.limits { .integer(Int64(inventory.limit($0, of: quota.projectID))) }
                members["project_id"] = .string(quota.projectID)
                members["tenant_id"] = .string(quota.projectID)
                return JSONValue.object(members)
            }
            return .json(.object([Self.collection: .array(all)]))
        }
    }

    /// A project sees its own; the operator sees all.
    private func show(
        _ request: APIRequest, _ members: (Inventory, String) -> [String: JSONValue]
    ) throws(NeutronError) -> APIResponse {
        let project = request.parameter("id")
        return try site.look(request) { inventory, context throws(ResourceError) in
            guard context.isAdmin || context.projectID == project else { throw .policyNotAuthorized("get_quota") }
            return .json(.object([Self.member: .object(members(inventory, project))]))
        }
    }

    private func update(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let project = request.parameter("id")
        let members = try request.member(Self.member)
        let known = Set(QuotaResource.allCases.map(\.rawValue) + [Self.force.name, Self.checkLimit.name])
        let unknown = members.keys.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw .badRequest(
                "Unrecognized attribute(s) \(unknown.map { "'\($0.prefix(120))'" }.joined(separator: ", "))")
        }
        let body = Body(members: members)
        var asked: [QuotaResource: Int] = [:]
        for resource in QuotaResource.allCases { asked[resource] = try body.value(Self.limit(resource)) }
        // Limits are checked against what is used unless told otherwise; `check_limit` asks for that once more.
        _ = try body.value(Self.checkLimit)
        let force = try body.value(Self.force) ?? false
        let limits = asked
        let quota = try await site.change(request) { inventory, context, generator throws(ResourceError) in
            try inventory.settingQuota(of: project, limits, force: force, context: context, using: &generator)
        }
        return .json(
            .object([
                Self.member: .object(Self.limits { .integer(Int64(quota.limits[$0] ?? $0.defaultLimit)) })
            ]))
    }

    private static func limits(_ value: (QuotaResource) -> JSONValue) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for resource in QuotaResource.allCases { members[resource.rawValue] = value(resource) }
        return members
    }
}
