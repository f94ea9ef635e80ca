/// Any resource of the API. A shell stores it as JSON: `{"network": {…}}`.
package enum Resource: Hashable, Sendable {
    case gatewayDevice(GatewayDevice)
    case l2Gateway(L2Gateway)
    case l2GatewayConnection(L2GatewayConnection)
    case network(Network)
    case subnet(Subnet)
    case port(Port)
    case remoteMACEntry(RemoteMACEntry)
    case router(Router)
    case routerVTEPBinding(RouterVTEPBinding)
    case routerVTEPRoute(RouterVTEPRoute)
    case host(HostRecord)
    case addressScope(AddressScope)
    case floatingIP(FloatingIP)
    case subnetPool(SubnetPool)
    case trunk(Trunk)
    case securityGroup(SecurityGroup)
    case securityGroupRule(SecurityGroupRule)
    case addressGroup(AddressGroup)
    case rbacPolicy(RBACPolicy)
    case quota(Quota)

    package var key: ResourceKey {
        switch self {
        case .gatewayDevice(let device): .gatewayDevice(device.id)
        case .l2Gateway(let gateway): .l2Gateway(gateway.id)
        case .l2GatewayConnection(let connection): .l2GatewayConnection(connection.id)
        case .network(let network): .network(network.id)
        case .subnet(let subnet): .subnet(subnet.id)
        case .port(let port): .port(port.id)
        case .remoteMACEntry(let entry): .remoteMACEntry(entry.id)
        case .router(let router): .router(router.id)
        case .routerVTEPBinding(let binding): .routerVTEPBinding(binding.id)
        case .routerVTEPRoute(let route): .routerVTEPRoute(route.id)
        case .host(let host): .host(host.id)
        case .addressScope(let scope): .addressScope(scope.id)
        case .floatingIP(let floatingIP): .floatingIP(floatingIP.id)
        case .subnetPool(let pool): .subnetPool(pool.id)
        case .trunk(let trunk): .trunk(trunk.id)
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
        case gatewayDevice = "gateway_device"
        case l2Gateway = "l2_gateway"
        case l2GatewayConnection = "l2_gateway_connection"
        case network, subnet, port, router
        case remoteMACEntry = "remote_mac_entry"
        case routerVTEPBinding = "router_vtep_binding"
        case routerVTEPRoute = "router_vtep_route"
        case host
        case addressScope = "address_scope"
        case floatingIP = "floating_ip"
        case subnetPool = "subnet_pool"
        case trunk
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
        case .gatewayDevice: self = .gatewayDevice(try container.decode(GatewayDevice.self, forKey: kind))
        case .l2Gateway: self = .l2Gateway(try container.decode(L2Gateway.self, forKey: kind))
        case .l2GatewayConnection:
            self = .l2GatewayConnection(try container.decode(L2GatewayConnection.self, forKey: kind))
        case .network: self = .network(try container.decode(Network.self, forKey: kind))
        case .subnet: self = .subnet(try container.decode(Subnet.self, forKey: kind))
        case .port: self = .port(try container.decode(Port.self, forKey: kind))
        case .remoteMACEntry: self = .remoteMACEntry(try container.decode(RemoteMACEntry.self, forKey: kind))
        case .router: self = .router(try container.decode(Router.self, forKey: kind))
        case .routerVTEPBinding:
            self = .routerVTEPBinding(try container.decode(RouterVTEPBinding.self, forKey: kind))
        case .routerVTEPRoute: self = .routerVTEPRoute(try container.decode(RouterVTEPRoute.self, forKey: kind))
        case .host: self = .host(try container.decode(HostRecord.self, forKey: kind))
        case .addressScope: self = .addressScope(try container.decode(AddressScope.self, forKey: kind))
        case .floatingIP: self = .floatingIP(try container.decode(FloatingIP.self, forKey: kind))
        case .subnetPool: self = .subnetPool(try container.decode(SubnetPool.self, forKey: kind))
        case .trunk: self = .trunk(try container.decode(Trunk.self, forKey: kind))
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
        case .gatewayDevice(let device): try container.encode(device, forKey: .gatewayDevice)
        case .l2Gateway(let gateway): try container.encode(gateway, forKey: .l2Gateway)
        case .l2GatewayConnection(let connection): try container.encode(connection, forKey: .l2GatewayConnection)
        case .network(let network): try container.encode(network, forKey: .network)
        case .subnet(let subnet): try container.encode(subnet, forKey: .subnet)
        case .port(let port): try container.encode(port, forKey: .port)
        case .remoteMACEntry(let entry): try container.encode(entry, forKey: .remoteMACEntry)
        case .router(let router): try container.encode(router, forKey: .router)
        case .routerVTEPBinding(let binding): try container.encode(binding, forKey: .routerVTEPBinding)
        case .routerVTEPRoute(let route): try container.encode(route, forKey: .routerVTEPRoute)
        case .host(let host): try container.encode(host, forKey: .host)
        case .addressScope(let scope): try container.encode(scope, forKey: .addressScope)
        case .floatingIP(let floatingIP): try container.encode(floatingIP, forKey: .floatingIP)
        case .subnetPool(let pool): try container.encode(pool, forKey: .subnetPool)
        case .trunk(let trunk): try container.encode(trunk, forKey: .trunk)
        case .securityGroup(let group): try container.encode(group, forKey: .securityGroup)
        case .securityGroupRule(let rule): try container.encode(rule, forKey: .securityGroupRule)
        case .addressGroup(let group): try container.encode(group, forKey: .addressGroup)
        case .rbacPolicy(let policy): try container.encode(policy, forKey: .rbacPolicy)
        case .quota(let quota): try container.encode(quota, forKey: .quota)
        }
    }
}
