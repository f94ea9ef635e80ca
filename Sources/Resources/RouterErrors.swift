import Addresses

extension ResourceError {
    package static func routerNotFound(_ id: RouterID) -> Self {
        notFound("RouterNotFound", "Router \(id) could not be found")
    }

    package static func routerInUse(_ id: RouterID, reason: String = "still has ports") -> Self {
        conflict("RouterInUse", "Router \(id) \(reason)")
    }

    package static func badRouterRequest(_ message: String) -> Self {
        badRequest("BadRequest", "Bad router request: \(message).")
    }

    package static func routerInterfaceNotFound(_ router: RouterID, port: PortID) -> Self {
        notFound("RouterInterfaceNotFound", "Router \(router) does not have an interface with id \(port)")
    }

    package static func routerInterfaceNotFoundForSubnet(_ router: RouterID, subnet: SubnetID) -> Self {
        notFound("RouterInterfaceNotFoundForSubnet", "Router \(router) has no interface on subnet \(subnet)")
    }

    package static func routerInterfaceInUseByRoute(_ router: RouterID, subnet: SubnetID) -> Self {
        conflict(
            "RouterInterfaceInUseByRoute",
            "Router interface for subnet \(subnet) on router \(router) cannot be deleted, as it is required by one or "
                + "more routes."
        )
    }

    package static func subnetMismatchForPort(_ port: PortID, _ subnet: SubnetID) -> Self {
        badRequest(
            "SubnetMismatchForPort", "Subnet on port \(port) does not match the requested subnet \(subnet)."
        )
    }

    package static func invalidRoutes(_ routes: [HostRoute], _ reason: String) -> Self {
        let list = routes.map { "\($0.destination) via \($0.nextHop)" }.joined(separator: ", ")
        return badRequest("InvalidRoutes", "Invalid format for routes: \(list), \(reason)")
    }

    /// A destination that the router's table has already, from another source.
    package static func routeConflict(_ router: RouterID, _ destination: IPPrefix, by holder: ResourceKey) -> Self {
        let what =
            switch holder {
            case .port(let id): "the subnet of its interface \(id)"
            case .routerVTEPBinding(let id): "the subnet of its router-VTEP binding \(id)"
            case .routerVTEPRoute(let id): "its router-VTEP route \(id)"
            default: "one of its extra routes"
            }
        return conflict("RouteConflict", "Destination \(destination) on router \(router) is taken by \(what).")
    }
}
