import Addresses

extension Inventory {
    package func creating(
        routerVTEPRoute draft: RouterVTEPRouteDraft, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RouterVTEPRoute, Transaction) {
        try context.require(context.isAdmin, "create_router_vtep_route")
        let standard = try context.standard(draft.standard)
        let kind = "router_vtep_route"
        guard let bindingID = draft.bindingID else { throw .missingAttribute(kind, "binding_id") }
        guard let cidr = draft.cidr else { throw .missingAttribute(kind, "cidr") }
        guard let gatewayIP = draft.gatewayIP else { throw .missingAttribute(kind, "gw_ip") }
        guard let gatewayMAC = draft.gatewayMAC else { throw .missingAttribute(kind, "gw_mac") }

        guard cidr.isCanonical else {
            throw .invalidAttribute("cidr", "'\(cidr)' has host bits, '\(cidr.network)' is recommended")
        }
        _ = try PortRules.station(gatewayMAC, "gw_mac")
        guard let binding = routerVTEPBindings[bindingID] else { throw .routerVTEPBindingNotFound(bindingID) }
        guard let remoteVTEPIP = draft.remoteVTEPIP ?? binding.defaultRemoteVTEPIP else {
            throw .missingAttribute(kind, "remote_vtep_ip")
        }
        guard cidr.family == binding.routerSubnet.family else {
            throw .invalidInput("cidr", "\(cidr) is of another IP version than router_subnet \(binding.routerSubnet)")
        }
        try RouterVTEPRules.check(gatewayIP, "gw_ip", in: binding.routerSubnet)
        guard gatewayIP != binding.routerIP else {
            throw .invalidInput("gw_ip", "\(gatewayIP) is router_ip, the router's own address")
        }
        guard gatewayMAC != binding.routerMAC else {
            throw .invalidInput("gw_mac", "\(gatewayMAC) is router_mac, the router's own")
        }
        try RouterVTEPRules.check(remoteVTEPIP, "remote_vtep_ip", from: binding.vtepTunnelIP)
        if let owner = owner(of: .route(binding.routerID, cidr)) {
            throw .routeConflict(binding.routerID, cidr, by: owner)
        }
        // Routes may share a gateway; they must then agree on where it is.
        if case .mac(let existing)? = holder(of: .neighbour(bindingID, gatewayIP)), existing != gatewayMAC {
            throw .neighbourConflict(gatewayIP, gatewayMAC, existing: existing)
        }
        if case .address(let existing)? = holder(of: .remoteMAC(bindingID, gatewayMAC)), existing != remoteVTEPIP {
            throw .remoteMACConflict(gatewayMAC, remoteVTEPIP, existing: existing)
        }
        let route = RouterVTEPRoute(
            id: .random(using: &generator), standard: standard, bindingID: bindingID, cidr: cidr, gatewayIP: gatewayIP,
            gatewayMAC: gatewayMAC, remoteVTEPIP: remoteVTEPIP
        )
        return (route, transaction([.put(.routerVTEPRoute(route))]))
    }

    /// Always refused: a route is deleted and created again. (The original answers 412.)
    package func updating(
        routerVTEPRoute id: RouterVTEPRouteID, context: RequestContext
    ) throws(ResourceError) -> Never {
        _ = try routerVTEPRoute(id, for: context)
        throw .immutable("router_vtep_route")
    }

    /// The neighbour and the remote MAC it seeded go with the last route that needs them.
    package func deleting(
        routerVTEPRoute id: RouterVTEPRouteID, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        _ = try routerVTEPRoute(id, for: context)
        return transaction([.delete(.routerVTEPRoute(id))])
    }
}
