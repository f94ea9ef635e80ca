import Addresses

extension Inventory {
    package func subnetIDs(of network: NetworkID) -> Set<SubnetID> { indexes.subnetsByNetwork[network] ?? [] }

    package func portIDs(of network: NetworkID) -> Set<PortID> { indexes.portsByNetwork[network] ?? [] }

    package func portIDs(ofDevice device: String) -> Set<PortID> { indexes.portsByDevice[device] ?? [] }

    /// Ports whose `binding:host_id` is `name`, whether such a host exists or not.
    package func portIDs(onHostNamed name: String) -> Set<PortID> { indexes.portsByHostName[name] ?? [] }

    /// The port whose id starts with these 11 characters, as its interface's name does; nil if none or several do.
    package func port(idPrefix: some StringProtocol) -> Port? {
        guard idPrefix.utf8.count == 11, let padded = PortID("\(idPrefix)00-0000-0000-000000000000"),
            let ids = indexes.portsByIDPrefix[padded.interfacePrefix], ids.count == 1, let id = ids.first
        else { return nil }
        return ports[id]
    }

    package func port(number: UInt32) -> Port? {
        guard case .port(let id)? = owner(of: .portNumber(number)) else { return nil }
        return ports[id]
    }

    package func port(ofNetwork network: NetworkID, mac: MACAddress) -> Port? {
        guard case .port(let id)? = owner(of: .mac(network, mac)) else { return nil }
        return ports[id]
    }

    package func port(ofSubnet subnet: SubnetID, address: IPAddress) -> Port? {
        guard case .port(let id)? = owner(of: .ip(subnet, address)) else { return nil }
        return ports[id]
    }

    package func host(named name: String) -> HostRecord? {
        guard case .host(let id)? = owner(of: .hostName(name)) else { return nil }
        return hosts[id]
    }

    package func hostIDs(withAddress address: IPAddress) -> Set<HostID> { indexes.hostsByAddress[address] ?? [] }

    /// The ports that are interfaces of a router; a binding's router port is none of them.
    package func interfaceIDs(of router: RouterID) -> Set<PortID> { indexes.interfacesByRouter[router] ?? [] }

    package func interfaceIDs(on subnet: SubnetID) -> Set<PortID> { indexes.interfacesBySubnet[subnet] ?? [] }

    package func usedAddressCount(of subnet: SubnetID) -> Int { indexes.usedAddresses[subnet]?.count ?? 0 }

    package func floatingIPIDs(ofPort port: PortID) -> Set<FloatingIPID> { indexes.floatingIPsByPort[port] ?? [] }

    /// The floating IPs whose packets this router is to translate.
    package func floatingIPIDs(of router: RouterID) -> Set<FloatingIPID> { indexes.floatingIPsByRouter[router] ?? [] }

    /// The gateway ports that routers have on an external network.
    package func gatewayIDs(on network: NetworkID) -> Set<PortID> { indexes.gatewaysByNetwork[network] ?? [] }

    package func gatewayPort(of router: RouterID) -> Port? {
        guard case .port(let id)? = owner(of: .routerGateway(router)) else { return nil }
        return ports[id]
    }

    package func poolIDs(in scope: AddressScopeID) -> Set<SubnetPoolID> { indexes.poolsByScope[scope] ?? [] }

    package func subnetIDs(from pool: SubnetPoolID) -> Set<SubnetID> { indexes.subnetsByPool[pool] ?? [] }

    /// The trunk that has the port as its parent or as a sub-port.
    package func trunk(withPort port: PortID) -> Trunk? {
        guard case .trunk(let id)? = owner(of: .trunkPort(port)) else { return nil }
        return trunks[id]
    }

    package func bindingIDs(ofVTEP router: RouterID) -> Set<RouterVTEPBindingID> {
        indexes.bindingsByVTEP[router] ?? []
    }

    package func bindingIDs(ofRouter router: RouterID) -> Set<RouterVTEPBindingID> {
        indexes.bindingsByRouter[router] ?? []
    }

    package func bindingIDs(withTunnelIP address: IPAddress) -> Set<RouterVTEPBindingID> {
        indexes.bindingsByTunnelIP[address] ?? []
    }

    package func binding(withRouterPort port: PortID) -> RouterVTEPBinding? {
        indexes.bindingByRouterPort[port].flatMap { routerVTEPBindings[$0] }
    }

    package func routeIDs(of binding: RouterVTEPBindingID) -> Set<RouterVTEPRouteID> {
        indexes.routesByBinding[binding] ?? []
    }

    /// The router-VTEP routes that seed this neighbour.
    package func routeIDs(of binding: RouterVTEPBindingID, gatewayIP: IPAddress) -> Set<RouterVTEPRouteID> {
        indexes.routesByNeighbour[.init(binding: binding, address: gatewayIP)] ?? []
    }

    /// The router-VTEP routes that seed this remote MAC.
    package func routeIDs(of binding: RouterVTEPBindingID, gatewayMAC: MACAddress) -> Set<RouterVTEPRouteID> {
        indexes.routesByRemoteMAC[.init(binding: binding, address: gatewayMAC)] ?? []
    }

    package func portIDs(withSecurityGroup group: SecurityGroupID) -> Set<PortID> {
        indexes.portsBySecurityGroup[group] ?? []
    }

    package func ruleIDs(of group: SecurityGroupID) -> Set<SecurityGroupRuleID> { indexes.rulesByGroup[group] ?? [] }

    package func ruleIDs(withAddressGroup group: AddressGroupID) -> Set<SecurityGroupRuleID> {
        indexes.rulesByAddressGroup[group] ?? []
    }

    package func defaultSecurityGroup(of project: String) -> SecurityGroup? {
        guard case .securityGroup(let id)? = owner(of: .defaultSecurityGroup(project)) else { return nil }
        return securityGroups[id]
    }

    /// What a router is connected to: the subnets of its interfaces and of its bindings, with its own address in each.
    package func connections(of router: RouterID) -> [RouterConnection] {
        var connections: [RouterConnection] = []
        for id in interfaceIDs(of: router) {
            guard let port = ports[id] else { continue }
            for ip in port.fixedIPs {
                guard let subnet = subnets[ip.subnetID] else { continue }
                connections.append(
                    RouterConnection(port: id, prefix: subnet.cidr, address: ip.address, subnetID: subnet.id)
                )
            }
        }
        for id in bindingIDs(ofRouter: router) {
            guard let binding = routerVTEPBindings[id] else { continue }
            connections.append(
                RouterConnection(
                    port: binding.routerPortID, prefix: binding.routerSubnet.network, address: binding.routerIP,
                    subnetID: nil
                )
            )
        }
        return connections
    }
}

/// A prefix a router is directly connected to.
package struct RouterConnection: Hashable, Sendable {
    package var port: PortID
    package var prefix: IPPrefix
    /// The router's own.
    package var address: IPAddress
    /// Nil for a binding's.
    package var subnetID: SubnetID?
}
