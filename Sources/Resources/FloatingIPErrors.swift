import Addresses

extension ResourceError {
    package static func floatingIPNotFound(_ id: FloatingIPID) -> Self {
        notFound("FloatingIPNotFound", "Floating IP \(id) could not be found")
    }

    package static func badFloatingIPRequest(_ reason: String) -> Self {
        badRequest("BadRequest", "Bad floatingip request: \(reason).")
    }

    package static func externalIPAddressExhausted(_ network: NetworkID) -> Self {
        badRequest("ExternalIpAddressExhausted", "Unable to find any IP address on external network \(network).")
    }

    package static func externalGatewayForFloatingIPNotFound(
        _ network: NetworkID, subnet: SubnetID, port: PortID
    ) -> Self {
        notFound(
            "ExternalGatewayForFloatingIPNotFound",
            "External network \(network) is not reachable from subnet \(subnet). Therefore, cannot associate Port "
                + "\(port) with a Floating IP."
        )
    }

    package static func floatingIPPortAlreadyAssociated(
        _ floatingIP: FloatingIP, port: PortID, fixed: IPAddress
    ) -> Self {
        conflict(
            "FloatingIPPortAlreadyAssociated",
            "Cannot associate floating IP \(floatingIP.address) (\(floatingIP.id)) with port \(port) using fixed IP "
                + "\(fixed), as that fixed IP already has a floating IP on external network \(floatingIP.networkID)."
        )
    }

    package static func routerInterfaceInUseByFloatingIP(_ router: RouterID, subnet: SubnetID) -> Self {
        conflict(
            "RouterInterfaceInUseByFloatingIP",
            "Router interface for subnet \(subnet) on router \(router) cannot be deleted, as it is required by one or "
                + "more floating IPs."
        )
    }
}
