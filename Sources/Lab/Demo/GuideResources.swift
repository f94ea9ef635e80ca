import NeutronClient

/// The guide's procedure at one site, request by request (S1-01, S1-11), and its teardown (S1-17).
struct GuideResources: Sendable {
    let site: GuideScene.Site
    let api: NarratedAPI
    private(set) var network = ""
    private(set) var router = ""
    private(set) var vmPort = ""
    private(set) var vtepRouter = ""
    private(set) var device = ""
    private(set) var multiSiteNetwork = ""
    private(set) var l2Gateway = ""
    private(set) var connection = ""
    private(set) var peerPort = ""
    private(set) var remoteSitePort = ""
    private(set) var remoteMACEntry = ""

    private var narrator: Narrator { api.narrator }
    private var peer: GuideScene.Site { GuideScene.peer(of: site) }

    init(site: GuideScene.Site, api: NarratedAPI) {
        self.site = site
        self.api = api
    }

    /// What the chapter takes for granted: a tenant's network with a router and a VM.
    mutating func createTenant(in lab: Lab) async throws {
        narrator.title("\(site.title): the tenant's network \(site.subnet), its router and a VM")
        network = try await api.create("networks", ["network": ["name": "TenantNetwork", "project_id": "tenant"]])
        let subnet = try await api.create(
            "subnets",
            [
                "subnet": [
                    "network_id": .string(network), "ip_version": 4, "cidr": .string(site.subnet),
                    "project_id": "tenant",
                ]
            ])
        router = try await api.create("routers", ["router": ["name": "TenantRouter", "project_id": "tenant"]])
        try await api.send(
            "PUT", "/v2.0/routers/\(router)/add_router_interface", ["subnet_id": .string(subnet)], expecting: 200)
        vmPort = try await api.create(
            "ports",
            [
                "port": [
                    "name": .string(site.vm), "network_id": .string(network), "device_owner": "compute:demo",
                    "fixed_ips": [["ip_address": .string(site.vmAddress)]], "project_id": "tenant",
                ]
            ])
        narrator.say("\(site.name)  \(site.vmHost)# tombolo port plug \(vmPort) --netns \(site.vm)")
        try await lab.plug(try await api.client.get(NeutronClient.Port.self, vmPort), into: site.vm, at: site.name)
    }

    /// "Create the VTEP router", "create the gateway device", "create the multi-site network".
    mutating func createGateway() async throws {
        narrator.title("\(site.title): the VTEP router, and its gateway device with the tunnel IP \(site.tunnelIP)")
        narrator.say("The tunnel IP is an address of host gateway, tied to no port: that is the edge binding.")
        vtepRouter = try await api.create("routers", ["router": ["name": .string(site.title + "VtepRouter")]])
        device = try await api.create(
            "gw/gateway_devices",
            [
                "gateway_device": [
                    "name": .string(site.title), "type": "router_vtep", "resource_id": .string(vtepRouter),
                    "tunnel_ips": [.string(site.tunnelIP)],
                ]
            ])
        narrator.title("\(site.title): the multi-site network, on the gateway device with VNI \(GuideScene.vni)")
        multiSiteNetwork = try await api.create(
            "networks",
            ["network": ["name": .string(site.title + "MultiSiteNetwork"), "port_security_enabled": false]])
        l2Gateway = try await api.create(
            "l2-gateways",
            [
                "l2_gateway": [
                    "name": .string(site.title + "L2Gateway"),
                    "devices": [["device_id": .string(device), "segmentation_id": .string("\(GuideScene.vni)")]],
                ]
            ])
        _ = try await api.create(
            "subnets",
            [
                "subnet": [
                    "network_id": .string(multiSiteNetwork), "ip_version": 4,
                    "cidr": .string(GuideScene.multiSiteSubnet), "gateway_ip": .null, "enable_dhcp": false,
                ]
            ])
        connection = try await api.create(
            "l2-gateway-connections",
            [
                "l2_gateway_connection": [
                    "l2_gateway_id": .string(l2Gateway), "network_id": .string(multiSiteNetwork),
                ]
            ])
    }

    /// "Peer the tenant's router": its port, and its route to the other site.
    mutating func createPeerRouter() async throws {
        narrator.title("\(site.title): the tenant's router on the multi-site network, with a route to \(peer.subnet)")
        peerPort = try await api.create(
            "ports",
            [
                "port": [
                    "network_id": .string(multiSiteNetwork), "mac_address": .string(site.peerMAC),
                    "fixed_ips": [["ip_address": .string(site.peerIP)]],
                ]
            ])
        try await api.send(
            "PUT", "/v2.0/routers/\(router)/add_router_interface", ["port_id": .string(peerPort)], expecting: 200)
        try await api.send(
            "PUT", "/v2.0/routers/\(router)",
            [
                "router": [
                    "routes": [["destination": .string(peer.subnet), "nexthop": .string(peer.peerIP)]]
                ]
            ], expecting: 200)
    }

    /// What this site must know of the other: the peer router's address and MAC, and behind which tunnel IP they are.
    mutating func createRemoteSite() async throws {
        narrator.title("\(site.title): the peer router of \(peer.title)")
        if peer.name == GuideScene.siteB.name {
            narrator.say("The MAC that the guide prints is a group address, and is refused:")
            try await api.send("POST", "/v2.0/ports", remotePort(GuideScene.printedMAC), expecting: 400)
        }
        remoteSitePort = try await api.create("ports", remotePort(peer.peerMAC))
        remoteMACEntry = try await api.create(
            "gw/gateway_devices/\(device)/remote_mac_entries",
            [
                "remote_mac_entry": [
                    "mac_address": .string(peer.peerMAC), "vtep_address": .string(peer.tunnelIP),
                    "segmentation_id": .string("\(GuideScene.vni)"),
                ]
            ])
    }

    /// As the guide spells the owner.
    private func remotePort(_ mac: String) -> JSON {
        [
            "port": [
                "network_id": .string(multiSiteNetwork), "mac_address": .string(mac),
                "fixed_ips": [["ip_address": .string(peer.peerIP)]], "device_owner": "network:remote-site",
            ]
        ]
    }

    /// In the chapter's order; what comes too early is refused.
    func deletePeering() async throws {
        narrator.title("\(site.title): the peering is taken down in the chapter's order")
        narrator.say("In the wrong order it is refused:")
        try await api.send("DELETE", "/v2.0/gw/gateway_devices/\(device)", expecting: 409)
        try await api.send("DELETE", "/v2.0/l2-gateways/\(l2Gateway)", expecting: 409)
        try await api.send("DELETE", "/v2.0/routers/\(vtepRouter)", expecting: 409)
        try await api.delete("gw/gateway_devices/\(device)/remote_mac_entries", remoteMACEntry)
        try await api.delete("ports", remoteSitePort)
        try await api.send("PUT", "/v2.0/routers/\(router)", ["router": ["routes": []]], expecting: 200)
        try await api.send(
            "PUT", "/v2.0/routers/\(router)/remove_router_interface", ["port_id": .string(peerPort)], expecting: 200)
        try await api.delete("l2-gateway-connections", connection)
        try await api.delete("l2-gateways", l2Gateway)
        try await api.delete("networks", multiSiteNetwork)
        try await api.delete("gw/gateway_devices", device)
        try await api.delete("routers", vtepRouter)
    }

    func deleteTenant(in lab: Lab) async throws {
        narrator.title("\(site.title): the tenant goes")
        try await lab.unplug(site.vm, at: site.name)
        try await api.delete("ports", vmPort)
        guard let subnet = try await api.client.list(NeutronClient.Subnet.self, where: ["network_id": network]).first
        else { throw LabError.unexpected("the tenant's subnet", "none") }
        try await api.send(
            "PUT", "/v2.0/routers/\(router)/remove_router_interface", ["subnet_id": .string(subnet.id)], expecting: 200)
        try await api.delete("routers", router)
        try await api.delete("networks", network)
        for collection in [
            "gw/gateway_devices", "l2-gateways", "l2-gateway-connections", "ports", "routers", "subnets", "networks",
        ] {
            let count = try await api.count(collection)
            narrator.check("\(site.title) has no \(collection)", count == 0, "\(count)")
        }
    }
}
