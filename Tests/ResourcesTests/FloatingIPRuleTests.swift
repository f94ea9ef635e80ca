import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct FloatingIPRuleTests {
    /// A tenant's VM behind a router with a gateway.
    struct World {
        var site = Site()
        let external: Network
        let externalSubnet: Subnet
        let subnet: Subnet
        let router: Router
        let vm: Port

        init() throws {
            (external, externalSubnet) = try site.external()
            let network = try site.network()
            subnet = try site.subnet(network, "10.0.0.0/24")
            let made = try site.router()
            try site.attach(made, subnet)
            router = try site.setGateway(made, RouterGatewayDraft(networkID: external.id))
            vm = try site.port(network)
        }

        mutating func associate(_ floatingIP: FloatingIP, _ port: PortID?) throws -> FloatingIP {
            var update = FloatingIPUpdate()
            update.portID = .set(port)
            return site.take(try site.inventory.updating(floatingIP: floatingIP.id, update, context: site.context))
        }
    }

    @Test(
        "a router's gateway has a port on the external network; it is set, changed, cleared, and goes with its router")
    func gateway() throws {
        var world = try World()
        let port = try #require(world.site.inventory.gatewayPort(of: world.router.id))
        #expect(port.deviceOwner == "network:router_gateway" && port.networkID == world.external.id)
        #expect(world.router.gateway?.enableSNAT == true)
        #expect(world.router.gateway?.fixedIPs == port.fixedIPs)
        let address = FixedIPDraft(subnetID: world.externalSubnet.id, address: IPAddress("172.24.4.77"))
        let moved = try world.site.setGateway(
            world.router, RouterGatewayDraft(networkID: world.external.id, enableSNAT: false, fixedIPs: [address]))
        #expect(world.site.inventory.gatewayPort(of: world.router.id)?.id == port.id)
        #expect(moved.gateway?.fixedIPs.map(\.address.description) == ["172.24.4.77"])
        #expect(moved.gateway?.enableSNAT == false)
        let (other, _) = try world.site.external("172.25.0.0/24")
        let away = try world.site.setGateway(world.router, RouterGatewayDraft(networkID: other.id))
        #expect(away.gateway?.networkID == other.id)
        #expect(world.site.inventory.ports[port.id] == nil)
        expectRefusal(409, "ServicePortInUse", naming: "network:router_gateway") {
            let id = try #require(world.site.inventory.gatewayPort(of: world.router.id)?.id)
            _ = try world.site.inventory.deleting(port: id, context: world.site.context)
        }
        _ = world.site.take(
            try world.site.inventory.removingInterface(
                from: world.router.id, subnet: world.subnet.id, context: world.site.context))
        world.site.delete(try world.site.inventory.deleting(router: world.router.id, context: world.site.context))
        #expect(world.site.inventory.portIDs(of: other.id).isEmpty)
        #expect(world.site.inventory.invariants().isEmpty)
    }

    @Test("refusals of gateways, each with status and type")
    func gatewayRefusals() throws {
        var world = try World()
        let plain = try world.site.network()
        let router = try world.site.router()
        expectRefusal(400, "BadRequest", naming: "is not an external network") {
            try world.site.setGateway(router, RouterGatewayDraft(networkID: plain.id))
        }
        expectRefusal(404, "NetworkNotFound") {
            try world.site.setGateway(router, RouterGatewayDraft(networkID: NetworkID(1)))
        }
        let (equal, _) = try world.site.external("10.0.0.0/16")
        expectRefusal(400, "BadRequest", naming: "overlaps with cidr 10.0.0.0/24") {
            try world.site.setGateway(world.router, RouterGatewayDraft(networkID: equal.id))
        }
        let tenants = try world.site.router(as: Site.tenant("a"))
        expectRefusal(403, "PolicyNotAuthorized", naming: "enable_snat") {
            try world.site.setGateway(
                tenants, RouterGatewayDraft(networkID: world.external.id, enableSNAT: false), as: Site.tenant("a"))
        }
        try world.site.setGateway(tenants, RouterGatewayDraft(networkID: world.external.id), as: Site.tenant("a"))
        expectRefusal(409, "ExternalNetworkInUse") {
            var update = NetworkUpdate()
            update.external = .set(false)
            _ = try world.site.inventory.updating(
                network: world.external.id, update, context: world.site.context, using: &world.site.generator)
        }
        // The other way round: an interface on what the gateway is on already.
        let far = try world.site.network()
        let same = try world.site.subnet(far, "172.24.0.0/16")
        expectRefusal(400, "BadRequest", naming: "172.24.4.0/24") { try world.site.attach(world.router, same) }
    }

    @Test("a floating IP has an address of the external network, and leads to a port by the router between them")
    func association() throws {
        var world = try World()
        let floatingIP = try world.site.floatingIP(world.external) { $0.address = IPAddress("172.24.4.100") }
        #expect(floatingIP.association == nil)
        let port = try #require(world.site.inventory.ports[floatingIP.externalPortID])
        #expect(port.deviceOwner == "network:floatingip" && port.deviceID == floatingIP.id.description)
        #expect(port.fixedIPs.map(\.address.description) == ["172.24.4.100"])
        let set = try world.associate(floatingIP, world.vm.id)
        #expect(set.association?.routerID == world.router.id)
        #expect(set.association?.address == world.vm.fixedIPs.first?.address)
        #expect(try world.associate(floatingIP, nil).association == nil)
        _ = try world.associate(floatingIP, world.vm.id)
        // Its port goes, and it stays.
        world.site.delete(try world.site.inventory.deleting(port: world.vm.id, context: world.site.context))
        #expect(world.site.inventory.floatingIPs[floatingIP.id]?.association == nil)
        world.site.delete(try world.site.inventory.deleting(floatingIP: floatingIP.id, context: world.site.context))
        #expect(world.site.inventory.ports[floatingIP.externalPortID] == nil)
        #expect(world.site.inventory.invariants().isEmpty)
    }

    @Test("refusals of floating IPs, each with status and type")
    func refusals() throws {
        var world = try World()
        let plain = try world.site.network()
        expectRefusal(400, "BadRequest", naming: "not a valid external network") {
            _ = try world.site.floatingIP(plain)
        }
        let empty = try world.site.network { $0.external = true }
        expectRefusal(400, "ExternalIpAddressExhausted") { _ = try world.site.floatingIP(empty) }
        expectRefusal(404, "PortNotFound") { _ = try world.site.floatingIP(world.external) { $0.portID = PortID(1) } }
        expectRefusal(400, "BadRequest", naming: "without a port_id") {
            _ = try world.site.floatingIP(world.external) { $0.fixedIPAddress = IPAddress("10.0.0.2") }
        }
        expectRefusal(400, "BadRequest", naming: "does not have fixed ip 10.0.0.99") {
            _ = try world.site.floatingIP(world.external) {
                ($0.portID, $0.fixedIPAddress) = (world.vm.id, IPAddress("10.0.0.99"))
            }
        }
        _ = try world.site.subnet(plain, "10.7.0.0/24")
        let stranded = try world.site.port(plain)
        expectRefusal(404, "ExternalGatewayForFloatingIPNotFound", naming: "not reachable") {
            _ = try world.site.floatingIP(world.external) { $0.portID = stranded.id }
        }
        let bare = try world.site.port(plain) { $0.fixedIPs = [] }
        expectRefusal(400, "BadRequest", naming: "no fixed IPv4 addresses") {
            _ = try world.site.floatingIP(world.external) { $0.portID = bare.id }
        }
        let first = try world.site.floatingIP(world.external) { $0.portID = world.vm.id }
        expectRefusal(409, "FloatingIPPortAlreadyAssociated") {
            _ = try world.site.floatingIP(world.external) { $0.portID = world.vm.id }
        }
        expectRefusal(409, "IpAddressInUse", naming: first.address.description) {
            _ = try world.site.floatingIP(world.external) { $0.address = first.address }
        }
        expectRefusal(409, "RouterExternalGatewayInUseByFloatingIp") { try world.site.setGateway(world.router, nil) }
        expectRefusal(409, "RouterInterfaceInUseByFloatingIP") {
            _ = try world.site.inventory.removingInterface(
                from: world.router.id, subnet: world.subnet.id, context: world.site.context)
        }
        expectRefusal(400, "BadRequest", naming: "Cannot remove fixed IP") {
            var update = PortUpdate()
            update.fixedIPs = .set([])
            _ = try world.site.inventory.updating(
                port: world.vm.id, update, context: world.site.context, using: &world.site.generator)
        }
        expectRefusal(404, "FloatingIPNotFound") {
            _ = try world.site.inventory.floatingIP(first.id, for: Site.tenant("other"))
        }
        #expect(world.site.inventory.invariants().isEmpty)
    }

    @Test("there is one default among the external networks")
    func defaultNetwork() throws {
        var site = Site()
        let first = try site.network { ($0.external, $0.isDefault) = (true, true) }
        expectRefusal(409, "DefaultExternalNetworkExists", naming: first.id.description) {
            _ = try site.network { ($0.external, $0.isDefault) = (true, true) }
        }
        expectRefusal(400, "InvalidInput", naming: "is_default") { _ = try site.network { $0.isDefault = true } }
        var update = NetworkUpdate()
        update.external = .set(false)
        let plain = site.take(
            try site.inventory.updating(network: first.id, update, context: site.context, using: &site.generator))
        #expect(!plain.isDefault)
    }
}
