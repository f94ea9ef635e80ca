import Resources

/// A distributed router: every host that reaches it routes for it, with the same MACs and addresses (S2-05).
package struct VirtualRouter: Hashable, Sendable {
    package var id: RouterID
    /// Site-wide number in the datapath's tables.
    package var number: UInt32
    package var adminStateUp: Bool

    package init(id: RouterID, number: UInt32, adminStateUp: Bool) {
        self.id = id
        self.number = number
        self.adminStateUp = adminStateUp
    }
}
