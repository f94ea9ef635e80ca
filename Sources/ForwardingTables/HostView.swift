import Addresses
import Resources

/// What ② has to know of the host it works for; the agent's to keep true.
package struct HostView: Hashable, Sendable {
    package var hostID: HostID
    /// Where the site's tunnels to this host end.
    package var tunnelAddress: IPAddress
    /// The interfaces of device ports that are here.
    package var interfaces: [PortID: LocalInterface]
    /// The underlay's interfaces.
    package var uplinks: [UplinkInterface]
    /// Every address of the host itself, tunnel IPs included.
    package var addresses: [IPAddress]
    /// An interface of ours with forwarding on: the underlay's routes are asked on its behalf.
    package var lookupInterface: UInt32

    package init(
        hostID: HostID, tunnelAddress: IPAddress, interfaces: [PortID: LocalInterface], uplinks: [UplinkInterface],
        addresses: [IPAddress], lookupInterface: UInt32
    ) {
        self.hostID = hostID
        self.tunnelAddress = tunnelAddress
        self.interfaces = interfaces
        self.uplinks = uplinks
        self.addresses = addresses
        self.lookupInterface = lookupInterface
    }
}

/// Where a device port meets this host.
package struct LocalInterface: Hashable, Sendable {
    package var index: UInt32
    /// A veth, whose other end is the VM's: delivery skips a trip through the backlog.
    package var isPeerDevice: Bool

    package init(index: UInt32, isPeerDevice: Bool) {
        self.index = index
        self.isPeerDevice = isPeerDevice
    }
}

package struct UplinkInterface: Hashable, Sendable {
    package var index: UInt32

    package init(index: UInt32) { self.index = index }
}
