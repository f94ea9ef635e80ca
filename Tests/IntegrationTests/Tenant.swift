import Lab
import LinuxNetworking
import NeutronClient
import Testing

extension TestLab {
    /// Makes a port on a network, and plugs it into a VM that has none.
    func plug(
        _ vm: String, at site: String, network: String, address: String? = nil, mac: String? = nil,
        hasAddress: Bool = true
    ) async throws -> NeutronClient.Port {
        let port = try await api(site).create(
            NeutronClient.Port.self,
            .init(
                networkID: network, name: vm, macAddress: mac, fixedIPs: address.map { [.init(ipAddress: $0)] },
                deviceOwner: "compute:test"))
        if hasAddress {
            try await lab.plug(port, into: vm, at: site)
        } else {
            let place = try lab.vm(vm, at: site)
            _ = try await lab.tombolo(
                ["port", "plug", port.id, "--netns", place.netns, "--no-address"]
                    + controlSocket("\(site)/\(place.host)"),
                in: try lab.host(place.host, at: site).netns)
        }
        return port
    }

    /// Undoes `plug`.
    func unplug(_ port: NeutronClient.Port, from vm: String, at site: String) async throws {
        let host = try lab.vm(vm, at: site).host
        _ = try await lab.tombolo(
            ["port", "unplug", port.id] + controlSocket("\(site)/\(host)"), in: try lab.host(host, at: site).netns)
        try await api(site).delete(NeutronClient.Port.self, port.id)
    }

    private func controlSocket(_ host: String) throws -> [String] {
        let (site, name) = try Self.parts(host)
        return ["--control-socket", lab.directory.controlSocket(site, name)]
    }
}

/// Tenant C's part at a site: a network, a router on it and a VM; then a peering with the other site, step by step.
struct Tenant {
    let lab: TestLab
    let site: String
    let network: NeutronClient.Network
    let subnet: NeutronClient.Subnet
    let router: NeutronClient.Router
    let vm: String
    let port: NeutronClient.Port

    init(_ lab: TestLab, at site: String, cidr: String, vm: String, address: String) async throws {
        self.lab = lab
        self.site = site
        self.vm = vm
        let api = try lab.api(site)
        network = try await api.create(NeutronClient.Network.self, .init(name: "c", projectID: "C"))
        subnet = try await api.create(
            NeutronClient.Subnet.self, .init(networkID: network.id, cidr: cidr, projectID: "C"))
        router = try await api.create(NeutronClient.Router.self, .init(name: "C", projectID: "C"))
        _ = try await api.addRouterInterface(router.id, .subnet(subnet.id))
        port = try await lab.plug(vm, at: site, network: network.id, address: address)
    }

    func delete() async throws {
        let api = try lab.api(site)
        try await lab.unplug(port, from: vm, at: site)
        try await api.removeRouterInterface(router.id, .subnet(subnet.id))
        try await api.delete(NeutronClient.Router.self, router.id)
        try await api.delete(NeutronClient.Network.self, network.id)
    }
}
