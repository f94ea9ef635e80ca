import Addresses

/// Start and end of an allocation pool as asked for, in any order.
package struct AllocationPoolDraft: Hashable, Sendable {
    package var start: IPAddress
    package var end: IPAddress

    package init(start: IPAddress, end: IPAddress) {
        self.start = start
        self.end = end
    }
}

/// A subnet to create; nil where the request says nothing.
package struct SubnetDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var networkID: NetworkID?
    package var cidr: IPPrefix?
    /// 4 or 6; must agree with `cidr`.
    package var ipVersion: Int?
    /// Left alone: the first address; null: none.
    package var gatewayIP: Change<IPAddress?> = .keep
    package var allocationPools: [AllocationPoolDraft]?
    package var enableDHCP: Bool?
    package var dnsNameservers: [IPAddress]?
    package var hostRoutes: [HostRoute]?
    package var subnetPoolID: SubnetPoolID?
    package var usesDefaultSubnetPool: Bool?
    /// Of the prefix to take out of a pool.
    package var prefixLength: Int?
    package var ipv6RAMode: IPv6Mode?
    package var ipv6AddressMode: IPv6Mode?
    package var serviceTypes: [String]?
    package var dnsPublishFixedIP: Bool?

    package init() {}
}

/// What an update asks of a subnet. Lists are whole lists.
package struct SubnetUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var gatewayIP: Change<IPAddress?> = .keep
    package var allocationPools: Change<[AllocationPoolDraft]> = .keep
    package var enableDHCP: Change<Bool> = .keep
    package var dnsNameservers: Change<[IPAddress]> = .keep
    package var hostRoutes: Change<[HostRoute]> = .keep
    package var serviceTypes: Change<[String]> = .keep
    package var dnsPublishFixedIP: Change<Bool> = .keep

    package init() {}
}
