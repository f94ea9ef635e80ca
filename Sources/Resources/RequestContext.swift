/// Who asks, and what the rules need to know of the world besides the inventory.
package struct RequestContext: Hashable, Sendable {
    package var projectID: String
    package var isAdmin: Bool
    package var now: Timestamp
    /// Largest layer 3 packet of the site's underlay, in bytes.
    package var underlayMTU: UInt16

    package init(projectID: String, isAdmin: Bool, now: Timestamp, underlayMTU: UInt16) {
        self.projectID = projectID
        self.isAdmin = isAdmin
        self.now = now
        self.underlayMTU = underlayMTU
    }

    /// IPv4 20, UDP 8, VXLAN 8, inner Ethernet 14 (S0-31).
    package static let encapsulationOverhead = 50

    /// What fits into a tunnel of the site (invariant 9).
    package var tenantMTU: Int { max(0, Int(underlayMTU) - Self.encapsulationOverhead) }
}
