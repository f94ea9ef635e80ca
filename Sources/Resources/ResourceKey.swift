/// Names one resource. Its text, `network/<id>`, serves as the store's key and sorts by kind.
package enum ResourceKey: Hashable, Sendable {
    case gatewayDevice(GatewayDeviceID)
    case l2Gateway(L2GatewayID)
    case l2GatewayConnection(L2GatewayConnectionID)
    case network(NetworkID)
    case subnet(SubnetID)
    case port(PortID)
    case remoteMACEntry(RemoteMACEntryID)
    case router(RouterID)
    case routerVTEPBinding(RouterVTEPBindingID)
    case routerVTEPRoute(RouterVTEPRouteID)
    case host(HostID)
    case addressScope(AddressScopeID)
    case floatingIP(FloatingIPID)
    case subnetPool(SubnetPoolID)
    case trunk(TrunkID)
    case securityGroup(SecurityGroupID)
    case securityGroupRule(SecurityGroupRuleID)
    case addressGroup(AddressGroupID)
    case rbacPolicy(RBACPolicyID)
    case quota(QuotaID)

    package var path: String {
        switch self {
        case .gatewayDevice(let id): "gateway_device/\(id)"
        case .l2Gateway(let id): "l2_gateway/\(id)"
        case .l2GatewayConnection(let id): "l2_gateway_connection/\(id)"
        case .network(let id): "network/\(id)"
        case .subnet(let id): "subnet/\(id)"
        case .port(let id): "port/\(id)"
        case .remoteMACEntry(let id): "remote_mac_entry/\(id)"
        case .router(let id): "router/\(id)"
        case .routerVTEPBinding(let id): "router_vtep_binding/\(id)"
        case .routerVTEPRoute(let id): "router_vtep_route/\(id)"
        case .host(let id): "host/\(id)"
        case .addressScope(let id): "address_scope/\(id)"
        case .floatingIP(let id): "floating_ip/\(id)"
        case .subnetPool(let id): "subnet_pool/\(id)"
        case .trunk(let id): "trunk/\(id)"
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
            case "gateway_device": GatewayDeviceID(parts[1]).map { .gatewayDevice($0) }
            case "l2_gateway": L2GatewayID(parts[1]).map { .l2Gateway($0) }
            case "l2_gateway_connection": L2GatewayConnectionID(parts[1]).map { .l2GatewayConnection($0) }
            case "network": NetworkID(parts[1]).map { .network($0) }
            case "subnet": SubnetID(parts[1]).map { .subnet($0) }
            case "port": PortID(parts[1]).map { .port($0) }
            case "remote_mac_entry": RemoteMACEntryID(parts[1]).map { .remoteMACEntry($0) }
            case "router": RouterID(parts[1]).map { .router($0) }
            case "router_vtep_binding": RouterVTEPBindingID(parts[1]).map { .routerVTEPBinding($0) }
            case "router_vtep_route": RouterVTEPRouteID(parts[1]).map { .routerVTEPRoute($0) }
            case "host": HostID(parts[1]).map { .host($0) }
            case "address_scope": AddressScopeID(parts[1]).map { .addressScope($0) }
            case "floating_ip": FloatingIPID(parts[1]).map { .floatingIP($0) }
            case "subnet_pool": SubnetPoolID(parts[1]).map { .subnetPool($0) }
            case "trunk": TrunkID(parts[1]).map { .trunk($0) }
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
        case .addressScope, .host, .quota: 0
        case .addressGroup, .network, .securityGroup, .subnetPool: 1
        case .router, .securityGroupRule: 2
        case .subnet: 3
        case .port: 4
        case .floatingIP, .gatewayDevice, .routerVTEPBinding, .trunk: 5
        case .l2Gateway, .rbacPolicy, .remoteMACEntry, .routerVTEPRoute: 6
        case .l2GatewayConnection: 7
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
