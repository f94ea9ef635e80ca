import Addresses

/// Puts a tenant's router on a VXLAN segment of a VTEP router (S0-28).
///
/// It makes the tenant router's port (`routerMAC`, `routerIP` in `routerSubnet`) and the VTEP router's L2 port (`vni`,
/// `vtepTunnelIP`), linked with each other.
package struct RouterVTEPBinding: Hashable, Sendable, Codable {
    package var id: RouterVTEPBindingID
    package var standard: StandardAttributes
    package var vtepID: RouterID
    package var vtepTunnelIP: IPAddress
    package var routerID: RouterID
    package var routerSubnet: IPPrefix
    package var routerIP: IPAddress
    package var routerMAC: MACAddress
    /// On the wire between sites; unique per VTEP router.
    package var vni: VNI
    /// Every host sends to the other sites by itself; what they send back comes to the gateway host (S0-25).
    package var offRampVXLAN: Bool
    /// Where MACs live of which a route does not say it (S0-26).
    package var defaultRemoteVTEPIP: IPAddress?
    /// The two ports it makes (read-only in the API).
    package var routerPortID: PortID
    package var vtepPortID: PortID
    /// Given by the manager: the router port's number and the segment's VNI inside the site.
    package var routerPortNumber: UInt32
    package var siteVNI: VNI

    package init(
        id: RouterVTEPBindingID, standard: StandardAttributes, vtepID: RouterID, vtepTunnelIP: IPAddress,
        routerID: RouterID, routerSubnet: IPPrefix, routerIP: IPAddress, routerMAC: MACAddress, vni: VNI,
        offRampVXLAN: Bool, defaultRemoteVTEPIP: IPAddress?, routerPortID: PortID, vtepPortID: PortID,
        routerPortNumber: UInt32, siteVNI: VNI
    ) {
        self.id = id
        self.standard = standard
        self.vtepID = vtepID
        self.vtepTunnelIP = vtepTunnelIP
        self.routerID = routerID
        self.routerSubnet = routerSubnet
        self.routerIP = routerIP
        self.routerMAC = routerMAC
        self.vni = vni
        self.offRampVXLAN = offRampVXLAN
        self.defaultRemoteVTEPIP = defaultRemoteVTEPIP
        self.routerPortID = routerPortID
        self.vtepPortID = vtepPortID
        self.routerPortNumber = routerPortNumber
        self.siteVNI = siteVNI
    }
}

/// Reaches a remote prefix through a binding: a route, a neighbour and a remote MAC in one (S0-29).
///
/// Several routes of a binding may name the same gateway; the neighbour and the remote MAC live as long as one of them.
package struct RouterVTEPRoute: Hashable, Sendable, Codable {
    package var id: RouterVTEPRouteID
    package var standard: StandardAttributes
    package var bindingID: RouterVTEPBindingID
    package var cidr: IPPrefix
    package var gatewayIP: IPAddress
    package var gatewayMAC: MACAddress
    package var remoteVTEPIP: IPAddress

    package init(
        id: RouterVTEPRouteID, standard: StandardAttributes, bindingID: RouterVTEPBindingID, cidr: IPPrefix,
        gatewayIP: IPAddress, gatewayMAC: MACAddress, remoteVTEPIP: IPAddress
    ) {
        self.id = id
        self.standard = standard
        self.bindingID = bindingID
        self.cidr = cidr
        self.gatewayIP = gatewayIP
        self.gatewayMAC = gatewayMAC
        self.remoteVTEPIP = remoteVTEPIP
    }
}
