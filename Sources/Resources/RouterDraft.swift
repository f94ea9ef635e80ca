/// A router to create; nil where the request says nothing.
package struct RouterDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var adminStateUp: Bool?
    package var gateway: RouterGatewayDraft?
    package var availabilityZoneHints: [String]?

    package init() {}
}

/// What an update asks of a router.
package struct RouterUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var adminStateUp: Change<Bool> = .keep
    /// The whole list of extra routes.
    package var routes: Change<[HostRoute]> = .keep
    package var gateway: Change<RouterGatewayDraft?> = .keep

    package init() {}
}

/// What adding or removing a router's interface answers with.
package struct RouterInterfaceInfo: Hashable, Sendable {
    package var routerID: RouterID
    /// Of the router.
    package var projectID: String
    package var portID: PortID
    package var networkID: NetworkID
    package var subnetID: SubnetID
    package var subnetIDs: [SubnetID]
}
