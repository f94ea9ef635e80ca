import Addresses

/// All resources of a site, with the indexes that the rules and translation ① need.
///
/// A value: the rules read it and answer with a ``Transaction``; once that is committed, ``apply(_:)`` takes it in. The
/// cost of a change does not depend on how much else there is, as long as no other copy of the value is kept.
package struct Inventory: Sendable {
    package internal(set) var networks: [NetworkID: Network] = [:]
    package internal(set) var subnets: [SubnetID: Subnet] = [:]
    package internal(set) var ports: [PortID: Port] = [:]
    package internal(set) var routers: [RouterID: Router] = [:]
    package internal(set) var routerVTEPBindings: [RouterVTEPBindingID: RouterVTEPBinding] = [:]
    package internal(set) var routerVTEPRoutes: [RouterVTEPRouteID: RouterVTEPRoute] = [:]
    package internal(set) var hosts: [HostID: HostRecord] = [:]
    package internal(set) var securityGroups: [SecurityGroupID: SecurityGroup] = [:]
    package internal(set) var securityGroupRules: [SecurityGroupRuleID: SecurityGroupRule] = [:]
    package internal(set) var addressGroups: [AddressGroupID: AddressGroup] = [:]
    package internal(set) var rbacPolicies: [RBACPolicyID: RBACPolicy] = [:]
    package internal(set) var quotas: [QuotaID: Quota] = [:]
    var indexes = InventoryIndexes()

    package init() {}

    /// In any order.
    package init(_ resources: some Sequence<Resource>) {
        apply(resources.map { .put($0) })
    }

    package var isEmpty: Bool { count == 0 }

    package var count: Int {
        networks.count + subnets.count + ports.count + routers.count + routerVTEPBindings.count
            + routerVTEPRoutes.count + hosts.count + securityGroups.count + securityGroupRules.count
            + addressGroups.count + rbacPolicies.count + quotas.count
    }

    /// Everything, a resource after what it refers to; within a kind in no particular order.
    package var resources: [Resource] {
        var all: [Resource] = []
        all.reserveCapacity(count)
        all += hosts.values.lazy.map { .host($0) }
        all += quotas.values.lazy.map { .quota($0) }
        all += networks.values.lazy.map { .network($0) }
        all += securityGroups.values.lazy.map { .securityGroup($0) }
        all += addressGroups.values.lazy.map { .addressGroup($0) }
        all += securityGroupRules.values.lazy.map { .securityGroupRule($0) }
        all += routers.values.lazy.map { .router($0) }
        all += subnets.values.lazy.map { .subnet($0) }
        all += ports.values.lazy.map { .port($0) }
        all += routerVTEPBindings.values.lazy.map { .routerVTEPBinding($0) }
        all += routerVTEPRoutes.values.lazy.map { .routerVTEPRoute($0) }
        all += rbacPolicies.values.lazy.map { .rbacPolicy($0) }
        return all
    }

    package subscript(key: ResourceKey) -> Resource? {
        switch key {
        case .network(let id): networks[id].map { .network($0) }
        case .subnet(let id): subnets[id].map { .subnet($0) }
        case .port(let id): ports[id].map { .port($0) }
        case .router(let id): routers[id].map { .router($0) }
        case .routerVTEPBinding(let id): routerVTEPBindings[id].map { .routerVTEPBinding($0) }
        case .routerVTEPRoute(let id): routerVTEPRoutes[id].map { .routerVTEPRoute($0) }
        case .host(let id): hosts[id].map { .host($0) }
        case .securityGroup(let id): securityGroups[id].map { .securityGroup($0) }
        case .securityGroupRule(let id): securityGroupRules[id].map { .securityGroupRule($0) }
        case .addressGroup(let id): addressGroups[id].map { .addressGroup($0) }
        case .rbacPolicy(let id): rbacPolicies[id].map { .rbacPolicy($0) }
        case .quota(let id): quotas[id].map { .quota($0) }
        }
    }

    /// Takes changes in, as one step. Order within them does not matter, except that the last change of a key wins.
    package mutating func apply(_ changes: [ResourceChange]) {
        var steps = changes
        if changes.count > 1 {
            var last: [ResourceKey: Int] = [:]
            for (position, change) in changes.enumerated() { last[change.key] = position }
            steps = changes.enumerated().filter { last[$0.element.key] == $0.offset }.map(\.element)
            steps.sort { $0.key.rank < $1.key.rank }
        }
        // All that was there goes first, dependents before what they refer to; so a claim may move between resources.
        for step in steps.reversed() {
            if let old = self[step.key] {
                index(old, false)
                remove(step.key)
            }
        }
        for case .put(let resource) in steps {
            insert(resource)
            index(resource, true)
        }
    }

    /// What takes `changes` back, once they are applied to this value.
    package func inverse(of changes: [ResourceChange]) -> [ResourceChange] {
        Set(changes.map(\.key)).map { key in self[key].map { .put($0) } ?? .delete(key) }
    }

    private mutating func insert(_ resource: Resource) {
        switch resource {
        case .network(let network): networks[network.id] = network
        case .subnet(let subnet): subnets[subnet.id] = subnet
        case .port(let port): ports[port.id] = port
        case .router(let router): routers[router.id] = router
        case .routerVTEPBinding(let binding): routerVTEPBindings[binding.id] = binding
        case .routerVTEPRoute(let route): routerVTEPRoutes[route.id] = route
        case .host(let host): hosts[host.id] = host
        case .securityGroup(let group): securityGroups[group.id] = group
        case .securityGroupRule(let rule): securityGroupRules[rule.id] = rule
        case .addressGroup(let group): addressGroups[group.id] = group
        case .rbacPolicy(let policy): rbacPolicies[policy.id] = policy
        case .quota(let quota): quotas[quota.id] = quota
        }
    }

    private mutating func remove(_ key: ResourceKey) {
        switch key {
        case .network(let id): networks[id] = nil
        case .subnet(let id): subnets[id] = nil
        case .port(let id): ports[id] = nil
        case .router(let id): routers[id] = nil
        case .routerVTEPBinding(let id): routerVTEPBindings[id] = nil
        case .routerVTEPRoute(let id): routerVTEPRoutes[id] = nil
        case .host(let id): hosts[id] = nil
        case .securityGroup(let id): securityGroups[id] = nil
        case .securityGroupRule(let id): securityGroupRules[id] = nil
        case .addressGroup(let id): addressGroups[id] = nil
        case .rbacPolicy(let id): rbacPolicies[id] = nil
        case .quota(let id): quotas[id] = nil
        }
    }

    private mutating func index(_ resource: Resource, _ present: Bool) {
        for (claim, holder) in claims(of: resource) {
            if present { indexes.claim(claim, for: holder) } else { indexes.release(claim) }
        }
        if let (kind, project) = resource.quotaUse { indexes.count(kind, of: project, present) }
        switch resource {
        case .network, .router, .securityGroup, .addressGroup, .quota: break
        case .subnet(let subnet): indexes.index(subnet: subnet, present)
        case .port(let port): indexes.index(port: port, present)
        case .routerVTEPBinding(let binding): indexes.index(binding: binding, present)
        case .routerVTEPRoute(let route): indexes.index(route: route, present)
        case .host(let host): indexes.index(host: host, present)
        case .securityGroupRule(let rule): indexes.index(rule: rule, present)
        case .rbacPolicy(let policy): indexes.index(policy: policy, present)
        }
    }
}
