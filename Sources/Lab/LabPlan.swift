import Addresses

/// Every name and address of a lab on this machine, derived from its definition before anything is made. It is written
/// down first (`LabState`), so that whatever a crash leaves can be found again.
package struct LabPlan: Codable, Hashable, Sendable {
    /// The WAN's namespace is `tb-LAB-wan`, so no site has this name.
    static let wanName = "wan"

    package struct WAN: Codable, Hashable, Sendable {
        package var netns: String
        package var mtu: UInt32
        package var subnets: [WANSubnet]
    }

    /// A bridge in the WAN's namespace that holds the WAN router's address.
    package struct WANSubnet: Codable, Hashable, Sendable {
        package var bridge: String
        package var address: IPPrefix
    }

    package struct Site: Codable, Hashable, Sendable {
        package var name: String
        /// The underlay's bridge and the manager are in it.
        package var netns: String
        package var underlay: IPPrefix
        package var mtu: UInt32
        /// On the underlay.
        package var manager: IPAddress
        /// The link from the root namespace to the manager.
        package var access: AccessLink
        package var hosts: [Host]
        package var vms: [VM]
    }

    /// A veth pair between the root namespace and a site's.
    package struct AccessLink: Codable, Hashable, Sendable {
        package var name: String
        package var near: IPPrefix
        /// The API's address.
        package var far: IPPrefix
    }

    package struct Host: Codable, Hashable, Sendable {
        package var name: String
        package var netns: String
        package var address: IPPrefix
        package var wan: HostWAN?
    }

    package struct HostWAN: Codable, Hashable, Sendable {
        package var address: IPPrefix
        package var gateway: IPAddress
        /// The other end of the host's interface, a port of `bridge` in the WAN's namespace.
        package var port: String
        package var bridge: String
    }

    package struct VM: Codable, Hashable, Sendable {
        package var name: String
        package var host: String
        package var netns: String
    }

    package var name: String
    package var wan: WAN
    package var sites: [Site]
}

extension LabPlan {
    /// Names of interfaces; each is in a namespace of its own kind.
    package enum Interface {
        /// The site's underlay, in its namespace.
        package static let fabric = "fabric"
        /// The manager's end of the access link.
        package static let access = "api"
        /// A host's interface to the underlay.
        package static let underlay = "eth0"
        /// A gateway host's interface to the WAN.
        package static let wan = "wan0"
        /// A VM's interface.
        package static let vm = "eth0"
    }

    static func namespacePrefix(lab: String) -> String { "tb-\(lab)-" }

    /// Of the lab's links in the root namespace. A lab's name doesn't fit, so it is its hash (FNV-1a, 32 bits); the
    /// links' alias has the name.
    static func linkPrefix(lab: String) -> String {
        let hash = lab.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(hash, radix: 16)
        return "tb" + String(repeating: "0", count: 8 - digits.count) + digits + "-"
    }

    static func linkAlias(lab: String) -> String { "tombolo lab \(lab)" }

    /// - Parameter accessSubnets: one /30 per site that nobody uses on this machine.
    init(_ definition: LabDefinition, accessSubnets: [IPPrefix]) {
        let prefix = Self.namespacePrefix(lab: definition.name)
        name = definition.name
        wan = WAN(netns: prefix + Self.wanName, mtu: definition.wanMTU, subnets: [])
        sites = []
        var ports = 0
        for (index, (site, access)) in zip(definition.sites, accessSubnets).enumerated() {
            var hosts: [Host] = []
            for host in site.hosts {
                let wanEnd = host.wan.map { wan -> HostWAN in
                    ports += 1
                    return HostWAN(
                        address: wan.address, gateway: wan.gateway, port: "port\(ports)",
                        bridge: bridge(of: wan.address.network, gateway: wan.gateway))
                }
                hosts.append(
                    Host(
                        name: host.name, netns: "\(prefix)\(site.name)-\(host.name)",
                        address: site.underlay.with(host.address), wan: wanEnd))
            }
            let link = AccessLink(
                name: Self.linkPrefix(lab: name) + String(index),
                near: access.with(access.hostRange.first), far: access.with(access.hostRange.last))
            let vms = site.vms.map {
                VM(name: $0.name, host: $0.host, netns: "\(prefix)\(site.name)-\($0.name)")
            }
            sites.append(
                Site(
                    name: site.name, netns: prefix + site.name, underlay: site.underlay, mtu: definition.underlayMTU,
                    manager: site.managerAddress, access: link, hosts: hosts, vms: vms))
        }
    }

    private mutating func bridge(of subnet: IPPrefix, gateway: IPAddress) -> String {
        let address = subnet.with(gateway)
        if let known = wan.subnets.first(where: { $0.address == address }) { return known.bridge }
        let bridge = "wan\(wan.subnets.count + 1)"
        wan.subnets.append(WANSubnet(bridge: bridge, address: address))
        return bridge
    }

    /// Of all that this makes.
    package var namespaces: [String] {
        [wan.netns] + sites.flatMap { site in [site.netns] + site.hosts.map(\.netns) + site.vms.map(\.netns) }
    }
}

extension LabPlan.Site {
    /// Where the API is reached from the root namespace.
    package var endpoint: String { "http://\(access.far.address):\(LabPort.api)" }
}

/// Where a lab's manager listens.
enum LabPort {
    static let api = 9696
    static let agents = 9697
    static let join = 9698
}

extension IPPrefix {
    /// The address with this prefix's length; `address` is one of it, so it has the same family.
    func with(_ address: IPAddress) -> IPPrefix {
        IPPrefix(address: address, length: length) ?? IPPrefix(host: address)
    }
}
