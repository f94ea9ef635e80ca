import Addresses

/// All resources of a site, with the indexes that the rules and translation ① need.
///
/// A value: the rules read it and answer with a ``Transaction``; once that is committed, ``apply(_:)`` takes it in. The
/// cost of a change does not depend on how much else there is, as long as no other copy of the value is kept.
package struct Inventory: Sendable {
    package internal(set) var gatewayDevices: [GatewayDeviceID: GatewayDevice] = [:]
    package internal(set) var l2Gateways: [L2GatewayID: L2Gateway] = [:]
    package internal(set) var l2GatewayConnections: [L2GatewayConnectionID: L2GatewayConnection] = [:]
    package internal(set) var networks: [NetworkID: Network] = [:]
    package internal(set) var subnets: [SubnetID: Subnet] = [:]
    package internal(set) var ports: [PortID: Port] = [:]
    package internal(set) var remoteMACEntries: [RemoteMACEntryID: RemoteMACEntry] = [:]
    package internal(set) var routers: [RouterID: Router] = [:]
    package internal(set) var routerVTEPBindings: [RouterVTEPBindingID: RouterVTEPBinding] = [:]
    package internal(set) var routerVTEPRoutes: [RouterVTEPRouteID: RouterVTEPRoute] = [:]
    package internal(set) var hosts: [HostID: HostRecord] = [:]
    package internal(set) var addressScopes: [AddressScopeID: AddressScope] = [:]
    package internal(set) var floatingIPs: [FloatingIPID: FloatingIP] = [:]
    package internal(set) var subnetPools: [SubnetPoolID: SubnetPool] = [:]
    package internal(set) var trunks: [TrunkID: Trunk] = [:]
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
            + routerVTEPRoutes.count + hosts.count + addressScopes.count + floatingIPs.count + subnetPools.count
            + trunks.count + securityGroups.count + securityGroupRules.count + addressGroups.count
            + rbacPolicies.count + quotas.count + gatewayDevices.count + l2Gateways.count
            + l2GatewayConnections.count + remoteMACEntries.count
    }

    /// Everything, a resource after what it refers to; within a kind in no particular order.
    package var resources: [Resource] {
        var all: [Resource] = []
        all.reserveCapacity(count)
        all += hosts.values.lazy.map { .host($0) }
        all += addressScopes.values.lazy.map { .addressScope($0) }
        all += subnetPools.values.lazy.map { .subnetPool($0) }
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
        all += floatingIPs.values.lazy.map { .floatingIP($0) }
        all += trunks.values.lazy.map { .trunk($0) }
        all += gatewayDevices.values.lazy.map { .gatewayDevice($0) }
        all += remoteMACEntries.values.lazy.map { .remoteMACEntry($0) }
        all += l2Gateways.values.lazy.map { .l2Gateway($0) }
        all += l2GatewayConnections.values.lazy.map { .l2GatewayConnection($0) }
        all += rbacPolicies.values.lazy.map { .rbacPolicy($0) }
        return all
    }

    package subscript(key: ResourceKey) -> Resource? {
        switch key {
        case .gatewayDevice(let id): gatewayDevices[id].map { .gatewayDevice($0) }
        case .l2Gateway(let id): l2Gateways[id].map { .l2Gateway($0) }
        case .l2GatewayConnection(let id): l2GatewayConnections[id].map { .l2GatewayConnection($0) }
        case .network(let id): networks[id].map { .network($0) }
        case .subnet(let id): subnets[id].map { .subnet($0) }
        case .port(let id): ports[id].map { .port($0) }
        case .remoteMACEntry(let id): remoteMACEntries[id].map { .remoteMACEntry($0) }
        case .router(let id): routers[id].map { .router($0) }
        case .routerVTEPBinding(let id): routerVTEPBindings[id].map { .routerVTEPBinding($0) }
        case .routerVTEPRoute(let id): routerVTEPRoutes[id].map { .routerVTEPRoute($0) }
        case .host(let id): hosts[id].map { .host($0) }
        case .addressScope(let id): addressScopes[id].map { .addressScope($0) }
        case .floatingIP(let id): floatingIPs[id].map { .floatingIP($0) }
        case .subnetPool(let id): subnetPools[id].map { .subnetPool($0) }
        case .trunk(let id): trunks[id].map { .trunk($0) }
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
        case .gatewayDevice(let device): gatewayDevices[device.id] = device
        case .l2Gateway(let gateway): l2Gateways[gateway.id] = gateway
        case .l2GatewayConnection(let connection): l2GatewayConnections[connection.id] = connection
        case .network(let network): networks[network.id] = network
        case .subnet(let subnet): subnets[subnet.id] = subnet
        case .port(let port): ports[port.id] = port
        case .remoteMACEntry(let entry): remoteMACEntries[entry.id] = entry
        case .router(let router): routers[router.id] = router
        case .routerVTEPBinding(let binding): routerVTEPBindings[binding.id] = binding
        case .routerVTEPRoute(let route): routerVTEPRoutes[route.id] = route
        case .host(let host): hosts[host.id] = host
        case .addressScope(let scope): addressScopes[scope.id] = scope
        case .floatingIP(let floatingIP): floatingIPs[floatingIP.id] = floatingIP
        case .subnetPool(let pool): subnetPools[pool.id] = pool
        case .trunk(let trunk): trunks[trunk.id] = trunk
        case .securityGroup(let group): securityGroups[group.id] = group
        case .securityGroupRule(let rule): securityGroupRules[rule.id] = rule
        case .addressGroup(let group): addressGroups[group.id] = group
        case .rbacPolicy(let policy): rbacPolicies[policy.id] = policy
        case .quota(let quota): quotas[quota.id] = quota
        }
    }

    private mutating func remove(_ key: ResourceKey) {
        switch key {
        case .gatewayDevice(let id): gatewayDevices[id] = nil
        case .l2Gateway(let id): l2Gateways[id] = nil
        case .l2GatewayConnection(let id): l2GatewayConnections[id] = nil
        case .network(let id): networks[id] = nil
        case .subnet(let id): subnets[id] = nil
        case .port(let id): ports[id] = nil
        case .remoteMACEntry(let id): remoteMACEntries[id] = nil
        case .router(let id): routers[id] = nil
        case .routerVTEPBinding(let id): routerVTEPBindings[id] = nil
        case .routerVTEPRoute(let id): routerVTEPRoutes[id] = nil
        case .host(let id): hosts[id] = nil
        case .addressScope(let id): addressScopes[id] = nil
        case .floatingIP(let id): floatingIPs[id] = nil
        case .subnetPool(let id): subnetPools[id] = nil
        case .trunk(let id): trunks[id] = nil
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
        case .addressGroup, .gatewayDevice, .network, .quota, .router, .securityGroup: break
        case .l2Gateway(let gateway): indexes.index(l2Gateway: gateway, present)
        case .l2GatewayConnection(let connection): indexes.index(connection: connection, present)
        case .remoteMACEntry(let entry): indexes.index(entry: entry, present)
        case .subnet(let subnet): indexes.index(subnet: subnet, present)
        case .port(let port): indexes.index(port: port, present)
        case .routerVTEPBinding(let binding): indexes.index(binding: binding, present)
        case .routerVTEPRoute(let route): indexes.index(route: route, present)
        case .host(let host): indexes.index(host: host, present)
        case .addressScope, .trunk: break
        case .floatingIP(let floatingIP): indexes.index(floatingIP: floatingIP, present)
        case .subnetPool(let pool): indexes.index(pool: pool, present)
        case .securityGroupRule(let rule): indexes.index(rule: rule, present)
        case .rbacPolicy(let policy): indexes.index(policy: policy, present)
        }
    }
}
