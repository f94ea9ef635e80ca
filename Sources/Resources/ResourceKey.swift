/// Names one resource. Its text, `network/<id>`, serves as the store's key and sorts by kind.
package enum ResourceKey: Hashable, Sendable {
    case network(NetworkID)
    case subnet(SubnetID)
    case port(PortID)
    case router(RouterID)
    case routerVTEPBinding(RouterVTEPBindingID)
    case routerVTEPRoute(RouterVTEPRouteID)
    case host(HostID)
    case securityGroup(SecurityGroupID)
    case securityGroupRule(SecurityGroupRuleID)
    case addressGroup(AddressGroupID)
    case rbacPolicy(RBACPolicyID)
    case quota(QuotaID)

    package var path: String {
        switch self {
        case .network(let id): "network/\(id)"
        case .subnet(let id): "subnet/\(id)"
        case .port(let id): "port/\(id)"
        case .router(let id): "router/\(id)"
        case .routerVTEPBinding(let id): "router_vtep_binding/\(id)"
        case .routerVTEPRoute(let id): "router_vtep_route/\(id)"
        case .host(let id): "host/\(id)"
        case .securityGroup(let id): "security_group/\(id)"
        case .securityGroupRule(let id): "security_group_rule/\(id)"
        case .addressGroup(let id): "address_group/\(id)"
        case .rbacPolicy(let id): "rbac_policy/\(id)"
        case .quota(let id): "quota/\(id)"
        }
    }

    /// The inverse of ``path``; nil for anything else.
    package init?(path: some StringProtocol) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let key: ResourceKey? =
            switch parts[0] {
            case "network": NetworkID(parts[1]).map { .network($0) }
            case "subnet": SubnetID(parts[1]).map { .subnet($0) }
            case "port": PortID(parts[1]).map { .port($0) }
            case "router": RouterID(parts[1]).map { .router($0) }
            case "router_vtep_binding": RouterVTEPBindingID(parts[1]).map { .routerVTEPBinding($0) }
            case "router_vtep_route": RouterVTEPRouteID(parts[1]).map { .routerVTEPRoute($0) }
            case "host": HostID(parts[1]).map { .host($0) }
            case "security_group": SecurityGroupID(parts[1]).map { .securityGroup($0) }
            case "security_group_rule": SecurityGroupRuleID(parts[1]).map { .securityGroupRule($0) }
            case "address_group": AddressGroupID(parts[1]).map { .addressGroup($0) }
            case "rbac_policy": RBACPolicyID(parts[1]).map { .rbacPolicy($0) }
            case "quota": QuotaID(parts[1]).map { .quota($0) }
            default: nil
            }
        guard let key else { return nil }
        self = key
    }

    /// What a resource refers to has a lower rank: puts go in this order, deletes in reverse.
    var rank: Int {
        switch self {
        case .host, .quota: 0
        case .network, .securityGroup, .addressGroup: 1
        case .router, .securityGroupRule: 2
        case .subnet: 3
        case .port: 4
        case .routerVTEPBinding: 5
        case .routerVTEPRoute, .rbacPolicy: 6
        }
    }
}

extension ResourceKey: CustomStringConvertible {
    package var description: String { path }
}

extension ResourceKey: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let key = Self(path: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' names no resource")
        }
        self = key
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(path)
    }
}
