import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct RouterRuleTests {
    @Test("an interface by subnet has the gateway's address, belongs to the router's project, and is ACTIVE")
    func interfaceBySubnet() throws {
        var site = Site()
        let tenant = Site.tenant("a")
        let network = try site.network(as: tenant)
        let subnet = try site.subnet(network, "10.0.0.0/24", as: tenant)
        let router = try site.router(as: tenant)
        let info = try site.attach(router, subnet, as: tenant)
        #expect(info.routerID == router.id && info.subnetID == subnet.id && info.subnetIDs == [subnet.id])
        #expect(info.networkID == network.id && info.projectID == "a")
        let port = try #require(site.inventory.ports[info.portID])
        #expect(port.fixedIPs == [FixedIP(subnetID: subnet.id, address: .v4(IPv4Address(10, 0, 0, 1)))])
        #expect(port.deviceOwner == "network:router_interface" && port.deviceID == router.id.description)
        #expect(port.status == .active && port.interfaceOfRouter == router.id && !port.portSecurityEnabled)
        #expect(site.inventory.routers[router.id]?.standard.revisionNumber == 1)
        let removed = site.take(
            try site.inventory.removingInterface(from: router.id, subnet: subnet.id, context: tenant)
        )
        #expect(removed == info)
        #expect(site.inventory.ports.isEmpty)
    }

    @Test("an interface by port takes the port over, and removing it deletes the port")
    func interfaceByPort() throws {
        var site = Site()
        let network = try site.network()
        _ = try site.subnet(network, "10.0.0.0/24")
        let port = try site.port(network)
        let router = try site.router()
        site.take(
            try site.inventory.addingInterface(
                to: router.id, port: port.id, context: site.context, using: &site.generator
            )
        )
        #expect(site.inventory.ports[port.id]?.interfaceOfRouter == router.id)
        site.take(try site.inventory.removingInterface(from: router.id, port: port.id, context: site.context))
        #expect(site.inventory.ports[port.id] == nil)
    }

    @Test("refusals of interfaces, each with status, type and what is wrong")
    func interfaceRefusals() throws {
        var site = Site()
        let router = try site.router()
        let network = try site.network()
        let subnet = try site.subnet(network, "10.0.0.0/24")
        func add(_ subnet: SubnetID? = nil, port: PortID? = nil) throws(ResourceError) {
            site.take(
                try site.inventory.addingInterface(
                    to: router.id, subnet: subnet, port: port, context: site.context, using: &site.generator
                )
            )
        }
        func remove(_ subnet: SubnetID? = nil, port: PortID? = nil) throws(ResourceError) {
            site.take(
                try site.inventory.removingInterface(
                    from: router.id, subnet: subnet, port: port, context: site.context
                )
            )
        }
        expectRefusal(400, "BadRequest", naming: "Either subnet_id or port_id") { try add() }
        expectRefusal(400, "BadRequest", naming: "both") { try add(subnet.id, port: PortID(1)) }
        expectRefusal(404, "SubnetNotFound") { try add(SubnetID(1)) }
        expectRefusal(404, "PortNotFound") { try add(port: PortID(1)) }
        expectRefusal(404, "RouterInterfaceNotFoundForSubnet", naming: "no interface on subnet") {
            try remove(subnet.id)
        }
        expectRefusal(404, "RouterInterfaceNotFound") { try remove(port: PortID(1)) }
        let gatewayless = try site.subnet(network, "10.1.0.0/24") { $0.gatewayIP = .set(nil) }
        expectRefusal(400, "BadRequest", naming: "must have a gateway IP") { try add(gatewayless.id) }
        let squatter = try site.port(network) { $0.fixedIPs = [.init(address: IPAddress("10.0.0.1"))] }
        expectRefusal(409, "IpAddressInUse", naming: "10.0.0.1") { try add(subnet.id) }
        site.delete(try site.inventory.deleting(port: squatter.id, context: site.context))
        let bare = try site.port(network) { $0.fixedIPs = [] }
        expectRefusal(400, "BadRequest", naming: "at least one fixed IP") { try add(port: bare.id) }
        let two = try site.port(network) {
            $0.fixedIPs = [.init(subnetID: subnet.id), .init(subnetID: gatewayless.id)]
        }
        expectRefusal(400, "BadRequest", naming: "multiple IPv4 subnets") { try add(port: two.id) }
        let busy = try site.port(network) { $0.deviceID = "vm" }
        expectRefusal(409, "PortInUse", naming: "vm") { try add(port: busy.id) }
        try add(subnet.id)
        expectRefusal(400, "BadRequest", naming: "already has a port") { try add(subnet.id) }
        let overlapping = try site.subnet(try site.network(), "10.0.0.0/16")
        expectRefusal(400, "BadRequest", naming: "overlaps") { try add(overlapping.id) }
        let interface = try #require(site.inventory.interfaceIDs(of: router.id).first)
        expectRefusal(400, "SubnetMismatchForPort") { try remove(gatewayless.id, port: interface) }
        expectRefusal(409, "ServicePortInUse", naming: "network:router_interface") {
            try site.inventory.deleting(port: interface, context: site.context)
        }
        var update = PortUpdate()
        update.deviceOwner = .set("compute:nova")
        expectRefusal(409, "PortInUse") {
            site.take(
                try site.inventory.updating(port: interface, update, context: site.context, using: &site.generator)
            )
        }
        expectRefusal(409, "SubnetInUse") { try site.inventory.deleting(subnet: subnet.id, context: site.context) }
        expectRefusal(409, "RouterInUse", naming: "still has ports") {
            try site.inventory.deleting(router: router.id, context: site.context)
        }
        expectRefusal(404, "RouterNotFound") {
            try site.inventory.deleting(router: router.id, context: Site.tenant("b"))
        }
    }

    @Test("extra routes: added and removed one by one or as a whole, next hop connected, destinations distinct")
    func extraRoutes() throws {
        var site = Site()
        let router = try site.router()
        let network = try site.network()
        let subnet = try site.subnet(network, "10.0.0.0/24")
        try site.attach(router, subnet)
        func route(_ destination: String, _ nextHop: String) throws -> HostRoute {
            HostRoute(destination: try #require(IPPrefix(destination)), nextHop: try #require(IPAddress(nextHop)))
        }
        let first = try route("172.16.0.0/12", "10.0.0.9")
        let second = try route("192.168.0.0/16", "10.0.0.9")
        func add(_ route: HostRoute) throws(ResourceError) {
            site.take(try site.inventory.addingExtraRoutes([route], to: router.id, context: site.context))
        }
        try add(first)
        try add(second)
        try add(first)
        #expect(site.inventory.routers[router.id]?.routes == [first, second])
        func refuse(_ destination: String, _ nextHop: String, _ word: String) throws {
            let bad = try route(destination, nextHop)
            expectRefusal(400, "InvalidRoutes", naming: word) { try add(bad) }
        }
        try refuse("1.0.0.0/8", "10.1.0.9", "the nexthop is not connected with router")
        try refuse("1.0.0.0/8", "10.0.0.1", "the nexthop is used by router")
        try refuse("1.0.0.0/8", "10.0.0.255", "broadcast")
        try refuse("1.0.0.1/8", "10.0.0.9", "1.0.0.0/8")
        try refuse("2001:db8::/32", "10.0.0.9", "IP versions")
        try refuse("172.16.0.0/12", "10.0.0.8", "twice")
        let connected = try route("10.0.0.0/24", "10.0.0.9")
        expectRefusal(409, "RouteConflict", naming: "10.0.0.0/24", "interface") {
            try add(connected)
        }
        expectRefusal(409, "RouterInterfaceInUseByRoute") {
            site.take(
                try site.inventory.removingInterface(from: router.id, subnet: subnet.id, context: site.context)
            )
        }
        site.take(try site.inventory.removingExtraRoutes([second], from: router.id, context: site.context))
        #expect(site.inventory.routers[router.id]?.routes == [first])
        var update = RouterUpdate()
        update.routes = .set([])
        site.take(
            try site.inventory.updating(
                router: router.id, update, context: site.context, using: &site.generator))
        #expect(site.inventory.routers[router.id]?.routes.isEmpty == true)
        site.take(try site.inventory.removingInterface(from: router.id, subnet: subnet.id, context: site.context))
        site.delete(try site.inventory.deleting(router: router.id, context: site.context))
        #expect(site.inventory.routers.isEmpty)
    }
}
