import Resources

/// `/v2.0/rbac-policies`
enum RBACPolicies: NeutronCollection {
    static let noun = "RBAC policy"
    static let member = "rbac_policy"
    static let collection = "rbac_policies"
    static let path = "/v2.0/rbac-policies"

    static let objectType = Input("object_type", .text(), required: true, put: false)
    static let objectID = Input("object_id", Rule<Identifier<RBACObjectKind>>.uuid(), required: true, put: false)
    static let action = Input("action", .text(), required: true, put: false)
    static let target = Input("target_tenant", .text(), required: true, aliases: ["target_project"])

    /// A policy has no name, description or tags.
    static let map = AttributeMap<RBACPolicy>([
        .readOnly("id") { policy, _ in .identifier(policy.id) },
        .readOnly("tenant_id") { policy, _ in .text(policy.standard.projectID) },
        .input(objectType) { policy, _ in .text(policy.object.type.rawValue) },
        .input(objectID) { policy, _ in .identifier(policy.object.id) },
        .input(target) { policy, _ in .text(policy.target) },
        .input(action) { policy, _ in .text(policy.action.rawValue) },
        .input(StandardInputs.project) { policy, _ in .text(policy.standard.projectID) },
    ])

    static func draft(_ body: Body) throws(NeutronError) -> RBACPolicyDraft {
        var draft = RBACPolicyDraft()
        draft.standard.projectID = try body.value(StandardInputs.project)
        draft.objectType = try body.required(objectType)
        draft.objectID = try body.required(objectID)
        draft.action = try body.required(action)
        draft.target = try body.required(target)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> Change<String> { try body.change(target) }
}

extension RBACPolicies {
    static func id(of model: RBACPolicy) -> RBACPolicyID { model.id }
    static func key(of id: RBACPolicyID) -> ResourceKey { .rbacPolicy(id) }
    static func standard(of model: RBACPolicy) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [RBACPolicy] {
        inventory.rbacPolicies.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: RBACPolicyID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> RBACPolicy {
        try inventory.rbacPolicy(id, for: context)
    }

    static func creating(
        _ draft: RBACPolicyDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RBACPolicy, Transaction) {
        try inventory.creating(rbacPolicy: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: RBACPolicyID, _ update: Change<String>, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RBACPolicy, Transaction) {
        try inventory.rbacPolicy(id, for: context).standard.expect(revision)
        return try inventory.updating(rbacPolicy: id, target: update, context: context)
    }

    static func deleting(
        _ id: RBACPolicyID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.rbacPolicy(id, for: context).standard.expect(revision)
        return try inventory.deleting(rbacPolicy: id, context: context)
    }
}
