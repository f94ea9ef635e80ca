import Addresses

extension Inventory {
    /// Attaches a router to a subnet: by `subnet`, with a new port that has the subnet's gateway address, or by `port`,
    /// which exists and has no device.
    package func addingInterface(
        to id: RouterID, subnet subnetID: SubnetID? = nil, port portID: PortID? = nil, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RouterInterfaceInfo, Transaction) {
        let router = try router(id, for: context)
        switch (subnetID, portID) {
        case (nil, nil): throw .badRouterRequest("Either subnet_id or port_id must be specified")
        case (_?, _?): throw .badRouterRequest("Cannot specify both subnet-id and port-id")
        case (let subnetID?, nil):
            let subnet = try ownSubnet(subnetID, "add_router_interface", for: context)
            let port = try newInterface(of: router, on: subnet, context: context, using: &generator)
            return attach(port, to: router, context)
        case (nil, let portID?):
            let port = try port(portID, for: context)
            try context.require(context.owns(port.standard), "add_router_interface")
            return attach(try interface(port, of: router), to: router, context)
        }
    }

    /// Detaches a router from a subnet and deletes the port, whoever made it.
    package func removingInterface(
        from id: RouterID, subnet subnetID: SubnetID? = nil, port portID: PortID? = nil, context: RequestContext
    ) throws(ResourceError) -> (RouterInterfaceInfo, Transaction) {
        let router = try router(id, for: context)
        let port = try interface(of: id, subnet: subnetID, port: portID, context: context)
        var rest = port
        if portID == nil, port.fixedIPs.count > 1 {
            rest.fixedIPs.removeAll { $0.subnetID == subnetID }
        } else {
            rest.fixedIPs = []
        }
        let kept = Set(rest.fixedIPs.map(\.subnetID))
        for ip in port.fixedIPs where !kept.contains(ip.subnetID) {
            guard let cidr = subnets[ip.subnetID]?.cidr else { continue }
            if router.routes.contains(where: { cidr.contains($0.nextHop) }) {
                throw .routerInterfaceInUseByRoute(id, subnet: ip.subnetID)
            }
            let targets = floatingIPIDs(of: id).compactMap { floatingIPs[$0]?.association }
            if targets.contains(where: { target in
                ports[target.portID]?.fixedIPs.contains(FixedIP(subnetID: ip.subnetID, address: target.address)) == true
            }) {
                throw .routerInterfaceInUseByFloatingIP(id, subnet: ip.subnetID)
            }
        }
        var changed = router
        changed.standard = router.standard.bumped(at: context.now)
        rest.standard = rest.standard.bumped(at: context.now)
        let change: ResourceChange = rest.fixedIPs.isEmpty ? .delete(.port(port.id)) : .put(.port(rest))
        return (info(router, port, subnetID), transaction([change, .put(.router(changed))]))
    }

    private func interface(
        of id: RouterID, subnet subnetID: SubnetID?, port portID: PortID?, context: RequestContext
    ) throws(ResourceError) -> Port {
        if let portID {
            guard let port = ports[portID], port.interfaceOfRouter == id else {
                throw .routerInterfaceNotFound(id, port: portID)
            }
            if let subnetID, !port.fixedIPs.contains(where: { $0.subnetID == subnetID }) {
                throw .subnetMismatchForPort(portID, subnetID)
            }
            return port
        }
        guard let subnetID else { throw .badRouterRequest("Either subnet_id or port_id must be specified") }
        _ = try subnet(subnetID, for: context)
        for portID in interfaceIDs(on: subnetID).sorted() {
            if let port = ports[portID], port.interfaceOfRouter == id { return port }
        }
        throw .routerInterfaceNotFoundForSubnet(id, subnet: subnetID)
    }

    private func newInterface(
        of router: Router, on subnet: Subnet, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> Port {
        guard let gateway = subnet.gatewayIP else {
            throw .badRouterRequest("Subnet for router interface must have a gateway IP")
        }
        guard subnet.cidr.contains(gateway) else {
            throw .badRouterRequest("Gateway IP \(gateway) lies outside of subnet \(subnet.id)")
        }
        try requireDistinct([subnet], router: router)
        guard holder(of: .ip(subnet.id, gateway)) == nil else {
            throw .ipAddressInUse(gateway, network: subnet.networkID)
        }
        return Port(
            id: freePortID(using: &generator),
            standard: StandardAttributes(
                projectID: router.standard.projectID, createdAt: context.now, updatedAt: context.now
            ),
            networkID: subnet.networkID, macAddress: try freeMAC(on: subnet.networkID, using: &generator),
            fixedIPs: [FixedIP(subnetID: subnet.id, address: gateway)], adminStateUp: true, status: .active,
            deviceID: router.id.description, deviceOwner: Port.routerInterfaceOwner, portSecurityEnabled: false,
            allowedAddressPairs: [], bindingHostID: "", bindingVNICType: "normal", dnsName: "",
            number: try freePortNumber(using: &generator)
        )
    }

    /// An existing port as the router's.
    private func interface(_ port: Port, of router: Router) throws(ResourceError) -> Port {
        guard port.deviceID.isEmpty, !port.isManaged else { throw .portInUse(port) }
        if let trunk = trunk(withPort: port.id) { throw .portInUse(port.id, by: trunk) }
        if let floatingIP = floatingIPIDs(ofPort: port.id).min() {
            throw .badRouterRequest("Floating IP \(floatingIP) leads to port \(port.id)")
        }
        if port.isOfRemoteSite { throw .badRouterRequest("Port \(port.id) is of a remote site") }
        guard !port.fixedIPs.isEmpty else { throw .badRouterRequest("Router port must have at least one fixed IP") }
        let attached = port.fixedIPs.compactMap { subnets[$0.subnetID] }
        if attached.count(where: { $0.cidr.family == .v4 }) > 1 {
            throw .badRouterRequest("Cannot have multiple IPv4 subnets on router port")
        }
        try requireDistinct(attached, router: router)
        let own = Set(port.fixedIPs.map(\.address))
        if let route = router.routes.first(where: { own.contains($0.nextHop) }) {
            throw .invalidRoutes([route], "the nexthop is used by router")
        }
        var interface = port
        interface.deviceID = router.id.description
        interface.deviceOwner = Port.routerInterfaceOwner
        interface.portSecurityEnabled = false
        interface.allowedAddressPairs = []
        interface.securityGroups = []
        interface.bindingHostID = ""
        interface.status = .active
        return interface
    }

    /// A router cannot tell two equal or overlapping subnets apart.
    private func requireDistinct(_ added: [Subnet], router: Router) throws(ResourceError) {
        var connected = connections(of: router.id)
        if let gateway = gatewayPort(of: router.id) {
            connected += gateway.fixedIPs.compactMap { ip in
                subnets[ip.subnetID].map {
                    RouterConnection(port: gateway.id, prefix: $0.cidr, address: ip.address, subnetID: nil)
                }
            }
        }
        for subnet in added {
            if connected.contains(where: { $0.subnetID == subnet.id }) {
                throw .badRouterRequest("Router already has a port on subnet \(subnet.id)")
            }
            if let other = connected.first(where: { $0.prefix.overlaps(subnet.cidr) }) {
                let what = other.subnetID.map { "subnet \($0)" } ?? "port \(other.port)"
                throw .badRouterRequest(
                    "Cidr \(subnet.cidr) of subnet \(subnet.id) overlaps with cidr \(other.prefix) of \(what)"
                )
            }
            if let owner = owner(of: .route(router.id, subnet.cidr)) {
                throw .routeConflict(router.id, subnet.cidr, by: owner)
            }
            connected.append(
                RouterConnection(port: PortID(0), prefix: subnet.cidr, address: subnet.cidr.first, subnetID: subnet.id)
            )
        }
    }

    private func attach(
        _ port: Port, to router: Router, _ context: RequestContext
    ) -> (RouterInterfaceInfo, Transaction) {
        var port = port
        if ports[port.id] != nil { port.standard = port.standard.bumped(at: context.now) }
        var router = router
        router.standard = router.standard.bumped(at: context.now)
        return (info(router, port, nil), transaction([.put(.port(port)), .put(.router(router))]))
    }

    private func info(_ router: Router, _ port: Port, _ subnet: SubnetID?) -> RouterInterfaceInfo {
        let subnets = port.fixedIPs.map(\.subnetID)
        return RouterInterfaceInfo(
            routerID: router.id, projectID: router.standard.projectID, portID: port.id, networkID: port.networkID,
            subnetID: subnet ?? subnets.first ?? SubnetID(0), subnetIDs: subnet.map { [$0] } ?? subnets
        )
    }
}
