import Addresses
import LinuxNetworking
import NeutronClient

extension Lab {
    /// Makes the networks, routers, peerings and VMs' ports of a site's definition through its API, and plugs the VMs.
    func declare(_ site: SiteDefinition) async throws {
        let client = try client(site: site.name)
        var networks: [String: NeutronClient.Network] = [:]
        var subnets: [String: [String]] = [:]
        for definition in site.networks {
            let network = try await client.create(
                NeutronClient.Network.self, .init(name: definition.name, projectID: definition.project))
            networks[definition.name] = network
            for subnet in definition.subnets {
                let made = try await client.create(
                    NeutronClient.Subnet.self,
                    .init(
                        networkID: network.id, cidr: subnet.prefix.description, projectID: definition.project,
                        gatewayIP: subnet.gateway.map { .value($0.description) }))
                subnets[definition.name, default: []].append(made.id)
            }
        }
        let routers = try await declareRouters(site, subnets, client)
        try await declarePeerings(site, routers, client)
        for router in site.routers where !router.routes.isEmpty {
            guard let id = routers[router.name] else { continue }
            // The next hop may be on a peering's subnet, so these come after the peerings.
            let routes = router.routes.map {
                NeutronClient.Route(destination: $0.destination.description, nextHop: $0.nextHop.description)
            }
            _ = try await client.update(NeutronClient.Router.self, id, .init(routes: routes))
        }
        for vm in site.vms {
            guard let name = vm.network, let network = networks[name] else { continue }
            let project = site.networks.first { $0.name == name }?.project
            let port = try await client.create(
                NeutronClient.Port.self,
                .init(
                    networkID: network.id, name: vm.name, projectID: project, macAddress: vm.mac?.description,
                    fixedIPs: vm.address.map { [.init(ipAddress: $0.description)] }, deviceID: vm.name,
                    deviceOwner: "compute:lab"))
            try await plug(port, into: vm.name, at: site.name)
        }
    }

    /// - Returns: ids by name.
    private func declareRouters(
        _ site: SiteDefinition, _ subnets: [String: [String]], _ client: NeutronClient
    ) async throws -> [String: String] {
        var routers: [String: String] = [:]
        for definition in site.routers {
            let router = try await client.create(
                NeutronClient.Router.self, .init(name: definition.name, projectID: definition.project))
            routers[definition.name] = router.id
            for subnet in definition.interfaces.flatMap({ subnets[$0] ?? [] }) {
                _ = try await client.addRouterInterface(router.id, .subnet(subnet))
            }
        }
        return routers
    }

    private func declarePeerings(
        _ site: SiteDefinition, _ routers: [String: String], _ client: NeutronClient
    ) async throws {
        for peering in site.peerings {
            guard let vtep = routers[peering.vtep], let router = routers[peering.router] else { continue }
            let binding = try await client.create(
                NeutronClient.RouterVTEPBinding.self,
                .init(
                    vtepID: vtep, vtepTunnelIP: peering.tunnelIP.description, routerID: router,
                    routerSubnet: peering.subnet.description, routerIP: peering.address.description,
                    routerMAC: peering.mac.description, vni: Int(peering.vni.value),
                    offRampVXLAN: peering.offRamp))
            for route in peering.routes {
                _ = try await client.create(
                    NeutronClient.RouterVTEPRoute.self,
                    .init(
                        bindingID: binding.id, cidr: route.destination.description,
                        gatewayIP: route.gateway.description, gatewayMAC: route.gatewayMAC.description,
                        remoteVTEPIP: route.remoteVTEP.description))
            }
        }
    }

    /// As an operator would: `tombolo port plug` on the VM's host. Returns when the port forwards and the API says so.
    package func plug(_ port: NeutronClient.Port, into name: String, at site: String) async throws {
        let vm = try vm(name, at: site)
        let host = try host(vm.host, at: site)
        _ = try await tombolo(
            ["port", "plug", port.id, "--netns", vm.netns, "--ifname", LabPlan.Interface.vm]
                + ["--control-socket", directory.controlSocket(site, host.name)], in: host.netns)
        let client = try client(site: site)
        try await wait(for: "port \(port.id) of \(name)") {
            let status = try await client.get(NeutronClient.Port.self, port.id).status
            return status == "ACTIVE" ? nil : "its status is \(status)"
        }
        try setPort(
            LabState.PluggedPort(id: port.id, mac: port.macAddress, addresses: port.fixedIPs.map(\.ipAddress)),
            of: name, at: site)
    }

    package func unplug(_ name: String, at site: String) async throws {
        let vm = try vm(name, at: site)
        guard let port = ports["\(site)/\(name)"] else { return }
        _ = try await tombolo(
            ["port", "unplug", port.id, "--control-socket", directory.controlSocket(site, vm.host)],
            in: try host(vm.host, at: site).netns)
        try setPort(nil, of: name, at: site)
    }

    /// Runs this program's command in a namespace and returns what it wrote.
    package func tombolo(_ arguments: [String], in namespace: String) async throws -> String {
        let result = try await ProcessSpawner.run(
            binary, arguments, in: try NetworkNamespace.open(named: namespace), timeout: .seconds(60))
        guard result.isSuccess else {
            throw LabError.command(
                "tombolo " + arguments.joined(separator: " "), status: "\(result.status)",
                output: result.outputText + result.errorText)
        }
        return result.outputText
    }
}
