import Resources

/// `/v2.0/security-groups`
enum SecurityGroups: NeutronCollection {
    static let noun = "Security group"
    static let member = "security_group"
    static let collection = "security_groups"
    static let path = "/v2.0/security-groups"

    static let stateful = Input("stateful", .boolean)

    static let map = AttributeMap<SecurityGroup>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(stateful, .bool) { group, _ in .bool(group.stateful) },
                .readOnly("security_group_rules", .list) { group, inventory in
                    .list(
                        inventory.ruleIDs(of: group.id).sorted().compactMap { id in
                            inventory.securityGroupRules[id].map { SecurityGroupRules.value(of: $0, inventory) }
                        }
                    )
                },
                .readOnlySeen("shared", .bool) { project in
                    { group, inventory in .bool(inventory.isShared(RBACObject(.securityGroup, group.id), with: project))
                    }
                },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> SecurityGroupDraft {
        var draft = SecurityGroupDraft()
        draft.standard = try body.standardDraft
        draft.stateful = try body.value(stateful)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> SecurityGroupUpdate {
        var update = SecurityGroupUpdate()
        update.standard = try body.standardUpdate
        update.stateful = try body.change(stateful)
        return update
    }
}

extension SecurityGroups {
    static func id(of model: SecurityGroup) -> SecurityGroupID { model.id }
    static func key(of id: SecurityGroupID) -> ResourceKey { .securityGroup(id) }
    static func standard(of model: SecurityGroup) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [SecurityGroup] {
        inventory.securityGroups.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: SecurityGroupID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> SecurityGroup {
        try inventory.securityGroup(id, for: context)
    }

    static func creating(
        _ draft: SecurityGroupDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SecurityGroup, Transaction) {
        try inventory.creating(securityGroup: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: SecurityGroupID, _ update: SecurityGroupUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SecurityGroup, Transaction) {
        try inventory.updating(securityGroup: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: SecurityGroupID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(securityGroup: id, expecting: revision, context: context)
    }
}

/// Both collections of security groups, whose lists show a project its default group from its first look on.
struct SecurityGroupRoutes: Sendable {
    let site: Site

    var routes: [Route] {
        routes(SecurityGroups.self) + routes(SecurityGroupRules.self)
    }

    private func routes<Served: NeutronCollection>(_ served: Served.Type) -> [Route] {
        let collection = CollectionRoutes(served, site: site)
        let listing = Route(.get, Served.path) { request throws(NeutronError) in
            try await ensureDefaultGroup(request)
            return try await collection.list(request)
        }
        let others = collection.routes.filter { $0.description != listing.description }
        return [listing] + others + TagRoutes(served, site: site).routes
    }

    /// A look that writes, but only once per project.
    private func ensureDefaultGroup(_ request: APIRequest) async throws(NeutronError) {
        let project = request.identity.projectID
        let exists = try site.look(request) { inventory, _ throws(ResourceError) in
            project.isEmpty || inventory.defaultSecurityGroup(of: project) != nil
        }
        if exists { return }
        try await site.change(request) { inventory, context, generator throws(ResourceError) in
            ((), inventory.ensuringDefaultSecurityGroup(context: context, using: &generator))
        }
    }
}
