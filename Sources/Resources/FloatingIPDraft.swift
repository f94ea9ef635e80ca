import Addresses

/// A floating IP to create; nil where the request says nothing.
package struct FloatingIPDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var networkID: NetworkID?
    /// Where its own address comes from.
    package var subnetID: SubnetID?
    package var address: IPAddress?
    package var portID: PortID?
    package var fixedIPAddress: IPAddress?

    package init() {}
}

/// What an update asks of a floating IP. A port of null dissociates it.
package struct FloatingIPUpdate: Hashable, Sendable {
    package var description: Change<String> = .keep
    package var portID: Change<PortID?> = .keep
    package var fixedIPAddress: Change<IPAddress?> = .keep

    package init() {}
}
