import Addresses
import LinuxNetworking

/// Where the site's tunnels to this host end.
struct TunnelAddress {
    private let configuration: AgentConfiguration
    private let identity: HostIdentity

    init(_ configuration: AgentConfiguration, _ identity: HostIdentity) {
        self.configuration = configuration
        self.identity = identity
    }

    /// What the operator says; else the address by which the host reaches its manager; else what it was last.
    ///
    /// - Parameter own: addresses of the host that others may reach it by. A manager on this host is reached by the
    ///   loopback; tunnels then end at the first of these.
    func choose(among own: [IPAddress], _ netlink: RouteNetlink) -> IPAddress? {
        if let given = configuration.tunnelAddress { return given }
        if let manager = (try? Endpoint(identity.manager))?.address,
            let source = try? netlink.route(to: manager).source
        {
            if own.contains(source), !source.isLoopback { return source }
            if let first = own.first(where: { $0.v4 != nil && !$0.isLoopback }) { return first }
        }
        return identity.tunnelAddress
    }
}
