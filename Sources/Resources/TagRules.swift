/// Tags have requests of their own, the same for every kind of resource.
extension Inventory {
    /// Replaces the whole list. A change of tags is a change of the resource: its revision number grows.
    package func settingTags(
        of key: ResourceKey, to tags: [String], context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let tags = try StandardRules.tags(tags)
        switch key {
        case .gatewayDevice(let id):
            let old = try gatewayDevice(id, for: context)
            try context.require(context.isAdmin, "update_gateway_devices_tags")
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .gatewayDevice($0) }.1
        case .l2Gateway(let id):
            let old = try l2Gateway(id, for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .l2Gateway($0) }.1
        case .l2GatewayConnection(let id):
            let old = try l2GatewayConnection(id, for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .l2GatewayConnection($0) }.1
        case .network(let id):
            let old = try ownNetwork(id, "update_networks_tags", for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .network($0) }.1
        case .subnet(let id):
            let old = try ownSubnet(id, "update_subnets_tags", for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .subnet($0) }.1
        case .port(let id):
            let old = try port(id, for: context)
            try context.require(context.owns(old.standard), "update_ports_tags")
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .port($0) }.1
        case .router(let id):
            let old = try router(id, for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .router($0) }.1
        case .routerVTEPBinding(let id):
            let old = try routerVTEPBinding(id, for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .routerVTEPBinding($0) }.1
        case .routerVTEPRoute(let id):
            let old = try routerVTEPRoute(id, for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .routerVTEPRoute($0) }.1
        case .addressScope(let id):
            let old = try ownAddressScope(id, "update_address_scopes_tags", for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .addressScope($0) }.1
        case .floatingIP(let id):
            let old = try floatingIP(id, for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .floatingIP($0) }.1
        case .subnetPool(let id):
            let old = try ownSubnetPool(id, "update_subnetpools_tags", for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .subnetPool($0) }.1
        case .trunk(let id):
            let old = try trunk(id, for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .trunk($0) }.1
        case .securityGroup(let id):
            let old = try ownSecurityGroup(id, "update_security_groups_tags", for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .securityGroup($0) }.1
        case .securityGroupRule(let id):
            let old = try ownSecurityGroupRule(id, "update_security_group_rules_tags", for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .securityGroupRule($0) }.1
        case .addressGroup(let id):
            let old = try ownAddressGroup(id, "update_address_groups_tags", for: context)
            var new = old
            new.standard.tags = tags
            return replacing(old, with: new, at: context.now, \.standard) { .addressGroup($0) }.1
        case .rbacPolicy(let id):
            _ = try rbacPolicy(id, for: context)
            throw .invalidInput("tags", "an RBAC policy has none")
        case .quota: throw .invalidInput("tags", "a quota has none")
        case .host(let id):
            _ = try host(id, for: context)
            throw .invalidInput("tags", "a host has none")
        case .remoteMACEntry: throw .invalidInput("tags", "a remote MAC entry has none")
        }
    }
}
