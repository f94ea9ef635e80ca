import Addresses
import Resources

package enum SegmentKind {}

/// Of the router-VTEP binding or the L2 gateway connection that makes the segment.
package typealias SegmentID = Identifier<SegmentKind>

extension RouterVTEPBinding {
    package var segmentID: SegmentID { SegmentID(id.value) }
}

extension L2GatewayConnection {
    package var segmentID: SegmentID { SegmentID(id.value) }
}

/// An L2 port of a VTEP router: one VXLAN segment that joins routers of several sites (S0-06, S0-11).
///
/// Inside the site every host reaches it with one encapsulation, under a VNI of the site (`siteVNI`); the gateway host
/// alone speaks the peering's VNI from the tunnel IP (S0-38). A binding's segment is a small bridge of its own, where
/// the tenant's router has its port. A connection's segment is linked with a port of its multi-site network's bridge and
/// shares that bridge's number: what is on the bridge is on the segment (S1-05, S0-09).
package struct Segment: Hashable, Sendable {
    package var id: SegmentID
    package var vtepRouter: RouterID
    /// The VNI on the wire between sites; unique per VTEP router (S0-23).
    package var vni: VNI
    /// The VNI of the same segment in the site's own tunnels, and its number in the datapath's tables.
    package var siteVNI: VNI
    /// The bridge it is linked with; nil for one of its own.
    package var bridge: NetworkID?
    /// Source of its VXLAN packets (S0-27).
    package var tunnelIP: IPAddress
    /// The host that owns the tunnel IP; nil while none does, and then nothing leaves the site.
    package var gatewayHost: HostID?
    package var adminStateUp: Bool
    /// Every host sends to the other sites by itself, from the tunnel IP; what comes back still enters at the gateway
    /// host (S0-25).
    package var offRamp: Bool

    package init(
        id: SegmentID, vtepRouter: RouterID, vni: VNI, siteVNI: VNI, tunnelIP: IPAddress,
        gatewayHost: HostID?, adminStateUp: Bool, bridge: NetworkID? = nil, offRamp: Bool = false
    ) {
        self.id = id
        self.vtepRouter = vtepRouter
        self.vni = vni
        self.siteVNI = siteVNI
        self.bridge = bridge
        self.tunnelIP = tunnelIP
        self.gatewayHost = gatewayHost
        self.adminStateUp = adminStateUp
        self.offRamp = offRamp
    }
}

/// A row of a segment's remote MAC table: behind which tunnel IP a MAC lives (S0-06, S0-24).
package struct RemoteMAC: Hashable, Sendable {
    package var segment: SegmentID
    package var mac: MACAddress
    package var tunnelIP: IPAddress

    package init(segment: SegmentID, mac: MACAddress, tunnelIP: IPAddress) {
        self.segment = segment
        self.mac = mac
        self.tunnelIP = tunnelIP
    }
}
