import Addresses

/// A router's way out: the external network, where the router's gateway port has its addresses.
package struct RouterGateway: Hashable, Sendable, Codable {
    package var networkID: NetworkID
    /// Whether tenants' sources are to be translated on the way out.
    package var enableSNAT: Bool
    /// Those of its gateway port.
    package var fixedIPs: [FixedIP]

    package init(networkID: NetworkID, enableSNAT: Bool, fixedIPs: [FixedIP]) {
        self.networkID = networkID
        self.enableSNAT = enableSNAT
        self.fixedIPs = fixedIPs
    }
}

/// The gateway that a request asks for (`external_gateway_info`).
package struct RouterGatewayDraft: Hashable, Sendable {
    package var networkID: NetworkID
    /// True when absent, as in Neutron, also when the gateway had it false before.
    package var enableSNAT: Bool?
    /// Nil: as they are, or one per IP version on a new network.
    package var fixedIPs: [FixedIPDraft]?

    package init(networkID: NetworkID, enableSNAT: Bool? = nil, fixedIPs: [FixedIPDraft]? = nil) {
        self.networkID = networkID
        self.enableSNAT = enableSNAT
        self.fixedIPs = fixedIPs
    }
}
