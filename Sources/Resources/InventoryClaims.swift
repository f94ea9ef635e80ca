import Addresses

extension Inventory {
    /// What `resource` claims. What it refers to must be in the inventory.
    func claims(of resource: Resource) -> [(Claim, ClaimHolder)] {
        let own = ClaimHolder.resource(resource.key)
        switch resource {
        case .gatewayDevice(let device):
            return claims(of: device, own)
        case .l2Gateway:
            return []
        case .l2GatewayConnection(let connection):
            return claims(of: connection, own)
        case .network(let network):
            return [(.vni(network.vni), own)] + (network.isDefault ? [(.defaultNetwork, own)] : [])
        case .subnet(let subnet):
            return subnet.subnetPoolID.map { [(.poolPrefix($0, subnet.cidr), own)] } ?? []
        case .port(let port):
            var claims: [(Claim, ClaimHolder)] = [
                (.mac(port.networkID, port.macAddress), own), (.portNumber(port.number), own),
            ]
            if let router = port.gatewayOfRouter { claims.append((.routerGateway(router), own)) }
            for ip in port.fixedIPs {
                claims.append((.ip(ip.subnetID, ip.address), own))
                if let router = port.interfaceOfRouter, let subnet = subnets[ip.subnetID] {
                    claims.append((.route(router, subnet.cidr), own))
                }
            }
            return claims
        case .remoteMACEntry(let entry):
            return [(.remoteMACEntry(entry.deviceID, entry.vni, entry.mac), own)]
        case .router(let router):
            let destinations = router.routes.map(\.destination)
            return [(.routerNumber(router.number), own)] + destinations.map { (.route(router.id, $0), own) }
        case .routerVTEPBinding(let binding):
            return [
                (.vtepVNI(binding.vtepID, binding.vni), own), (.vni(binding.siteVNI), own),
                (.portNumber(binding.routerPortNumber), own), (.route(binding.routerID, binding.routerSubnet), own),
                // The bindings of one VTEP router share its tunnel IPs.
                (.tunnelIP(binding.vtepTunnelIP), .resource(.router(binding.vtepID))),
            ]
        case .routerVTEPRoute(let route):
            var claims: [(Claim, ClaimHolder)] = [
                (.neighbour(route.bindingID, route.gatewayIP), .mac(route.gatewayMAC)),
                (.remoteMAC(route.bindingID, route.gatewayMAC), .address(route.remoteVTEPIP)),
            ]
            if let binding = routerVTEPBindings[route.bindingID] {
                claims.append((.route(binding.routerID, route.cidr), own))
            }
            return claims
        case .host(let host):
            return [(.hostName(host.name), own), (.tunnelIP(host.tunnelAddress), own)]
        case .addressScope:
            return []
        case .floatingIP(let floatingIP):
            guard let target = floatingIP.association else { return [] }
            return [(.floatingIPTarget(floatingIP.networkID, target.portID, target.address), own)]
        case .subnetPool(let pool):
            return pool.isDefault ? [(.defaultSubnetPool(pool.family), own)] : []
        case .trunk(let trunk):
            return trunk.portIDs.map { (.trunkPort($0), own) }
        case .securityGroup(let group):
            return group.isDefault ? [(.defaultSecurityGroup(group.standard.projectID), own)] : []
        case .securityGroupRule(let rule):
            return [(.securityGroupRule(rule.securityGroupID, rule.match), own)]
        case .addressGroup:
            return []
        case .rbacPolicy(let policy):
            return [(.rbacPolicy(policy.object, policy.action, target: policy.target), own)]
        case .quota(let quota):
            return [(.quota(quota.projectID), own)]
        }
    }

    private func claims(of device: GatewayDevice, _ own: ClaimHolder) -> [(Claim, ClaimHolder)] {
        let backing: Claim =
            switch device.backing {
            case .router(let router): .gatewayDevice(.router(router.id))
            case .network(let network): .gatewayDevice(.network(network.id))
            case .hardware(let management): .managementIP(management.address)
            }
        return [(backing, own)] + device.tunnelIPs.map { (.tunnelIP($0), device.tunnelIPHolder) }
    }

    private func claims(of connection: L2GatewayConnection, _ own: ClaimHolder) -> [(Claim, ClaimHolder)] {
        guard let gateway = l2Gateways[connection.l2GatewayID], let device = gatewayDevices[gateway.deviceID] else {
            return []
        }
        var claims = gateway.segments(connection.segmentationID).map { (device.claim($0), own) }
        if device.vtepRouter != nil { claims.append((.stretched(connection.networkID), own)) }
        return claims
    }

    /// Who has `claim`; nil while it is free.
    package func holder(of claim: Claim) -> ClaimHolder? { indexes.claims[claim]?.holder }

    /// The resource that alone has `claim`.
    package func owner(of claim: Claim) -> ResourceKey? {
        guard case .resource(let key)? = holder(of: claim) else { return nil }
        return key
    }

    package var heldClaims: some Collection<Claim> { indexes.claims.keys }

    /// The transaction that `changes` make of this inventory: claims follow from the resources before and after.
    package func transaction(_ changes: [ResourceChange]) -> Transaction {
        var difference: [Claim: Int] = [:]
        var order: [Claim] = []
        func count(_ resource: Resource, _ step: Int) {
            for (claim, _) in claims(of: resource) {
                if difference[claim] == nil { order.append(claim) }
                difference[claim, default: 0] += step
            }
        }
        for change in changes {
            if let old = self[change.key] { count(old, -1) }
            if case .put(let new) = change { count(new, 1) }
        }
        var transaction = Transaction(changes: changes)
        for claim in order {
            let before = indexes.claims[claim]?.count ?? 0
            let after = before + (difference[claim] ?? 0)
            if before == 0, after > 0 { transaction.taken.append(claim) }
            if before > 0, after == 0 { transaction.released.append(claim) }
        }
        return transaction
    }
}
