import NeutronClient

/// What the demo makes at one site, and in which order it goes.
struct DemoResources: Sendable {
    let site: DemoScene.Site
    let api: NarratedAPI
    private var networks: [String] = []
    private var routers: [String: String] = [:]
    private var interfaces: [(router: String, subnet: String)] = []
    private var ports: [(vm: String, id: String)] = []
    private var vtep: String?
    private var bindings: [String] = []
    private var routes: [String] = []

    private var narrator: Narrator { api.narrator }

    init(site: DemoScene.Site, api: NarratedAPI) {
        self.site = site
        self.api = api
    }

    mutating func createTenants(in lab: Lab) async throws {
        narrator.title("\(site.name): tenants A and B, each with \(site.subnet) and a router")
        for tenant in DemoScene.tenants {
            let project = JSON.string(tenant.name)
            let network = try await api.create(
                "networks", ["network": ["name": .string("net-\(tenant.name)"), "project_id": project]])
            networks.append(network)
            let subnet = try await api.create(
                "subnets",
                [
                    "subnet": [
                        "network_id": .string(network), "ip_version": 4, "cidr": .string(site.subnet),
                        "project_id": project,
                    ]
                ])
            let router = try await api.create("routers", ["router": ["name": project, "project_id": project]])
            routers[tenant.name] = router
            try await api.send(
                "PUT", "/v2.0/routers/\(router)/add_router_interface", ["subnet_id": .string(subnet)], expecting: 200)
            interfaces.append((router, subnet))
            for vm in DemoScene.vms where vm.site == site.name && vm.tenant == tenant.name {
                try await createPort(vm, network: network, in: lab)
            }
        }
    }

    private mutating func createPort(_ vm: DemoScene.VM, network: String, in lab: Lab) async throws {
        let id = try await api.create(
            "ports",
            [
                "port": [
                    "name": .string(vm.name), "network_id": .string(network),
                    "fixed_ips": [["ip_address": .string(vm.address)]], "device_owner": "compute:demo",
                    "project_id": .string(vm.tenant),
                ]
            ])
        ports.append((vm.name, id))
        let place = try lab.vm(vm.name, at: site.name)
        narrator.say("\(site.name)  \(place.host)# tombolo port plug \(id) --netns \(place.netns)")
        try await lab.plug(try await api.client.get(NeutronClient.Port.self, id), into: vm.name, at: site.name)
        let status = try await api.send("GET", "/v2.0/ports/\(id)", expecting: 200)["status"]?.text
        let addresses = try lab.description().vm(vm.name, at: site.name)?.addresses ?? []
        narrator.check(
            "\(vm.name) has \(vm.address) and is ACTIVE", status == "ACTIVE" && addresses == ["\(vm.address)/24"],
            "\(status ?? "no status"), \(addresses.joined(separator: ", "))")
    }

    mutating func createPeerings() async throws {
        let peer = DemoScene.peer(of: site)
        narrator.title("\(site.name): the VTEP router, and both tenants' peerings with \(peer.name) on it")
        let vtep = try await api.create("routers", ["router": ["name": "vtep"]])
        self.vtep = vtep
        for tenant in DemoScene.tenants {
            guard let router = routers[tenant.name] else { continue }
            let binding = try await api.create(
                "router_vtep_bindings",
                [
                    "router_vtep_binding": [
                        "vtep_id": .string(vtep), "vtep_tunnel_ip": .string(site.tunnelIP),
                        "router_id": .string(router),
                        "router_subnet": .string(DemoScene.peeringSubnet), "router_ip": .string(site.routerIP),
                        "router_mac": .string(site.routerMAC), "vni": .number(tenant.vni),
                    ]
                ])
            bindings.append(binding)
            let route = try await api.create(
                "router_vtep_routes",
                [
                    "router_vtep_route": [
                        "binding_id": .string(binding), "cidr": .string(site.remote), "gw_ip": .string(peer.routerIP),
                        "gw_mac": .string(peer.routerMAC), "remote_vtep_ip": .string(peer.tunnelIP),
                    ]
                ])
            routes.append(route)
        }
    }

    /// In the order of the sources' last slide (S0-33): routes, then bindings; and then what tenants had.
    func delete(in lab: Lab) async throws {
        narrator.title("\(site.name): everything is deleted through the API")
        if let binding = bindings.first {
            narrator.say("In the wrong order it is refused:")
            try await api.send("DELETE", "/v2.0/router_vtep_bindings/\(binding)", expecting: 409)
        }
        for route in routes { try await api.delete("router_vtep_routes", route) }
        for binding in bindings { try await api.delete("router_vtep_bindings", binding) }
        for port in ports {
            narrator.say("\(site.name)  \(try lab.vm(port.vm, at: site.name).host)# tombolo port unplug \(port.id)")
            try await lab.unplug(port.vm, at: site.name)
            try await api.delete("ports", port.id)
        }
        for interface in interfaces {
            try await api.send(
                "PUT", "/v2.0/routers/\(interface.router)/remove_router_interface",
                ["subnet_id": .string(interface.subnet)], expecting: 200)
        }
        for router in routers.values.sorted() + (vtep.map { [$0] } ?? []) { try await api.delete("routers", router) }
        for network in networks { try await api.delete("networks", network) }
        for collection in ["router_vtep_routes", "router_vtep_bindings", "ports", "routers", "subnets", "networks"] {
            let count = try await api.count(collection)
            narrator.check("\(site.name) has no \(collection)", count == 0, "\(count)")
        }
    }
}
