import Addresses

extension Inventory {
    package func creating(
        router draft: RouterDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Router, Transaction) {
        let standard = try context.standard(draft.standard)
        try requireQuota(.router, of: standard.projectID)
        var router = Router(
            id: .random(using: &generator), standard: standard, adminStateUp: draft.adminStateUp ?? true, routes: [],
            number: try freeRouterNumber(using: &generator),
            availabilityZoneHints: try AvailabilityZone.hints(draft.availabilityZoneHints ?? [])
        )
        let gateway = try settingGateway(
            draft.gateway, of: &router, "create", context: context, using: &generator)
        return (router, transaction([.put(.router(router))] + gateway))
    }

    package func updating(
        router id: RouterID, _ update: RouterUpdate, expecting revision: Int? = nil, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Router, Transaction) {
        let old = try router(id, for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        new.adminStateUp = update.adminStateUp.applied(to: old.adminStateUp)
        if let routes = update.routes.newValue { new.routes = try extraRoutes(routes, of: old) }
        guard case .set(let gateway) = update.gateway else {
            return replacing(old, with: new, at: context.now, \.standard) { .router($0) }
        }
        let port = try settingGateway(gateway, of: &new, "update", context: context, using: &generator)
        guard new != old || !port.isEmpty else { return (old, Transaction()) }
        new.standard = new.standard.bumped(at: context.now)
        return (new, transaction([.put(.router(new))] + port))
    }

    package func deleting(
        router id: RouterID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let router = try router(id, for: context)
        try router.standard.require(revision: revision)
        guard interfaceIDs(of: id).isEmpty else { throw .routerInUse(id) }
        if holder(of: .gatewayDevice(.router(id))) != nil { throw .backsGatewayDevice(.router(id)) }
        if let binding = bindingIDs(ofRouter: id).union(bindingIDs(ofVTEP: id)).min() {
            throw .routerInUse(id, reason: "is used by router-VTEP binding \(binding)")
        }
        // Floating IPs that it translates need an interface, and that is gone.
        let gateway = gatewayPort(of: id).map { ResourceChange.delete(.port($0.id)) }
        return transaction([gateway, .delete(.router(id))].compactMap(\.self))
    }

    /// Adds to the extra routes; those already there stay as they are.
    package func addingExtraRoutes(
        _ routes: [HostRoute], to id: RouterID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (Router, Transaction) {
        let old = try router(id, for: context)
        try old.standard.require(revision: revision)
        let present = Set(old.routes)
        var new = old
        new.routes = try extraRoutes(old.routes + routes.filter { !present.contains($0) }, of: old)
        return replacing(old, with: new, at: context.now, \.standard) { .router($0) }
    }

    /// Takes extra routes out; those not there are ignored.
    package func removingExtraRoutes(
        _ routes: [HostRoute], from id: RouterID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (Router, Transaction) {
        let old = try router(id, for: context)
        try old.standard.require(revision: revision)
        let gone = Set(routes)
        var new = old
        new.routes.removeAll { gone.contains($0) }
        return replacing(old, with: new, at: context.now, \.standard) { .router($0) }
    }

    /// `routes` if the router may have them; those it has already are not checked again.
    private func extraRoutes(_ routes: [HostRoute], of router: Router) throws(ResourceError) -> [HostRoute] {
        let present = Set(router.routes)
        let connections = connections(of: router.id)
        var destinations: Set<IPPrefix> = []
        for route in routes {
            guard destinations.insert(route.destination).inserted else {
                throw .invalidRoutes([route], "the destination is given twice")
            }
            if present.contains(route) { continue }
            guard route.destination.isCanonical else {
                throw .invalidRoutes(
                    [route], "'\(route.destination)' has host bits, '\(route.destination.network)' is recommended"
                )
            }
            guard route.destination.family == route.nextHop.family else {
                throw .invalidRoutes([route], "destination and nexthop are of different IP versions")
            }
            guard let connection = connections.first(where: { $0.prefix.contains(route.nextHop) }) else {
                throw .invalidRoutes([route], "the nexthop is not connected with router")
            }
            guard connection.prefix.hostRange.contains(route.nextHop) else {
                throw .invalidRoutes([route], "the nexthop is the network or broadcast address of \(connection.prefix)")
            }
            guard !connections.contains(where: { $0.address == route.nextHop }) else {
                throw .invalidRoutes([route], "the nexthop is used by router")
            }
            if let owner = owner(of: .route(router.id, route.destination)), owner != .router(router.id) {
                throw .routeConflict(router.id, route.destination, by: owner)
            }
        }
        return routes
    }
}
