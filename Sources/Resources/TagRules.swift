/// Tags have requests of their own, the same for every kind of resource.
extension Inventory {
    /// Replaces the whole list. A change of tags is a change of the resource: its revision number grows.
    package func settingTags(
        of key: ResourceKey, to tags: [String], context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let tags = try StandardRules.tags(tags)
        switch key {
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
        }
    }
}
