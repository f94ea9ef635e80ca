import Addresses

extension ResourceError {
    package static func routerVTEPBindingNotFound(_ id: RouterVTEPBindingID) -> Self {
        notFound("RouterVTEPBindingNotFound", "Router-VTEP binding \(id) could not be found.")
    }

    package static func routerVTEPBindingInUse(_ id: RouterVTEPBindingID, routes: Int) -> Self {
        conflict(
            "RouterVTEPBindingInUse",
            "Router-VTEP binding \(id) is in use by \(routes) router-VTEP route(s); delete those first."
        )
    }

    package static func vniInUse(_ vni: VNI, vtep: RouterID, by binding: ResourceKey) -> Self {
        conflict("VNIInUse", "vni \(vni) is in use on VTEP router \(vtep) by \(binding.path).")
    }

    package static func tunnelIPInUse(_ address: IPAddress, by holder: String) -> Self {
        conflict("TunnelIPInUse", "Tunnel IP \(address) is in use by \(holder).")
    }

    package static func subnetOverlap(_ subnet: IPPrefix, router: RouterID, other: RouterConnection) -> Self {
        conflict(
            "SubnetOverlap",
            "router_subnet \(subnet) overlaps with \(other.prefix) of port \(other.port) on router \(router)."
        )
    }

    package static func routerVTEPRouteNotFound(_ id: RouterVTEPRouteID) -> Self {
        notFound("RouterVTEPRouteNotFound", "Router-VTEP route \(id) could not be found.")
    }

    package static func neighbourConflict(_ address: IPAddress, _ mac: MACAddress, existing: MACAddress) -> Self {
        conflict(
            "NeighbourConflict",
            "gw_ip \(address) has gw_mac \(existing) in another route of the binding, so it can't have \(mac)."
        )
    }

    package static func remoteMACConflict(_ mac: MACAddress, _ vtep: IPAddress, existing: IPAddress) -> Self {
        conflict(
            "RemoteMACConflict",
            "gw_mac \(mac) is behind remote_vtep_ip \(existing) in another route of the binding, "
                + "so it can't be behind \(vtep)."
        )
    }

    package static func hostNotFound(_ id: HostID) -> Self {
        notFound("HostNotFound", "Host \(id) could not be found.")
    }

    package static func hostNameInUse(_ name: String, by other: HostID) -> Self {
        conflict("HostNameInUse", "Host name \(name) is in use by host \(other).")
    }

    package static func hostInUse(_ id: HostID, ports: Int) -> Self {
        conflict("HostInUse", "Host \(id) is in use: \(ports) port(s) are bound to it.")
    }
}
