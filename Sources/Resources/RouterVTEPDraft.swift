import Addresses

/// A router-VTEP binding to create (S0-28); nil where the request says nothing. All are required but the standard
/// attributes, `offRampVXLAN` (false) and `defaultRemoteVTEPIP`.
package struct RouterVTEPBindingDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var vtepID: RouterID?
    package var vtepTunnelIP: IPAddress?
    package var routerID: RouterID?
    package var routerSubnet: IPPrefix?
    package var routerIP: IPAddress?
    package var routerMAC: MACAddress?
    package var vni: Int?
    package var offRampVXLAN: Bool?
    package var defaultRemoteVTEPIP: IPAddress?

    package init() {}
}

/// A router-VTEP route to create (S0-29); nil where the request says nothing. All are required but the standard attributes, and
/// `remoteVTEPIP` when the binding has a default (S0-26).
package struct RouterVTEPRouteDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var bindingID: RouterVTEPBindingID?
    package var cidr: IPPrefix?
    package var gatewayIP: IPAddress?
    package var gatewayMAC: MACAddress?
    package var remoteVTEPIP: IPAddress?

    package init() {}
}
