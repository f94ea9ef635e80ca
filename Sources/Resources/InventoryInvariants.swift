import Addresses

extension Inventory {
    /// What is wrong with it, in words; empty when indexes equal those rebuilt from scratch, nothing refers to what does
    /// not exist, and no two resources have the same claim.
    package func invariants() -> [String] {
        var faults: [String] = []
        let rebuilt = Inventory(resources)
        if rebuilt.indexes != indexes { faults.append("indexes differ from those rebuilt from scratch") }
        func require(_ holds: Bool, _ fault: @autoclosure () -> String) {
            if !holds { faults.append(fault()) }
        }
        for resource in resources {
            for (claim, holder) in claims(of: resource) {
                require(self.holder(of: claim) == holder, "\(resource.key) does not have \(claim.path)")
            }
        }
        for subnet in subnets.values {
            require(networks[subnet.networkID] != nil, "subnet \(subnet.id) has no network")
            require(subnet.cidr.isCanonical, "subnet \(subnet.id) has host bits in its cidr")
            for pool in subnet.allocationPools {
                require(subnet.cidr.range.contains(pool), "pool \(pool) lies outside of subnet \(subnet.id)")
            }
        }
        for port in ports.values {
            require(networks[port.networkID] != nil, "port \(port.id) has no network")
            for ip in port.fixedIPs {
                let subnet = subnets[ip.subnetID]
                require(subnet?.networkID == port.networkID, "port \(port.id) has another network's subnet")
                require(subnet?.cidr.contains(ip.address) == true, "\(ip.address) of port \(port.id) is off its subnet")
            }
            if let router = port.interfaceOfRouter {
                require(routers[router] != nil, "interface \(port.id) has no router")
            }
        }
        for router in routers.values {
            let connections = connections(of: router.id)
            for route in router.routes {
                require(
                    connections.contains { $0.prefix.contains(route.nextHop) },
                    "next hop \(route.nextHop) of router \(router.id) is not connected"
                )
            }
        }
        for binding in routerVTEPBindings.values {
            require(routers[binding.vtepID] != nil, "binding \(binding.id) has no VTEP router")
            require(routers[binding.routerID] != nil, "binding \(binding.id) has no router")
        }
        for route in routerVTEPRoutes.values {
            require(routerVTEPBindings[route.bindingID] != nil, "router-VTEP route \(route.id) has no binding")
        }
        for port in ports.values {
            for group in port.securityGroups {
                require(securityGroups[group] != nil, "port \(port.id) has no security group \(group)")
            }
        }
        for rule in securityGroupRules.values {
            require(securityGroups[rule.securityGroupID] != nil, "rule \(rule.id) has no security group")
            if let remote = rule.remoteGroupID {
                require(securityGroups[remote] != nil, "rule \(rule.id) has no remote group")
            }
            if let remote = rule.remoteAddressGroupID {
                require(addressGroups[remote] != nil, "rule \(rule.id) has no address group")
            }
        }
        for policy in rbacPolicies.values {
            let key = ResourceKey(path: "\(policy.object.type.rawValue)/\(policy.object.id)")
            require(key.flatMap { self[$0] } != nil, "policy \(policy.id) has no object")
        }
        if isEmpty { require(indexes == InventoryIndexes(), "an empty inventory has index entries") }
        return faults
    }
}
