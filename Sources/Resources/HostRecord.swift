import Addresses

/// A host that has joined the site, as it last described itself.
package struct HostRecord: Hashable, Sendable, Codable {
    package var id: HostID
    /// Unique in the site; what `binding:host_id` names.
    package var name: String
    /// Where the site's tunnels to this host end.
    package var tunnelAddress: IPAddress
    package var underlayMTU: UInt16
    /// Largest layer 3 packet that each of its uplinks carries, in bytes: what is sent to other sites must fit.
    package var uplinkMTU: UInt16
    /// Every address of the host; the one that holds a tunnel IP is its gateway.
    package var addresses: [IPAddress]
    package var joinedAt: Timestamp

    /// - Parameter uplinkMTU: as the underlay's unless told.
    package init(
        id: HostID, name: String, tunnelAddress: IPAddress, underlayMTU: UInt16, addresses: [IPAddress],
        joinedAt: Timestamp, uplinkMTU: UInt16? = nil
    ) {
        self.id = id
        self.name = name
        self.tunnelAddress = tunnelAddress
        self.underlayMTU = underlayMTU
        self.uplinkMTU = uplinkMTU ?? underlayMTU
        self.addresses = addresses
        self.joinedAt = joinedAt
    }
}
