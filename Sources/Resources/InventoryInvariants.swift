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
        for pool in subnetPools.values {
            if let scope = pool.addressScopeID {
                require(addressScopes[scope]?.family == pool.family, "pool \(pool.id) has no address scope")
            }
            for id in subnetIDs(from: pool.id) {
                require(
                    subnets[id].map { pool.contains($0.cidr) } == true, "subnet \(id) lies outside of pool \(pool.id)"
                )
            }
        }
        for router in routers.values {
            let port = gatewayPort(of: router.id)
            require(
                port?.networkID == router.gateway?.networkID && port?.fixedIPs == router.gateway?.fixedIPs,
                "router \(router.id) and its gateway port disagree"
            )
        }
        for floatingIP in floatingIPs.values {
            let port = ports[floatingIP.externalPortID]
            require(port?.holderOfFloatingIP == floatingIP.id, "floating IP \(floatingIP.id) has no external port")
            require(
                port?.fixedIPs.contains { $0.address == floatingIP.address } == true,
                "floating IP \(floatingIP.id) has another address than its external port"
            )
            guard let target = floatingIP.association else { continue }
            require(
                ports[target.portID]?.fixedIPs.contains { $0.address == target.address } == true,
                "floating IP \(floatingIP.id) leads to an address that its port does not have"
            )
            require(
                routers[target.routerID]?.gateway?.networkID == floatingIP.networkID,
                "floating IP \(floatingIP.id) has no router"
            )
        }
        for trunk in trunks.values {
            for port in trunk.portIDs { require(ports[port] != nil, "trunk \(trunk.id) has no port \(port)") }
        }
        for route in routerVTEPRoutes.values {
            require(routerVTEPBindings[route.bindingID] != nil, "router-VTEP route \(route.id) has no binding")
        }
        for device in gatewayDevices.values {
            switch device.backing {
            case .router(let router): require(routers[router.id] != nil, "device \(device.id) has no router")
            case .network(let network): require(networks[network.id] != nil, "device \(device.id) has no network")
            case .hardware: break
            }
        }
        for entry in remoteMACEntries.values {
            require(gatewayDevices[entry.deviceID] != nil, "remote MAC entry \(entry.id) has no device")
        }
        for gateway in l2Gateways.values {
            require(gatewayDevices[gateway.deviceID] != nil, "L2 gateway \(gateway.id) has no device")
        }
        for connection in l2GatewayConnections.values {
            require(l2Gateways[connection.l2GatewayID] != nil, "connection \(connection.id) has no L2 gateway")
            require(networks[connection.networkID] != nil, "connection \(connection.id) has no network")
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
