import Addresses
import LinuxNetworking

/// Makes the namespaces, links, addresses and routes of a plan.
struct LabNetwork {
    private static let routeProtocol: UInt8 = 4

    private let plan: LabPlan

    init(_ plan: LabPlan) { self.plan = plan }

    func create() throws {
        for name in plan.namespaces {
            try Task.checkCancellation()
            try createNamespace(name)
        }
        try createWAN()
        for site in plan.sites {
            try Task.checkCancellation()
            try createFabric(site)
            try createAccess(site)
            for (index, host) in site.hosts.enumerated() {
                try connect(host, port: "port\(index + 1)", of: site)
                try connectToWAN(host, of: site)
            }
        }
    }

    private func createNamespace(_ name: String) throws {
        let namespace = try NetworkNamespace.create(named: name)
        try namespace.perform {
            // IPv4 only until the datapath knows IPv6: otherwise every interface begins with router solicitations
            // and duplicate address detection, which only fill captures and drop counters.
            for scope in ["all", "default"] { try Sysctl.write("net.ipv6.conf.\(scope).disable_ipv6", "1") }
        }
        let netlink = try RouteNetlink(in: namespace)
        guard let loopback = try netlink.link(named: "lo") else { return }
        try netlink.setLink(loopback.index, up: true)
    }

    private func createWAN() throws {
        let namespace = try NetworkNamespace.open(named: plan.wan.netns)
        try namespace.perform { try Sysctl.write("net.ipv4.ip_forward", "1") }
        let netlink = try RouteNetlink(in: namespace)
        for subnet in plan.wan.subnets {
            let bridge = try netlink.createBridge(name: subnet.bridge, mtu: plan.wan.mtu)
            try netlink.addAddress(subnet.address, link: bridge.index)
            try netlink.setLink(bridge.index, up: true)
        }
    }

    private func createFabric(_ site: LabPlan.Site) throws {
        let netlink = try RouteNetlink(in: try NetworkNamespace.open(named: site.netns))
        let bridge = try netlink.createBridge(name: LabPlan.Interface.fabric, mtu: site.mtu)
        try netlink.addAddress(site.underlay.with(site.manager), link: bridge.index)
        try netlink.setLink(bridge.index, up: true)
    }

    private func createAccess(_ site: LabPlan.Site) throws {
        let root = try RouteNetlink()
        let namespace = try NetworkNamespace.open(named: site.netns)
        let near = try root.createVeth(
            name: site.access.name, peer: VethPeer(name: LabPlan.Interface.access, namespace: namespace))
        try root.setLink(near.index, up: true, alias: LabPlan.linkAlias(lab: plan.name))
        try root.addAddress(site.access.near, link: near.index)
        let netlink = try RouteNetlink(in: namespace)
        let far = try netlink.existing(LabPlan.Interface.access)
        try netlink.addAddress(site.access.far, link: far.index)
        try netlink.setLink(far.index, up: true)
    }

    private func connect(_ host: LabPlan.Host, port: String, of site: LabPlan.Site) throws {
        let index = try createPort(
            port, of: LabPlan.Interface.fabric, in: site.netns, to: LabPlan.Interface.underlay, in: host.netns,
            mtu: site.mtu, alias: "\(site.name)/\(host.name)")
        let netlink = try RouteNetlink(in: try NetworkNamespace.open(named: host.netns))
        try netlink.addAddress(host.address, link: index)
    }

    private func connectToWAN(_ host: LabPlan.Host, of site: LabPlan.Site) throws {
        guard let wan = host.wan, let everywhere = IPPrefix("0.0.0.0/0") else { return }
        let index = try createPort(
            wan.port, of: wan.bridge, in: plan.wan.netns, to: LabPlan.Interface.wan, in: host.netns, mtu: plan.wan.mtu,
            alias: "\(site.name)/\(host.name)")
        let netlink = try RouteNetlink(in: try NetworkNamespace.open(named: host.netns))
        try netlink.addAddress(wan.address, link: index)
        try netlink.addRoute(
            Route(
                destination: everywhere, gateway: wan.gateway, linkIndex: index,
                protocolNumber: Self.routeProtocol))
    }

    /// A veth pair from a bridge's port to a host's interface, both up.
    ///
    /// - Returns: the interface's index in the host.
    private func createPort(
        _ port: String, of bridge: String, in fabric: String, to interface: String, in host: String, mtu: UInt32,
        alias: String
    ) throws -> UInt32 {
        let hostNamespace = try NetworkNamespace.open(named: host)
        let fabricLinks = try RouteNetlink(in: try NetworkNamespace.open(named: fabric))
        let near = try fabricLinks.createVeth(
            name: port, mtu: mtu, peer: VethPeer(name: interface, mtu: mtu, namespace: hostNamespace))
        let master = try fabricLinks.existing(bridge)
        try fabricLinks.setLink(near.index, up: true, alias: alias, master: master.index)
        let hostLinks = try RouteNetlink(in: hostNamespace)
        let far = try hostLinks.existing(interface)
        try hostLinks.setLink(far.index, up: true)
        return far.index
    }
}

extension RouteNetlink {
    /// A link that must be there.
    func existing(_ name: String) throws -> Link {
        let noSuchDevice: Int32 = 19
        guard let link = try link(named: name) else {
            throw NetlinkError(operation: "look for link \(name)", errno: noSuchDevice)
        }
        return link
    }
}
