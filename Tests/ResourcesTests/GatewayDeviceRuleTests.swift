import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct GatewayDeviceRuleTests {
    @Test("S1-02: a router becomes a VTEP router by being registered, and a plain one again when its device goes")
    func registering() throws {
        var site = Site()
        let router = try site.router()
        let device = try site.device(router)
        #expect(device.type == .routerVTEP && device.vtepRouter == router.id)
        expectRefusal(409, "DeviceInUseByGatewayDevice", naming: "\(router.id)", "router") {
            try site.inventory.deleting(router: router.id, context: site.context)
        }
        site.delete(try site.inventory.deleting(gatewayDevice: device.id, context: site.context))
        site.delete(try site.inventory.deleting(router: router.id, context: site.context))
        #expect(site.inventory.isEmpty && site.inventory.invariants().isEmpty)
    }

    @Test("S1-03: hw_vtep is the default; its management protocol is ovsdb unless told, and only its")
    func hardware() throws {
        var site = Site()
        let device = try site.device(nil) {
            $0.type = nil
            $0.managementIP = IPAddress("172.31.0.1")
            $0.managementPort = 6640
        }
        guard case .hardware(let management) = device.backing else {
            Issue.record("\(device)")
            return
        }
        #expect(management.protocol == "ovsdb" && management.port == 6640 && device.type == .hardwareVTEP)
        expectRefusal(409, "GatewayDeviceParamDuplicate", naming: "management_ip", "172.31.0.1") {
            try site.device(nil, tunnelIP: "200.200.0.9") {
                $0.type = .hardwareVTEP
                $0.managementIP = IPAddress("172.31.0.1")
                $0.managementPort = 6641
            }
        }
        let router = try site.router()
        expectRefusal(400, "InvalidInput", naming: "management_ip", "router_vtep") {
            try site.device(router) { $0.managementIP = IPAddress("172.31.0.2") }
        }
    }

    @Test("S1-03: each type says what it must be specified with")
    func incomplete() throws {
        var site = Site()
        expectRefusal(400, "RouterVtepTypeInvalid", naming: "resource_id") { try site.device(nil) }
        expectRefusal(400, "NetworkVlanTypeInvalid", naming: "resource_id") {
            try site.device(nil) { $0.type = .networkVLAN }
        }
        for fill in [
            { (draft: inout GatewayDeviceDraft) in draft.managementIP = IPAddress("172.31.0.1") },
            { draft in draft.managementPort = 6640 },
        ] {
            expectRefusal(400, "HwVtepTypeInvalid", naming: "management_port", "management_ip") {
                try site.device(nil) {
                    $0.type = .hardwareVTEP
                    fill(&$0)
                }
            }
        }
    }

    @Test("S1-03: a router or network that does not exist, or is a device already")
    func backing() throws {
        var site = Site()
        let router = try site.router()
        let network = try site.network()
        for id in [RouterID(1).description, network.id.description, "nonsense"] {
            expectRefusal(404, "ResourceNotFound", naming: id) { try site.device(nil) { $0.resourceID = id } }
        }
        expectRefusal(404, "ResourceNotFound") {
            try site.device(router) {
                $0.type = .networkVLAN
                $0.tunnelIPs = []
            }
        }
        try site.device(router)
        expectRefusal(409, "DeviceInUseByGatewayDevice", naming: "router") {
            try site.device(router, tunnelIP: "200.200.0.7")
        }
        func trunk() throws(ResourceError) {
            try site.device(nil, tunnelIP: "") {
                $0.type = .networkVLAN
                $0.resourceID = network.id.description
            }
        }
        try trunk()
        expectRefusal(409, "DeviceInUseByGatewayDevice", naming: "network") { try trunk() }
        expectRefusal(409, "DeviceInUseByGatewayDevice", naming: "network") {
            try site.inventory.deleting(network: network.id, context: site.context)
        }
    }

    @Test("S1-03: a router_vtep has exactly one tunnel IP, a network_vlan none; type-specific rules come first")
    func tunnelIPCount() throws {
        var site = Site()
        let router = try site.router()
        let network = try site.network()
        let two = [IPAddress("200.200.0.1"), IPAddress("200.200.0.2")].compactMap(\.self)
        expectRefusal(400, "TunnelIPsExhausted", naming: "maximum 1") { try site.device(router) { $0.tunnelIPs = two } }
        expectRefusal(400, "TunnelIPsRequired", naming: "router_vtep") { try site.device(router) { $0.tunnelIPs = [] } }
        expectRefusal(400, "TunnelIPsRequired", naming: "hw_vtep") {
            try site.device(nil) {
                $0.type = .hardwareVTEP
                $0.managementIP = IPAddress("172.31.0.1")
                $0.managementPort = 6640
                $0.tunnelIPs = nil
            }
        }
        expectRefusal(404, "ResourceNotFound") {
            try site.device(nil) {
                $0.resourceID = "nonsense"
                $0.tunnelIPs = []
            }
        }
        expectRefusal(400, "InvalidInput", naming: "tunnel_ips") {
            try site.device(nil) {
                $0.type = .networkVLAN
                $0.resourceID = network.id.description
            }
        }
        let device = try site.device(router)
        for (addresses, type) in [(two, "TunnelIPsExhausted"), ([], "TunnelIPsRequired")] {
            var update = GatewayDeviceUpdate()
            update.tunnelIPs = .set(addresses)
            expectRefusal(400, type) {
                try site.inventory.updating(gatewayDevice: device.id, update, context: site.context)
            }
        }
        for bad in ["224.0.0.1", "127.0.0.1", "0.0.0.0"] {
            expectRefusal(400, "HTTPBadRequest", naming: "tunnel_ips", bad) {
                var update = GatewayDeviceUpdate()
                update.tunnelIPs = .set([IPAddress(bad)].compactMap(\.self))
                return try site.inventory.updating(gatewayDevice: device.id, update, context: site.context)
            }
        }
    }

    @Test("a tunnel IP is one device's, and no host's own; a VTEP router's bindings share it")
    func tunnelIPsAreUnique() throws {
        var site = Site()
        try site.host(1)
        let routers = [try site.router(), try site.router(), try site.router()]
        let first = try site.device(routers[0], tunnelIP: "200.200.200.3")
        expectRefusal(409, "TunnelIPInUse", naming: "200.200.200.3", "\(routers[0].id)") {
            try site.device(routers[1], tunnelIP: "200.200.200.3")
        }
        expectRefusal(409, "TunnelIPInUse", naming: "host1") { try site.device(routers[1], tunnelIP: "192.168.192.1") }
        let second = try site.device(routers[1], tunnelIP: "200.200.0.4")
        var update = GatewayDeviceUpdate()
        update.tunnelIPs = .set(first.tunnelIPs)
        expectRefusal(409, "TunnelIPInUse") {
            try site.inventory.updating(gatewayDevice: second.id, update, context: site.context)
        }
        try site.binding(routers[0], routers[2])
        expectRefusal(409, "TunnelIPInUse") { try site.binding(routers[1], routers[2]) }
        expectRefusal(409, "TunnelIPInUse", naming: "200.200.0.4") { try site.host(2, tunnel: "200.200.0.4") }
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("S1-03: name and tunnel IP are updated in place, with a new revision")
    func updating() throws {
        var site = Site()
        let device = try site.device(try site.router())
        var update = GatewayDeviceUpdate()
        update.standard.name = .set("SiteA")
        update.tunnelIPs = .set([IPAddress("200.200.0.7")].compactMap(\.self))
        let new = site.take(try site.inventory.updating(gatewayDevice: device.id, update, context: site.context))
        #expect(new.standard.name == "SiteA" && new.standard.revisionNumber == 1)
        #expect(new.tunnelIPs.map(\.description) == ["200.200.0.7"])
        expectRefusal(412, "RevisionNumberConstraintFailed") {
            try site.inventory.updating(gatewayDevice: device.id, update, expecting: 0, context: site.context)
        }
        // What it was is free.
        try site.device(try site.router())
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("S1-17: a device goes with its remote MAC entries, but not while an L2 gateway names it")
    func deleting() throws {
        var site = Site()
        let device = try site.device(try site.router())
        try site.entry(device)
        let gateway = try site.gateway(device)
        expectRefusal(409, "GatewayDeviceInUse", naming: "\(device.id)") {
            try site.inventory.deleting(gatewayDevice: device.id, context: site.context)
        }
        site.delete(try site.inventory.deleting(l2Gateway: gateway.id, context: site.context))
        site.delete(try site.inventory.deleting(gatewayDevice: device.id, context: site.context))
        #expect(site.inventory.remoteMACEntries.isEmpty && site.inventory.invariants().isEmpty)
        expectRefusal(404, "GatewayDeviceNotFound", naming: "\(device.id)") {
            try site.inventory.deleting(gatewayDevice: device.id, context: site.context)
        }
    }

    @Test("S1-01: tenants make no gateway devices; they see those of their own project alone")
    func tenants() throws {
        var site = Site()
        let router = try site.router()
        let tenant = Site.tenant("A")
        expectRefusal(403, "PolicyNotAuthorized") { try site.device(router, as: tenant) }
        let device = try site.device(router)
        expectRefusal(404, "GatewayDeviceNotFound") { try site.inventory.gatewayDevice(device.id, for: tenant) }
        expectRefusal(404, "GatewayDeviceNotFound") { try site.entry(device, as: tenant) }
        let own = try site.device(try site.router(), tunnelIP: "200.200.0.9") { $0.standard.projectID = "A" }
        #expect(try site.inventory.gatewayDevice(own.id, for: tenant) == own)
        expectRefusal(403, "PolicyNotAuthorized") {
            try site.inventory.updating(gatewayDevice: own.id, GatewayDeviceUpdate(), context: tenant)
        }
        expectRefusal(403, "PolicyNotAuthorized") {
            try site.inventory.deleting(gatewayDevice: own.id, context: tenant)
        }
        expectRefusal(403, "PolicyNotAuthorized") { try site.entry(own, as: tenant) }
    }
}
