import Addresses
import Resources

/// A hypervisor of the site, as other hosts see it.
package struct Host: Hashable, Sendable {
    package var id: HostID
    package var name: String
    /// Where the site's tunnels to this host end.
    package var tunnelAddress: IPAddress
    /// Largest layer 3 packet its underlay carries, in bytes, before encapsulation.
    package var underlayMTU: UInt16
    /// The same for each of its uplinks: what it sends to other sites as a gateway must fit.
    package var uplinkMTU: UInt16

    /// - Parameter uplinkMTU: as the underlay's unless told.
    package init(
        id: HostID, name: String, tunnelAddress: IPAddress, underlayMTU: UInt16, uplinkMTU: UInt16? = nil
    ) {
        self.id = id
        self.name = name
        self.tunnelAddress = tunnelAddress
        self.underlayMTU = underlayMTU
        self.uplinkMTU = uplinkMTU ?? underlayMTU
    }
}
