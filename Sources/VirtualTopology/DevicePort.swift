import Addresses
import Resources

/// A port of a virtual device: where a VM meets a bridge, or where a router meets a bridge or a segment.
package struct DevicePort: Hashable, Sendable {
    package enum Role: Hashable, Sendable {
        case vm(VMPort)
        case router(RouterPort)
    }

    package var id: PortID
    /// Site-wide number in the datapath's tables.
    package var number: UInt32
    package var mac: MACAddress
    package var adminStateUp: Bool
    package var role: Role

    package init(id: PortID, number: UInt32, mac: MACAddress, adminStateUp: Bool, role: Role) {
        self.id = id
        self.number = number
        self.mac = mac
        self.adminStateUp = adminStateUp
        self.role = role
    }
}

/// A VM's or container's port on a bridge. One that no host has may be a remote-site port: then the remote MAC table of
/// a segment on its bridge says where it is (S1-10).
package struct VMPort: Hashable, Sendable {
    package var bridge: NetworkID
    package var addresses: [IPAddress]
    /// The host that has its interface; nil while unbound.
    package var host: HostID?
    package var portSecurity: Bool
    package var allowedAddressPairs: [AllowedAddressPair]
    /// Announced by DHCP (option 12); empty: none.
    package var hostname: String

    package init(
        bridge: NetworkID, addresses: [IPAddress], host: HostID?, portSecurity: Bool,
        allowedAddressPairs: [AllowedAddressPair], hostname: String
    ) {
        self.bridge = bridge
        self.addresses = addresses
        self.host = host
        self.portSecurity = portSecurity
        self.allowedAddressPairs = allowedAddressPairs
        self.hostname = hostname
    }
}

/// A router's port: its MAC and addresses are the same on every host.
package struct RouterPort: Hashable, Sendable {
    /// What the port is linked with.
    package enum Attachment: Hashable, Sendable {
        case bridge(NetworkID)
        case segment(SegmentID)
    }

    package var router: RouterID
    package var attachment: Attachment
    /// Address and prefix length, host bits kept: 10.1.0.1/24. The connected and local routes follow from it.
    package var addresses: [IPPrefix]

    package init(router: RouterID, attachment: Attachment, addresses: [IPPrefix]) {
        self.router = router
        self.attachment = attachment
        self.addresses = addresses
    }
}
