/// Any resource of the API. A shell stores it as JSON: `{"network": {…}}`.
package enum Resource: Hashable, Sendable {
    case network(Network)
    case subnet(Subnet)
    case port(Port)
    case router(Router)
    case routerVTEPBinding(RouterVTEPBinding)
    case routerVTEPRoute(RouterVTEPRoute)
    case host(HostRecord)
    case securityGroup(SecurityGroup)
    case securityGroupRule(SecurityGroupRule)
    case addressGroup(AddressGroup)
    case rbacPolicy(RBACPolicy)
    case quota(Quota)

    package var key: ResourceKey {
        switch self {
        case .network(let network): .network(network.id)
        case .subnet(let subnet): .subnet(subnet.id)
        case .port(let port): .port(port.id)
        case .router(let router): .router(router.id)
        case .routerVTEPBinding(let binding): .routerVTEPBinding(binding.id)
        case .routerVTEPRoute(let route): .routerVTEPRoute(route.id)
        case .host(let host): .host(host.id)
        case .securityGroup(let group): .securityGroup(group.id)
        case .securityGroupRule(let rule): .securityGroupRule(rule.id)
        case .addressGroup(let group): .addressGroup(group.id)
        case .rbacPolicy(let policy): .rbacPolicy(policy.id)
        case .quota(let quota): .quota(quota.id)
        }
    }
}

extension Resource: Codable {
    private enum CodingKeys: String, CodingKey {
        case network, subnet, port, router
        case routerVTEPBinding = "router_vtep_binding"
        case routerVTEPRoute = "router_vtep_route"
        case host
        case securityGroup = "security_group"
        case securityGroupRule = "security_group_rule"
        case addressGroup = "address_group"
        case rbacPolicy = "rbac_policy"
        case quota
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.allKeys.count == 1, let kind = container.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a resource has exactly one kind")
            )
        }
        switch kind {
        case .network: self = .network(try container.decode(Network.self, forKey: kind))
        case .subnet: self = .subnet(try container.decode(Subnet.self, forKey: kind))
        case .port: self = .port(try container.decode(Port.self, forKey: kind))
        case .router: self = .router(try container.decode(Router.self, forKey: kind))
        case .routerVTEPBinding:
            self = .routerVTEPBinding(try container.decode(RouterVTEPBinding.self, forKey: kind))
        case .routerVTEPRoute: self = .routerVTEPRoute(try container.decode(RouterVTEPRoute.self, forKey: kind))
        case .host: self = .host(try container.decode(HostRecord.self, forKey: kind))
        case .securityGroup: self = .securityGroup(try container.decode(SecurityGroup.self, forKey: kind))
        case .securityGroupRule:
            self = .securityGroupRule(try container.decode(SecurityGroupRule.self, forKey: kind))
        case .addressGroup: self = .addressGroup(try container.decode(AddressGroup.self, forKey: kind))
        case .rbacPolicy: self = .rbacPolicy(try container.decode(RBACPolicy.self, forKey: kind))
        case .quota: self = .quota(try container.decode(Quota.self, forKey: kind))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .network(let network): try container.encode(network, forKey: .network)
        case .subnet(let subnet): try container.encode(subnet, forKey: .subnet)
        case .port(let port): try container.encode(port, forKey: .port)
        case .router(let router): try container.encode(router, forKey: .router)
        case .routerVTEPBinding(let binding): try container.encode(binding, forKey: .routerVTEPBinding)
        case .routerVTEPRoute(let route): try container.encode(route, forKey: .routerVTEPRoute)
        case .host(let host): try container.encode(host, forKey: .host)
        case .securityGroup(let group): try container.encode(group, forKey: .securityGroup)
        case .securityGroupRule(let rule): try container.encode(rule, forKey: .securityGroupRule)
        case .addressGroup(let group): try container.encode(group, forKey: .addressGroup)
        case .rbacPolicy(let policy): try container.encode(policy, forKey: .rbacPolicy)
        case .quota(let quota): try container.encode(quota, forKey: .quota)
        }
    }
}
