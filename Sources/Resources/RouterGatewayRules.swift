import Addresses

extension Inventory {
    /// What setting, changing or clearing a router's gateway does to the router and to its gateway port.
    ///
    /// - Parameter new: the router as it will be, but for its gateway.
    func settingGateway(
        _ draft: RouterGatewayDraft?, of new: inout Router, _ action: String, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> [ResourceChange] {
        let old = new.gateway
        let port = gatewayPort(of: new.id)
        guard let draft else {
            guard let old, let port else { return [] }
            try requireNoFloatingIPs(of: new.id, to: old.networkID)
            new.gateway = nil
            return [.delete(.port(port.id))]
        }
        let rule = "\(action)_router:external_gateway_info"
        try context.require(context.isAdmin || draft.enableSNAT == nil, rule + ":enable_snat")
        try context.require(context.isAdmin || draft.fixedIPs == nil, rule + ":external_fixed_ips")
        let network = try network(draft.networkID, for: context)
        guard network.external else {
            throw .badRouterRequest("Network \(draft.networkID) is not an external network")
        }
        var gateway = RouterGateway(
            networkID: draft.networkID, enableSNAT: draft.enableSNAT ?? true, fixedIPs: old?.fixedIPs ?? [])
        if let old, let port, old.networkID == draft.networkID {
            var moved: [ResourceChange] = []
            if let wanted = draft.fixedIPs {
                (gateway.fixedIPs, moved) = try moving(port, to: wanted, of: new, context)
            }
            new.gateway = gateway
            return moved
        }
        var changes: [ResourceChange] = []
        if let old, let port {
            try requireNoFloatingIPs(of: new.id, to: old.networkID)
            changes.append(.delete(.port(port.id)))
        }
        let mac = try freeMAC(on: network.id, using: &generator)
        let fixed = try fixedIPs(draft.fixedIPs, on: network.id, mac: mac, owner: Port.routerGatewayOwner)
        try requireApart(fixed, from: new.id)
        gateway.fixedIPs = fixed
        new.gateway = gateway
        let added = Port(
            id: freePortID(using: &generator), standard: .managed(at: context.now), networkID: network.id,
            macAddress: mac, fixedIPs: fixed, adminStateUp: true, status: .down, deviceID: new.id.description,
            deviceOwner: Port.routerGatewayOwner, portSecurityEnabled: false, allowedAddressPairs: [],
            bindingHostID: "", bindingVNICType: "normal", dnsName: "", number: try freePortNumber(using: &generator)
        )
        return changes + [.put(.port(added))]
    }

    /// Other addresses for the gateway on the network it is on.
    private func moving(
        _ port: Port, to wanted: [FixedIPDraft], of router: Router, _ context: RequestContext
    ) throws(ResourceError) -> ([FixedIP], [ResourceChange]) {
        var moved = port
        moved.fixedIPs = try fixedIPs(
            wanted, on: port.networkID, mac: port.macAddress, owner: port.deviceOwner, old: port.fixedIPs)
        guard moved != port else { return (port.fixedIPs, []) }
        try requireApart(moved.fixedIPs, from: router.id)
        moved.standard = port.standard.bumped(at: context.now)
        return (moved.fixedIPs, [.put(.port(moved))])
    }

    private func requireNoFloatingIPs(of router: RouterID, to network: NetworkID) throws(ResourceError) {
        guard floatingIPIDs(of: router).isEmpty else {
            throw .routerExternalGatewayInUseByFloatingIP(router, network)
        }
    }

    /// A router can't tell an external subnet from an equal or overlapping one of its interfaces.
    private func requireApart(_ fixedIPs: [FixedIP], from router: RouterID) throws(ResourceError) {
        let connected = connections(of: router)
        for subnet in fixedIPs.compactMap({ subnets[$0.subnetID] }) {
            guard let other = connected.first(where: { $0.prefix.overlaps(subnet.cidr) }) else { continue }
            let what = other.subnetID.map { "subnet \($0)" } ?? "port \(other.port)"
            throw .badRouterRequest(
                "Cidr \(subnet.cidr) of subnet \(subnet.id) overlaps with cidr \(other.prefix) of \(what)"
            )
        }
    }
}

extension ResourceError {
    package static func routerExternalGatewayInUseByFloatingIP(_ router: RouterID, _ network: NetworkID) -> Self {
        conflict(
            "RouterExternalGatewayInUseByFloatingIp",
            "Gateway cannot be updated for router \(router), since a gateway to external network \(network) is required "
                + "by one or more floating IPs."
        )
    }
}
