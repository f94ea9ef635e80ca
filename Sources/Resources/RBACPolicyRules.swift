extension Inventory {
    package func creating(
        rbacPolicy draft: RBACPolicyDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RBACPolicy, Transaction) {
        guard let typeText = draft.objectType else { throw .missingAttribute("rbac_policy", "object_type") }
        guard let objectID = draft.objectID else { throw .missingAttribute("rbac_policy", "object_id") }
        guard let actionText = draft.action else { throw .missingAttribute("rbac_policy", "action") }
        guard let target = draft.target else { throw .missingAttribute("rbac_policy", "target_tenant") }
        guard let type = RBACObjectType(rawValue: typeText) else { throw .invalidRBACObjectType(typeText) }
        guard let action = RBACAction(rawValue: actionText), type.actions.contains(action) else {
            throw .invalidRBACAction(actionText, type)
        }
        let standard = try context.standard(draft.standard)
        let policy = RBACPolicy(
            id: .random(using: &generator), standard: standard, object: RBACObject(type, objectID), action: action,
            target: try RBACRules.target(target, "create_rbac_policy", context)
        )
        try requireOwned(policy.object, context)
        try requireNew(policy)
        try requireQuota(.rbacPolicy, of: standard.projectID)
        let isExternal = action == .external ? true : nil
        return (
            policy,
            transaction(networkChanges(of: policy, external: isExternal, context) + [.put(.rbacPolicy(policy))])
        )
    }

    /// - Parameter target: the whole of what may change.
    package func updating(
        rbacPolicy id: RBACPolicyID, target: Change<String>, context: RequestContext
    ) throws(ResourceError) -> (RBACPolicy, Transaction) {
        let old = try rbacPolicy(id, for: context)
        try requireOwned(old.object, context)
        guard let target = target.newValue, target != old.target else { return (old, Transaction()) }
        var new = old
        new.target = try RBACRules.target(target, "update_rbac_policy", context)
        try requireNew(new)
        if let user = usersLosingAccess(without: old, but: [new.target]).min() {
            throw .rbacPolicyInUse(old.object, by: user)
        }
        new.standard = old.standard.bumped(at: context.now)
        return (new, transaction(networkChanges(of: new, external: nil, context) + [.put(.rbacPolicy(new))]))
    }

    /// The last policy that makes a network external takes that with it.
    package func deleting(rbacPolicy id: RBACPolicyID, context: RequestContext) throws(ResourceError) -> Transaction {
        let policy = try rbacPolicy(id, for: context)
        if let user = usersLosingAccess(without: policy, but: []).min() {
            throw .rbacPolicyInUse(policy.object, by: user)
        }
        let isLast = policyIDs(of: policy.object).count { rbacPolicies[$0]?.action == policy.action } == 1
        let isExternal = policy.action == .external && isLast ? false : nil
        return transaction(networkChanges(of: policy, external: isExternal, context) + [.delete(.rbacPolicy(id))])
    }

    private func requireNew(_ policy: RBACPolicy) throws(ResourceError) {
        let claim = Claim.rbacPolicy(policy.object, policy.action, target: policy.target)
        guard holder(of: claim) == nil else { throw .duplicateRBACPolicy }
    }

    /// A network's policies are a part of it for those who watch its revision number.
    private func networkChanges(
        of policy: RBACPolicy, external: Bool?, _ context: RequestContext
    ) -> [ResourceChange] {
        guard policy.object.type == .network, var network = networks[NetworkID(policy.object.id.value)] else {
            return []
        }
        network.external = external ?? network.external
        network.standard = network.standard.bumped(at: context.now)
        return [.put(.network(network))]
    }

    private func requireOwned(_ object: RBACObject, _ context: RequestContext) throws(ResourceError) {
        let standard =
            switch object.type {
            case .addressGroup: try addressGroup(AddressGroupID(object.id.value), for: context).standard
            case .network: try network(NetworkID(object.id.value), for: context).standard
            case .securityGroup: try securityGroup(SecurityGroupID(object.id.value), for: context).standard
            }
        guard context.owns(standard) else { throw .foreignRBACObject }
    }
}

enum RBACRules {
    /// Only the operator shares with everyone.
    static func target(_ text: String, _ rule: String, _ context: RequestContext) throws(ResourceError) -> String {
        if text.isEmpty { throw .invalidAttribute("target_tenant", "it must name a project, or be '*' for all") }
        try context.require(context.isAdmin || text != RBACPolicy.everyone, "\(rule):target_tenant")
        return try StandardRules.text(text, "target_tenant")
    }
}
