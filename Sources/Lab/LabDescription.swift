import Addresses
import FoundationEssentials
import LinuxNetworking

/// A lab as `tombolo lab show --json` tells it. Others script against these names.
package struct LabDescription: Codable, Sendable {
    package struct Site: Codable, Sendable {
        package var name: String
        package var manager: Manager
        package var hosts: [Host]
        package var vms: [VM]
    }

    package struct Manager: Codable, Sendable {
        /// Reached from the root namespace.
        package var endpoint: String
        /// The clouds.yaml with its admin's credentials, cloud `tombolo`; `openrc` is beside it.
        package var clouds: String
        package var netns: String
        /// On the site's underlay.
        package var address: String
        package var log: String
        package var running: Bool
    }

    package struct Host: Codable, Sendable {
        package var name: String
        package var site: String
        package var netns: String
        package var addresses: [String]
        /// Where tunnels within the site end.
        package var tunnel_address: String
        /// Of a gateway host: the tunnel IP on the WAN.
        package var wan_address: String?
        package var control_socket: String
        package var log: String
        package var running: Bool
    }

    package struct VM: Codable, Sendable {
        package var name: String
        package var site: String
        package var host: String
        package var netns: String
        package var port_id: String?
        package var mac: String?
        package var addresses: [String]
    }

    package struct WAN: Codable, Sendable {
        package var netns: String
        package var addresses: [String]
        /// The WAN router's interface to each gateway host, by `SITE/HOST`.
        package var links: [String: String]
    }

    package var name: String
    package var sites: [Site]
    package var wan: WAN

    func vm(_ name: String, at site: String) -> VM? {
        sites.first { $0.name == site }?.vms.first { $0.name == name }
    }

    /// With a line's end.
    package var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}

extension Lab {
    /// As it is now: addresses are the namespaces' own.
    package func description() throws -> LabDescription {
        let ports = ports
        let sites = try plan.sites.map { site in
            LabDescription.Site(
                name: site.name,
                manager: .init(
                    endpoint: site.endpoint, clouds: directory.clouds(site.name), netns: site.netns,
                    address: site.manager.description,
                    log: directory.managerLog(site.name), running: try isRunning(.manager(site: site.name))),
                hosts: try site.hosts.map { host in
                    .init(
                        name: host.name, site: site.name, netns: host.netns,
                        addresses: try NamespaceLook(host.netns).addresses,
                        tunnel_address: host.address.address.description,
                        wan_address: host.wan?.address.address.description,
                        control_socket: directory.controlSocket(site.name, host.name),
                        log: directory.agentLog(site.name, host.name),
                        running: try isRunning(.agent(site: site.name, host: host.name)))
                },
                vms: try site.vms.map { vm in
                    let look = try NamespaceLook(vm.netns)
                    return .init(
                        name: vm.name, site: site.name, host: vm.host, netns: vm.netns,
                        port_id: ports["\(site.name)/\(vm.name)"]?.id, mac: look.mac(of: LabPlan.Interface.vm),
                        addresses: look.addresses)
                })
        }
        var links: [String: String] = [:]
        for site in plan.sites {
            for host in site.hosts { links["\(site.name)/\(host.name)"] = host.wan?.port }
        }
        return LabDescription(
            name: name, sites: sites,
            wan: .init(netns: plan.wan.netns, addresses: try NamespaceLook(plan.wan.netns).addresses, links: links))
    }
}

/// The links and addresses in a namespace.
private struct NamespaceLook {
    private let links: [Link]
    private let all: [LinkAddress]

    init(_ netns: String) throws {
        let netlink = try RouteNetlink(in: try NetworkNamespace.open(named: netns))
        links = try netlink.links()
        all = try netlink.addresses()
    }

    /// With their prefix lengths, without loopback's.
    var addresses: [String] { all.filter { !$0.prefix.address.isLoopback }.map(\.prefix.description).sorted() }

    func mac(of name: String) -> String? { links.first { $0.name == name }?.mac?.description }
}
