/// What policies come to: who may use what, and who does.
extension Inventory {
    package func policyIDs(of object: RBACObject) -> Set<RBACPolicyID> { indexes.policiesByObject[object] ?? [] }

    /// Whether a project sees `object` by a policy, its own or everyone's.
    package func isShared(
        _ object: RBACObject, with project: String, as action: RBACAction = .shared
    ) -> Bool {
        policyIDs(of: object).contains { id in
            guard let policy = rbacPolicies[id] else { return false }
            return policy.action == action && (policy.target == RBACPolicy.everyone || policy.target == project)
        }
    }

    /// Whether everyone sees it.
    package func isShared(_ object: RBACObject) -> Bool { isShared(object, with: RBACPolicy.everyone) }

    /// - Parameter action: all unless told.
    func policyDeletions(of object: RBACObject, _ action: RBACAction? = nil) -> [ResourceChange] {
        policyIDs(of: object).sorted().filter { action == nil || rbacPolicies[$0]?.action == action }
            .map { .delete(.rbacPolicy($0)) }
    }

    /// Projects that use what a policy gives them and would have no other right to it.
    ///
    /// - Parameter others: targets that come with the change.
    func usersLosingAccess(without policy: RBACPolicy, but others: Set<String>) -> Set<String> {
        var covered = others
        for id in policyIDs(of: policy.object) where id != policy.id {
            if let other = rbacPolicies[id], other.action == policy.action { covered.insert(other.target) }
        }
        if covered.contains(RBACPolicy.everyone) { return [] }
        let uncovered = users(of: policy.object, as: policy.action).subtracting(covered)
        return policy.target == RBACPolicy.everyone ? uncovered : uncovered.intersection([policy.target])
    }

    /// The projects, besides its owner's, whose things depend on `object`.
    private func users(of object: RBACObject, as action: RBACAction) -> Set<String> {
        var projects: Set<String>
        let owner: String?
        switch object.type {
        case .network:
            let id = NetworkID(object.id.value)
            let all = portIDs(of: id).compactMap { ports[$0] }
            projects =
                switch action {
                case .shared: Set(all.map(\.standard.projectID))
                case .external: Set(all.compactMap(gatewayProject))
                }
            owner = networks[id]?.standard.projectID
        case .securityGroup:
            let id = SecurityGroupID(object.id.value)
            projects = Set(portIDs(withSecurityGroup: id).compactMap { ports[$0]?.standard.projectID })
            owner = securityGroups[id]?.standard.projectID
        case .addressGroup:
            let id = AddressGroupID(object.id.value)
            projects = Set(
                ruleIDs(withAddressGroup: id).compactMap { securityGroupRules[$0]?.standard.projectID })
            owner = addressGroups[id]?.standard.projectID
        }
        // What belongs to nobody is the site's own.
        projects.remove("")
        if let owner { projects.remove(owner) }
        return projects
    }

    /// Whose router has this port as its gateway.
    private func gatewayProject(_ port: Port) -> String? {
        guard port.deviceOwner == Port.routerGatewayOwner, let router = RouterID(port.deviceID) else { return nil }
        return routers[router]?.standard.projectID
    }

    /// What makes `network` shared with everyone, or no longer: the policy behind the `shared` flag, and the one behind
    /// `router:external`.
    func flagChanges(
        of network: Network, _ action: RBACAction, _ flag: Bool?, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> [ResourceChange] {
        let object = RBACObject(.network, network.id)
        guard let flag, flag != isShared(object, with: RBACPolicy.everyone, as: action) else { return [] }
        if flag {
            let policy = RBACPolicy(
                id: .random(using: &generator),
                standard: StandardAttributes(
                    projectID: network.standard.projectID, createdAt: now, updatedAt: now
                ),
                object: object, action: action, target: RBACPolicy.everyone
            )
            return [.put(.rbacPolicy(policy))]
        }
        guard
            case .rbacPolicy(let id)? = owner(of: .rbacPolicy(object, action, target: RBACPolicy.everyone)),
            let policy = rbacPolicies[id]
        else { return [] }
        guard usersLosingAccess(without: policy, but: []).isEmpty else {
            throw .invalidSharedSetting(network.standard.name)
        }
        return [.delete(.rbacPolicy(id))]
    }
}
