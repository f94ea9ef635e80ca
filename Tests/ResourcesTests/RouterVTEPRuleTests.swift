import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct RouterVTEPRuleTests {
    /// A VTEP router, two tenants' routers, each with 10.1.0.0/24, as at the demo's first site (S0-30).
    struct Demo {
        var site = Site()
        let vtep: Router
        let a: Router
        let b: Router

        init() throws {
            vtep = try site.router()
            a = try site.router()
            b = try site.router()
            for router in [a, b] { try site.attach(router, try site.subnet(try site.network(), "10.1.0.0/24")) }
        }
    }

    @Test("S0-30: two tenants peer with the same addresses and MACs over one VTEP router, told apart by VNI")
    func twoTenants() throws {
        var demo = try Demo()
        let first = try demo.site.binding(demo.vtep, demo.a)
        let second = try demo.site.binding(demo.vtep, demo.b) { $0.vni = 20002 }
        #expect(first.siteVNI != second.siteVNI && first.routerPortNumber != second.routerPortNumber)
        #expect(Set([first.routerPortID, first.vtepPortID, second.routerPortID, second.vtepPortID]).count == 4)
        try demo.site.route(first)
        try demo.site.route(second)
        #expect(demo.site.inventory.invariants().isEmpty)
    }

    @Test("S0-28: a binding is one transaction that takes all it makes")
    func oneTransaction() throws {
        var demo = try Demo()
        var draft = RouterVTEPBindingDraft()
        draft.vtepID = demo.vtep.id
        draft.routerID = demo.a.id
        draft.vtepTunnelIP = IPAddress("200.200.200.3")
        draft.routerSubnet = IPPrefix("192.168.123.1/29")
        draft.routerIP = IPAddress("192.168.123.1")
        draft.routerMAC = MACAddress("02:bb:aa:aa:dd:01")
        draft.vni = 10001
        let (binding, transaction) = try demo.site.inventory.creating(
            routerVTEPBinding: draft, context: demo.site.context, using: &demo.site.generator
        )
        #expect(transaction.changes == [.put(.routerVTEPBinding(binding))])
        #expect(binding.routerSubnet.description == "192.168.123.0/29", "host bits are cleared")
        #expect(
            Set(transaction.taken) == [
                .vtepVNI(demo.vtep.id, binding.vni), .vni(binding.siteVNI), .portNumber(binding.routerPortNumber),
                .route(demo.a.id, binding.routerSubnet), .tunnelIP(binding.vtepTunnelIP),
            ]
        )
    }

    @Test("S0-12: ten routers of ten sites need ten bindings, one each, on one VNI")
    func linear() throws {
        for number in 1...10 {
            var site = Site()
            let vtep = try site.router()
            let router = try site.router()
            try site.binding(vtep, router) {
                $0.routerSubnet = IPPrefix("192.168.0.0/24")
                $0.routerIP = IPAddress("192.168.0.\(number)")
            }
            #expect(site.inventory.routerVTEPBindings.count == 1)
        }
    }

    @Test("S0-23: a VNI is unique per VTEP router, from 1 to 16777215")
    func vniRules() throws {
        var demo = try Demo()
        try demo.site.binding(demo.vtep, demo.a)
        expectRefusal(409, "VNIInUse", naming: "10001") {
            try demo.site.binding(demo.vtep, demo.b)
        }
        for vni in [0, -1, 16_777_216] {
            expectRefusal(400, "HTTPBadRequest", naming: "vni", "1...16777215") {
                try demo.site.binding(demo.vtep, demo.b) { $0.vni = vni }
            }
        }
        try demo.site.binding(demo.vtep, demo.b) { $0.vni = 16_777_215 }
        let other = try demo.site.router()
        let third = try demo.site.router()
        try demo.site.binding(other, third) { $0.vtepTunnelIP = IPAddress("200.200.200.4") }
    }

    @Test("S0-28: refusals of bindings, each with status, type and what is wrong")
    func bindingRefusals() throws {
        var demo = try Demo()
        try demo.site.host(1)
        func refuse(
            _ status: Int, _ type: String, naming word: String, sourceLocation: SourceLocation = #_sourceLocation,
            _ fill: (inout RouterVTEPBindingDraft) -> Void
        ) {
            expectRefusal(status, type, naming: word, sourceLocation: sourceLocation) {
                try demo.site.binding(demo.vtep, demo.a, fill)
            }
        }
        refuse(400, "HTTPBadRequest", naming: "'vtep_id'") { $0.vtepID = nil }
        refuse(400, "HTTPBadRequest", naming: "'vtep_tunnel_ip'") { $0.vtepTunnelIP = nil }
        refuse(400, "HTTPBadRequest", naming: "'router_id'") { $0.routerID = nil }
        refuse(400, "HTTPBadRequest", naming: "'router_subnet'") { $0.routerSubnet = nil }
        refuse(400, "HTTPBadRequest", naming: "'router_ip'") { $0.routerIP = nil }
        refuse(400, "HTTPBadRequest", naming: "'router_mac'") { $0.routerMAC = nil }
        refuse(400, "HTTPBadRequest", naming: "'vni'") { $0.vni = nil }
        refuse(404, "RouterNotFound", naming: "could not be found") { $0.vtepID = RouterID(1) }
        refuse(404, "RouterNotFound", naming: "could not be found") { $0.routerID = RouterID(1) }
        refuse(400, "InvalidInput", naming: "must not be the same") { $0.vtepID = $0.routerID }
        refuse(400, "HTTPBadRequest", naming: "multicast bit") { $0.routerMAC = MACAddress("6f:e4:5a:fa:8e:09") }
        refuse(400, "InvalidInput", naming: "outside of router_subnet") { $0.routerIP = IPAddress("192.168.123.9") }
        refuse(400, "InvalidInput", naming: "network or broadcast") { $0.routerIP = IPAddress("192.168.123.0") }
        refuse(400, "InvalidInput", naming: "network or broadcast") { $0.routerIP = IPAddress("192.168.123.7") }
        for address in ["0.0.0.0", "224.0.0.1", "255.255.255.255", "127.0.0.1", "169.254.0.1"] {
            refuse(400, "HTTPBadRequest", naming: "vtep_tunnel_ip") { $0.vtepTunnelIP = IPAddress(address) }
        }
        refuse(409, "TunnelIPInUse", naming: "host1") { $0.vtepTunnelIP = IPAddress("192.168.192.1") }
        refuse(409, "SubnetOverlap", naming: "10.1.0.0/24") {
            $0.routerSubnet = IPPrefix("10.1.0.0/29")
            $0.routerIP = IPAddress("10.1.0.3")
        }
        try demo.site.binding(demo.vtep, demo.a)
        refuse(409, "SubnetOverlap", naming: "192.168.123.0/29") { $0.vni = 5 }
        let other = try demo.site.router()
        expectRefusal(409, "TunnelIPInUse", naming: demo.vtep.id.description) {
            try demo.site.binding(other, demo.b)
        }
        expectRefusal(403, "PolicyNotAuthorized", naming: "create_router_vtep_binding") {
            try demo.site.binding(demo.vtep, demo.b, as: Site.tenant("b"))
        }
        expectRefusal(409, "TunnelIPInUse", naming: "VTEP router") {
            try demo.site.host(2, tunnel: "200.200.200.3")
        }
    }

    @Test("S0-33: bindings and routes are not updated but deleted and created again")
    func immutable() throws {
        var demo = try Demo()
        let binding = try demo.site.binding(demo.vtep, demo.a)
        let route = try demo.site.route(binding)
        expectRefusal(400, "HTTPBadRequest", naming: "router_vtep_binding cannot be updated") {
            try demo.site.inventory.updating(routerVTEPBinding: binding.id, context: demo.site.context)
        }
        expectRefusal(400, "HTTPBadRequest", naming: "router_vtep_route cannot be updated") {
            try demo.site.inventory.updating(routerVTEPRoute: route.id, context: demo.site.context)
        }
    }

    @Test("S0-26: a route that names no remote VTEP goes to the binding's default; without one it is refused")
    func defaultRemoteVTEP() throws {
        var demo = try Demo()
        let plain = try demo.site.binding(demo.vtep, demo.a)
        expectRefusal(400, "HTTPBadRequest", naming: "'remote_vtep_ip'") {
            try demo.site.route(plain) { $0.remoteVTEPIP = nil }
        }
        demo.site.delete(try demo.site.inventory.deleting(routerVTEPBinding: plain.id, context: demo.site.context))
        for (address, type, word) in [
            ("224.0.0.1", "HTTPBadRequest", "a multicast address"),
            ("200.200.200.3", "InvalidInput", "this site's own"),
            ("2001:db8::1", "InvalidInput", "IP version"),
        ] {
            expectRefusal(400, type, naming: "default_remote_vtep", word) {
                try demo.site.binding(demo.vtep, demo.a) { $0.defaultRemoteVTEPIP = IPAddress(address) }
            }
        }
        let binding = try demo.site.binding(demo.vtep, demo.a) {
            $0.defaultRemoteVTEPIP = IPAddress("200.100.100.9")
        }
        let route = try demo.site.route(binding) { $0.remoteVTEPIP = nil }
        #expect(route.remoteVTEPIP == IPAddress("200.100.100.9"))
        let other = try demo.site.route(binding) {
            $0.cidr = IPPrefix("10.9.0.0/16")
            $0.gatewayIP = IPAddress("192.168.123.3")
            $0.gatewayMAC = MACAddress("02:bb:aa:aa:dd:03")
        }
        #expect(other.remoteVTEPIP == IPAddress("200.100.100.3"))
    }

    @Test("S0-29: refusals of routes, each with status, type and what is wrong")
    func routeRefusals() throws {
        var demo = try Demo()
        let binding = try demo.site.binding(demo.vtep, demo.a)
        func refuse(
            _ status: Int, _ type: String, naming word: String, sourceLocation: SourceLocation = #_sourceLocation,
            _ fill: (inout RouterVTEPRouteDraft) -> Void
        ) {
            expectRefusal(status, type, naming: word, sourceLocation: sourceLocation) {
                try demo.site.route(binding, fill)
            }
        }
        refuse(400, "HTTPBadRequest", naming: "'binding_id'") { $0.bindingID = nil }
        refuse(400, "HTTPBadRequest", naming: "'cidr'") { $0.cidr = nil }
        refuse(400, "HTTPBadRequest", naming: "'gw_ip'") { $0.gatewayIP = nil }
        refuse(400, "HTTPBadRequest", naming: "'gw_mac'") { $0.gatewayMAC = nil }
        refuse(400, "HTTPBadRequest", naming: "'remote_vtep_ip'") { $0.remoteVTEPIP = nil }
        refuse(404, "RouterVTEPBindingNotFound", naming: "could not be found") { $0.bindingID = .init(1) }
        refuse(400, "HTTPBadRequest", naming: "'10.0.0.0/16' is recommended") { $0.cidr = IPPrefix("10.0.0.1/16") }
        refuse(400, "InvalidInput", naming: "cidr") { $0.cidr = IPPrefix("2001:db8::/32") }
        refuse(400, "InvalidInput", naming: "gw_ip") { $0.gatewayIP = IPAddress("192.168.123.9") }
        refuse(400, "InvalidInput", naming: "router's own") { $0.gatewayIP = IPAddress("192.168.123.1") }
        refuse(400, "InvalidInput", naming: "router's own") { $0.gatewayMAC = MACAddress("02:bb:aa:aa:dd:01") }
        refuse(400, "HTTPBadRequest", naming: "multicast bit") { $0.gatewayMAC = MACAddress("03:bb:aa:aa:dd:02") }
        refuse(400, "HTTPBadRequest", naming: "remote_vtep_ip") { $0.remoteVTEPIP = IPAddress("0.0.0.0") }
        refuse(400, "InvalidInput", naming: "this site's own") { $0.remoteVTEPIP = IPAddress("200.200.200.3") }
        refuse(400, "InvalidInput", naming: "remote_vtep_ip") { $0.remoteVTEPIP = IPAddress("2001:db8::1") }
        refuse(409, "RouteConflict", naming: "interface") { $0.cidr = IPPrefix("10.1.0.0/24") }
        refuse(409, "RouteConflict", naming: "binding") { $0.cidr = IPPrefix("192.168.123.0/29") }
        try demo.site.route(binding)
        refuse(409, "RouteConflict", naming: "router-VTEP route") { _ in }
        refuse(409, "NeighbourConflict", naming: "02:bb:aa:aa:dd:02") {
            $0.cidr = IPPrefix("10.5.0.0/16")
            $0.gatewayMAC = MACAddress("02:bb:aa:aa:dd:03")
        }
        refuse(409, "RemoteMACConflict", naming: "200.100.100.3") {
            $0.cidr = IPPrefix("10.5.0.0/16")
            $0.remoteVTEPIP = IPAddress("200.100.100.4")
        }
        let extra = HostRoute(
            destination: try #require(IPPrefix("10.6.0.0/16")), nextHop: try #require(IPAddress("10.1.0.9"))
        )
        demo.site.take(
            try demo.site.inventory.addingExtraRoutes([extra], to: demo.a.id, context: demo.site.context)
        )
        refuse(409, "RouteConflict", naming: "extra routes") { $0.cidr = IPPrefix("10.6.0.0/16") }
        expectRefusal(403, "PolicyNotAuthorized", naming: "create_router_vtep_route") {
            try demo.site.route(binding, as: Site.tenant("b"))
        }
    }

    @Test("S0-29: routes share a gateway's seeds, and the last one takes them away")
    func sharedSeeds() throws {
        var demo = try Demo()
        let binding = try demo.site.binding(demo.vtep, demo.a)
        let first = try demo.site.route(binding)
        let second = try demo.site.route(binding) { $0.cidr = IPPrefix("10.9.0.0/16") }
        let neighbour = Claim.neighbour(binding.id, first.gatewayIP)
        let remote = Claim.remoteMAC(binding.id, first.gatewayMAC)
        let one = try demo.site.inventory.deleting(routerVTEPRoute: first.id, context: demo.site.context)
        #expect(one.released == [.route(demo.a.id, first.cidr)])
        demo.site.delete(one)
        #expect(demo.site.inventory.holder(of: neighbour) == .mac(second.gatewayMAC))
        let two = try demo.site.inventory.deleting(routerVTEPRoute: second.id, context: demo.site.context)
        #expect(Set(two.released) == [.route(demo.a.id, second.cidr), neighbour, remote])
        demo.site.delete(two)
        #expect(demo.site.inventory.holder(of: remote) == nil)
    }

    @Test("S0-33: routes go before their binding, the binding before its routers; then nothing is left")
    func teardown() throws {
        var demo = try Demo()
        let empty = Set(demo.site.inventory.heldClaims)
        let binding = try demo.site.binding(demo.vtep, demo.a)
        let route = try demo.site.route(binding)
        expectRefusal(409, "RouterVTEPBindingInUse", naming: "1 router-VTEP route") {
            _ = try demo.site.inventory.deleting(routerVTEPBinding: binding.id, context: demo.site.context)
        }
        demo.site.delete(try demo.site.inventory.deleting(routerVTEPRoute: route.id, context: demo.site.context))
        let extra = HostRoute(destination: route.cidr, nextHop: route.gatewayIP)
        demo.site.take(
            try demo.site.inventory.addingExtraRoutes([extra], to: demo.a.id, context: demo.site.context)
        )
        expectRefusal(409, "RouterVTEPBindingInUse", naming: "extra route") {
            _ = try demo.site.inventory.deleting(routerVTEPBinding: binding.id, context: demo.site.context)
        }
        demo.site.take(
            try demo.site.inventory.removingExtraRoutes([extra], from: demo.a.id, context: demo.site.context)
        )
        expectRefusal(409, "RouterInUse", naming: "binding") {
            _ = try demo.site.inventory.deleting(router: demo.vtep.id, context: demo.site.context)
        }
        demo.site.delete(
            try demo.site.inventory.deleting(routerVTEPBinding: binding.id, context: demo.site.context)
        )
        #expect(Set(demo.site.inventory.heldClaims) == empty)
        #expect(demo.site.inventory.invariants().isEmpty)
        expectRefusal(404, "RouterVTEPBindingNotFound") {
            _ = try demo.site.inventory.deleting(routerVTEPBinding: binding.id, context: demo.site.context)
        }
        expectRefusal(404, "RouterVTEPRouteNotFound") {
            _ = try demo.site.inventory.deleting(routerVTEPRoute: route.id, context: demo.site.context)
        }
    }

    @Test("S0-35: a tenant's router peers without any interface or default route")
    func noGateway() throws {
        var site = Site()
        let vtep = try site.router()
        let router = try site.router()
        let binding = try site.binding(vtep, router)
        try site.route(binding)
        #expect(site.inventory.invariants().isEmpty)
    }
}
