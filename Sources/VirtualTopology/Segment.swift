import Addresses
import Resources

/// An L2 port of a VTEP router: one VXLAN segment that joins routers of several sites (S0-06, S0-11).
///
/// Inside the site it is a small bridge with a VNI of its own (`siteVNI`), so that every host reaches it with one
/// encapsulation; the gateway host alone speaks the peering's VNI from the tunnel IP (S0-38).
package struct Segment: Hashable, Sendable {
    package var id: RouterVTEPBindingID
    package var vtepRouter: RouterID
    /// The VNI on the wire between sites; unique per VTEP router (S0-23).
    package var vni: VNI
    /// The VNI of the same segment in the site's own tunnels, and its number in the datapath's tables.
    package var siteVNI: VNI
    /// Source of its VXLAN packets (S0-27).
    package var tunnelIP: IPAddress
    /// The host that owns the tunnel IP; nil while none does, and then nothing leaves the site.
    package var gatewayHost: HostID?
    package var adminStateUp: Bool
    /// Every host sends to the other sites by itself, from the tunnel IP; what comes back still enters at the gateway
    /// host (S0-25).
    package var offRamp: Bool

    package init(
        id: RouterVTEPBindingID, vtepRouter: RouterID, vni: VNI, siteVNI: VNI, tunnelIP: IPAddress,
        gatewayHost: HostID?, adminStateUp: Bool, offRamp: Bool = false
    ) {
        self.id = id
        self.vtepRouter = vtepRouter
        self.vni = vni
        self.siteVNI = siteVNI
        self.tunnelIP = tunnelIP
        self.gatewayHost = gatewayHost
        self.adminStateUp = adminStateUp
        self.offRamp = offRamp
    }
}

/// A row of a segment's remote MAC table: behind which tunnel IP a MAC lives (S0-06, S0-24).
package struct RemoteMAC: Hashable, Sendable {
    package var segment: RouterVTEPBindingID
    package var mac: MACAddress
    package var tunnelIP: IPAddress

    package init(segment: RouterVTEPBindingID, mac: MACAddress, tunnelIP: IPAddress) {
        self.segment = segment
        self.mac = mac
        self.tunnelIP = tunnelIP
    }
}
