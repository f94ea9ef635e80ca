import Addresses

extension Inventory {
    /// One transaction makes all of it: the binding is the tenant router's port, the segment and what joins them (S0-28).
    package func creating(
        routerVTEPBinding draft: RouterVTEPBindingDraft, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RouterVTEPBinding, Transaction) {
        try context.require(context.isAdmin, "create_router_vtep_binding")
        let standard = try context.standard(draft.standard)
        let kind = "router_vtep_binding"
        guard let vtepID = draft.vtepID else { throw .missingAttribute(kind, "vtep_id") }
        guard let tunnelIP = draft.vtepTunnelIP else { throw .missingAttribute(kind, "vtep_tunnel_ip") }
        guard let routerID = draft.routerID else { throw .missingAttribute(kind, "router_id") }
        guard let routerSubnet = draft.routerSubnet else { throw .missingAttribute(kind, "router_subnet") }
        guard let routerIP = draft.routerIP else { throw .missingAttribute(kind, "router_ip") }
        guard let routerMAC = draft.routerMAC else { throw .missingAttribute(kind, "router_mac") }
        guard let number = draft.vni else { throw .missingAttribute(kind, "vni") }

        guard let vni = VNI(number) else {
            throw .invalidAttribute(
                "vni", "\(number) is outside of \(VNI.range.lowerBound)...\(VNI.range.upperBound)"
            )
        }
        _ = try PortRules.station(routerMAC, "router_mac")
        try RouterVTEPRules.checkEndpoint(tunnelIP, "vtep_tunnel_ip")
        // The original's commands give the subnet in either form: 192.168.123.0/29 and 192.168.123.1/29 mean the same.
        let subnet = routerSubnet.network
        try RouterVTEPRules.check(routerIP, "router_ip", in: subnet)
        if let remote = draft.defaultRemoteVTEPIP {
            try RouterVTEPRules.check(remote, "default_remote_vtep", from: tunnelIP)
        }
        guard routers[vtepID] != nil else { throw .routerNotFound(vtepID) }
        guard routers[routerID] != nil else { throw .routerNotFound(routerID) }
        guard vtepID != routerID else {
            throw .invalidInput("router_id", "the tenant's router and the VTEP router must not be the same")
        }
        if let owner = owner(of: .vtepVNI(vtepID, vni)) { throw .vniInUse(vni, vtep: vtepID, by: owner) }
        try requireFree(tunnelIP, for: .resource(.router(vtepID)))
        if let other = connections(of: routerID).first(where: { $0.prefix.overlaps(subnet) }) {
            throw .subnetOverlap(subnet, router: routerID, other: other)
        }
        if let owner = owner(of: .route(routerID, subnet)) { throw .routeConflict(routerID, subnet, by: owner) }
        if let route = routers[routerID]?.routes.first(where: { $0.nextHop == routerIP }) {
            throw .invalidRoutes([route], "the nexthop is used by router")
        }
        let binding = RouterVTEPBinding(
            id: .random(using: &generator), standard: standard, vtepID: vtepID, vtepTunnelIP: tunnelIP,
            routerID: routerID, routerSubnet: subnet, routerIP: routerIP, routerMAC: routerMAC, vni: vni,
            offRampVXLAN: draft.offRampVXLAN ?? false, defaultRemoteVTEPIP: draft.defaultRemoteVTEPIP,
            routerPortID: freePortID(using: &generator), vtepPortID: freePortID(using: &generator),
            routerPortNumber: try freePortNumber(using: &generator), siteVNI: try freeVNI(using: &generator)
        )
        return (binding, transaction([.put(.routerVTEPBinding(binding))]))
    }

    /// Always refused: a binding is deleted and created again. (The original answers 412.)
    package func updating(
        routerVTEPBinding id: RouterVTEPBindingID, context: RequestContext
    ) throws(ResourceError) -> Never {
        _ = try routerVTEPBinding(id, for: context)
        throw .immutable("router_vtep_binding")
    }

    package func deleting(
        routerVTEPBinding id: RouterVTEPBindingID, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let binding = try routerVTEPBinding(id, for: context)
        let routes = routeIDs(of: id)
        guard routes.isEmpty else { throw .routerVTEPBindingInUse(id, routes: routes.count) }
        let extra = routers[binding.routerID]?.routes.filter { binding.routerSubnet.contains($0.nextHop) } ?? []
        if let route = extra.first {
            throw .conflict(
                "RouterVTEPBindingInUse",
                "Router-VTEP binding \(id) is in use by router \(binding.routerID)'s extra route to \(route.destination); "
                    + "remove that first."
            )
        }
        return transaction([.delete(.routerVTEPBinding(id))])
    }

    /// A tunnel IP belongs to one VTEP router or switch, and is no host's own tunnel address: a host could not tell the site's
    /// packets from the peers' (isolation is by endpoint and VNI, invariant 1).
    func requireFree(_ tunnelIP: IPAddress, for wanted: ClaimHolder) throws(ResourceError) {
        guard let holder = holder(of: .tunnelIP(tunnelIP)), holder != wanted else { return }
        switch holder {
        case .resource(.router(let other)):
            throw .tunnelIPInUse(tunnelIP, by: "VTEP router \(other)")
        case .resource(.host(let host)):
            let name = hosts[host]?.name ?? "\(host)"
            throw .tunnelIPInUse(tunnelIP, by: "host \(name), as the site's own tunnel address")
        case .resource(let other): throw .tunnelIPInUse(tunnelIP, by: other.path)
        case .mac, .address: throw .tunnelIPInUse(tunnelIP, by: "another")
        }
    }
}

enum RouterVTEPRules {
    /// An address that VXLAN packets can be sent to from another site.
    static func checkEndpoint(_ address: IPAddress, _ field: String) throws(ResourceError) {
        let what: String? =
            if address.isUnspecified {
                "the unspecified address"
            } else if address.isMulticast {
                "a multicast address"
            } else if address.isBroadcast {
                "the broadcast address"
            } else if address.isLoopback {
                "a loopback address"
            } else if address.isLinkLocal {
                "a link-local address"
            } else {
                nil
            }
        if let what {
            throw .invalidAttribute(field, "'\(address)' is \(what); a tunnel ends at a routable unicast address")
        }
    }

    /// Where another site's tunnels end, as seen from a tunnel IP of this one.
    static func check(_ remote: IPAddress, _ field: String, from tunnelIP: IPAddress) throws(ResourceError) {
        try checkEndpoint(remote, field)
        guard remote.family == tunnelIP.family else {
            throw .invalidInput(field, "\(remote) is of another IP version than vtep_tunnel_ip \(tunnelIP)")
        }
        guard remote != tunnelIP else {
            throw .invalidInput(field, "\(remote) is vtep_tunnel_ip, this site's own")
        }
    }

    /// An address of a router on a segment.
    static func check(_ address: IPAddress, _ field: String, in subnet: IPPrefix) throws(ResourceError) {
        guard subnet.contains(address) else {
            throw .invalidInput(field, "\(address) lies outside of router_subnet \(subnet)")
        }
        guard subnet.hostRange.contains(address) else {
            throw .invalidInput(field, "\(address) is the network or broadcast address of router_subnet \(subnet)")
        }
        guard !address.isUnspecified, !address.isMulticast, !address.isBroadcast, !address.isLoopback else {
            throw .invalidInput(field, "\(address) is no unicast address")
        }
    }
}

extension ResourceError {
    package static func immutable(_ kind: String) -> Self {
        badRequest("HTTPBadRequest", "A \(kind) cannot be updated. Delete it and create another.")
    }
}
