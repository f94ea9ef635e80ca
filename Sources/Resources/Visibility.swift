/// Tenancy: who sees what. A tenant sees what belongs to its project and what is shared with it; of anything else it must
/// not even learn that it exists, so lookups answer 404. The operator (admin) sees everything; peering and hosts are the
/// operator's alone.
extension Inventory {
    package func isVisible(_ network: Network, to context: RequestContext) -> Bool {
        let object = RBACObject(.network, network.id)
        return context.owns(network.standard) || isShared(object, with: context.projectID)
            || isShared(object, with: context.projectID, as: .external)
    }

    package func isVisible(_ subnet: Subnet, to context: RequestContext) -> Bool {
        context.owns(subnet.standard)
            || networks[subnet.networkID].map { context.owns($0.standard) || $0.external } == true
            || isShared(RBACObject(.network, subnet.networkID), with: context.projectID)
    }

    /// The owner of a network sees all ports on it.
    package func isVisible(_ port: Port, to context: RequestContext) -> Bool {
        context.owns(port.standard) || networks[port.networkID].map { context.owns($0.standard) } == true
    }

    package func isVisible(_ router: Router, to context: RequestContext) -> Bool { context.owns(router.standard) }

    package func isVisible(_ scope: AddressScope, to context: RequestContext) -> Bool {
        context.owns(scope.standard) || scope.shared
    }

    package func isVisible(_ floatingIP: FloatingIP, to context: RequestContext) -> Bool {
        context.owns(floatingIP.standard)
    }

    package func isVisible(_ pool: SubnetPool, to context: RequestContext) -> Bool {
        context.owns(pool.standard) || pool.shared
    }

    package func isVisible(_ trunk: Trunk, to context: RequestContext) -> Bool { context.owns(trunk.standard) }

    package func isVisible(_ group: SecurityGroup, to context: RequestContext) -> Bool {
        context.owns(group.standard) || isShared(RBACObject(.securityGroup, group.id), with: context.projectID)
    }

    /// Who sees a group sees its rules.
    package func isVisible(_ rule: SecurityGroupRule, to context: RequestContext) -> Bool {
        context.owns(rule.standard) || securityGroups[rule.securityGroupID].map { isVisible($0, to: context) } == true
    }

    package func isVisible(_ group: AddressGroup, to context: RequestContext) -> Bool {
        context.owns(group.standard) || isShared(RBACObject(.addressGroup, group.id), with: context.projectID)
    }

    package func isVisible(_ policy: RBACPolicy, to context: RequestContext) -> Bool { context.owns(policy.standard) }

    package func network(_ id: NetworkID, for context: RequestContext) throws(ResourceError) -> Network {
        guard let network = networks[id], isVisible(network, to: context) else { throw .networkNotFound(id) }
        return network
    }

    package func subnet(_ id: SubnetID, for context: RequestContext) throws(ResourceError) -> Subnet {
        guard let subnet = subnets[id], isVisible(subnet, to: context) else { throw .subnetNotFound(id) }
        return subnet
    }

    package func port(_ id: PortID, for context: RequestContext) throws(ResourceError) -> Port {
        guard let port = ports[id], isVisible(port, to: context) else { throw .portNotFound(id) }
        return port
    }

    package func router(_ id: RouterID, for context: RequestContext) throws(ResourceError) -> Router {
        guard let router = routers[id], isVisible(router, to: context) else { throw .routerNotFound(id) }
        return router
    }

    package func routerVTEPBinding(
        _ id: RouterVTEPBindingID, for context: RequestContext
    ) throws(ResourceError) -> RouterVTEPBinding {
        guard let binding = routerVTEPBindings[id], context.isAdmin else { throw .routerVTEPBindingNotFound(id) }
        return binding
    }

    package func routerVTEPRoute(
        _ id: RouterVTEPRouteID, for context: RequestContext
    ) throws(ResourceError) -> RouterVTEPRoute {
        guard let route = routerVTEPRoutes[id], context.isAdmin else { throw .routerVTEPRouteNotFound(id) }
        return route
    }

    package func addressScope(
        _ id: AddressScopeID, for context: RequestContext
    ) throws(ResourceError) -> AddressScope {
        guard let scope = addressScopes[id], isVisible(scope, to: context) else { throw .addressScopeNotFound(id) }
        return scope
    }

    package func floatingIP(_ id: FloatingIPID, for context: RequestContext) throws(ResourceError) -> FloatingIP {
        guard let floatingIP = floatingIPs[id], isVisible(floatingIP, to: context) else {
            throw .floatingIPNotFound(id)
        }
        return floatingIP
    }

    package func subnetPool(_ id: SubnetPoolID, for context: RequestContext) throws(ResourceError) -> SubnetPool {
        guard let pool = subnetPools[id], isVisible(pool, to: context) else { throw .subnetPoolNotFound(id) }
        return pool
    }

    package func trunk(_ id: TrunkID, for context: RequestContext) throws(ResourceError) -> Trunk {
        guard let trunk = trunks[id], isVisible(trunk, to: context) else { throw .trunkNotFound(id) }
        return trunk
    }

    package func host(_ id: HostID, for context: RequestContext) throws(ResourceError) -> HostRecord {
        guard let host = hosts[id], context.isAdmin else { throw .hostNotFound(id) }
        return host
    }

    package func securityGroup(
        _ id: SecurityGroupID, for context: RequestContext
    ) throws(ResourceError) -> SecurityGroup {
        guard let group = securityGroups[id], isVisible(group, to: context) else { throw .securityGroupNotFound(id) }
        return group
    }

    package func securityGroupRule(
        _ id: SecurityGroupRuleID, for context: RequestContext
    ) throws(ResourceError) -> SecurityGroupRule {
        guard let rule = securityGroupRules[id], isVisible(rule, to: context) else {
            throw .securityGroupRuleNotFound(id)
        }
        return rule
    }

    package func addressGroup(
        _ id: AddressGroupID, for context: RequestContext
    ) throws(ResourceError) -> AddressGroup {
        guard let group = addressGroups[id], isVisible(group, to: context) else { throw .addressGroupNotFound(id) }
        return group
    }

    package func rbacPolicy(_ id: RBACPolicyID, for context: RequestContext) throws(ResourceError) -> RBACPolicy {
        guard let policy = rbacPolicies[id], isVisible(policy, to: context) else { throw .rbacPolicyNotFound(id) }
        return policy
    }

    // What one may see but not change is refused by policy (403), not denied to exist.

    func ownNetwork(
        _ id: NetworkID, _ rule: String, for context: RequestContext
    ) throws(ResourceError) -> Network {
        let network = try network(id, for: context)
        try context.require(context.owns(network.standard), rule)
        return network
    }

    func ownSubnet(_ id: SubnetID, _ rule: String, for context: RequestContext) throws(ResourceError) -> Subnet {
        let subnet = try subnet(id, for: context)
        try context.require(context.owns(subnet.standard) || ownsNetwork(subnet.networkID, context), rule)
        return subnet
    }

    func ownAddressScope(
        _ id: AddressScopeID, _ rule: String, for context: RequestContext
    ) throws(ResourceError) -> AddressScope {
        let scope = try addressScope(id, for: context)
        try context.require(context.owns(scope.standard), rule)
        return scope
    }

    func ownSubnetPool(
        _ id: SubnetPoolID, _ rule: String, for context: RequestContext
    ) throws(ResourceError) -> SubnetPool {
        let pool = try subnetPool(id, for: context)
        try context.require(context.owns(pool.standard), rule)
        return pool
    }

    func ownSecurityGroup(
        _ id: SecurityGroupID, _ rule: String, for context: RequestContext
    ) throws(ResourceError) -> SecurityGroup {
        let group = try securityGroup(id, for: context)
        try context.require(context.owns(group.standard), rule)
        return group
    }

    /// The owner of a group owns its rules, whoever made them.
    func ownSecurityGroupRule(
        _ id: SecurityGroupRuleID, _ rule: String, for context: RequestContext
    ) throws(ResourceError) -> SecurityGroupRule {
        let found = try securityGroupRule(id, for: context)
        let ownsGroup = securityGroups[found.securityGroupID].map { context.owns($0.standard) } == true
        try context.require(context.owns(found.standard) || ownsGroup, rule)
        return found
    }

    func ownAddressGroup(
        _ id: AddressGroupID, _ rule: String, for context: RequestContext
    ) throws(ResourceError) -> AddressGroup {
        let group = try addressGroup(id, for: context)
        try context.require(context.owns(group.standard), rule)
        return group
    }

    func ownsNetwork(_ id: NetworkID, _ context: RequestContext) -> Bool {
        networks[id].map { context.owns($0.standard) } == true
    }
}

extension RequestContext {
    func owns(_ standard: StandardAttributes) -> Bool { isAdmin || standard.projectID == projectID }

    func require(_ allowed: Bool, _ rule: String) throws(ResourceError) {
        if !allowed { throw .policyNotAuthorized(rule) }
    }
}
