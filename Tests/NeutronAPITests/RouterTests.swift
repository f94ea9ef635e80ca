import Manager
import NeutronClient
import Resources
import Testing

@testable import NeutronAPI

@Suite("Routers and peering through the client")
struct RouterTests {
    @Test("interfaces by subnet and by port, extra routes added, replaced and removed")
    func interfacesAndRoutes() async throws {
        try await APIHarness.run { api in
            let client = api.client
            let (a, subnetA) = try await api.network("a", cidr: "10.1.0.0/24")
            let (b, _) = try await api.network("b", cidr: "10.2.0.0/24")
            let router = try await client.create(NeutronClient.Router.self, .init(name: "r"))
            let first = try await client.addRouterInterface(router.id, .subnet(subnetA?.id ?? ""))
            let port = try await client.create(NeutronClient.Port.self, .init(networkID: b.id))
            let second = try await client.addRouterInterface(router.id, .port(port.id))
            #expect(second.portID == port.id)
            let duplicate = await #expect(throws: NeutronClientError.self) {
                _ = try await client.addRouterInterface(router.id, .subnet(subnetA?.id ?? ""))
            }
            #expect(duplicate?.status == 400)

            let route = NeutronClient.Route(destination: "10.50.0.0/16", nextHop: "10.1.0.60")
            let other = NeutronClient.Route(destination: "10.60.0.0/16", nextHop: "10.2.0.60")
            var now = try await client.update(NeutronClient.Router.self, router.id, .init(routes: [route]))
            #expect(now.routes == [route])
            now = try await client.addExtraRoutes(router.id, [other])
            #expect(Set(now.routes) == [route, other])
            let inUse = await #expect(throws: NeutronClientError.self) {
                try await client.removeRouterInterface(router.id, .subnet(subnetA?.id ?? ""))
            }
            #expect(inUse?.type == "RouterInterfaceInUseByRoute")
            now = try await client.removeExtraRoutes(router.id, [route, other])
            #expect(now.routes.isEmpty)

            let busy = await #expect(throws: NeutronClientError.self) {
                try await client.delete(NeutronClient.Router.self, router.id)
            }
            #expect(busy?.type == "RouterInUse")
            try await client.removeRouterInterface(router.id, .subnet(first.subnetID))
            try await client.removeRouterInterface(router.id, .port(second.portID))
            try await client.delete(NeutronClient.Router.self, router.id)
            for network in [a, b] { try await client.delete(NeutronClient.Network.self, network.id) }
            // The port that was made first brought the project's default security group.
            let groups = try await api.send("GET", "/v2.0/security-groups").json["security_groups"]?.array ?? []
            for group in groups {
                let id = group["id"]?.string ?? ""
                #expect(try await api.send("DELETE", "/v2.0/security-groups/\(id)").status == 204)
            }
            #expect(api.controller.read { $0.isEmpty })
        }
    }

    @Test("S0-25, S0-26: a binding says whether hosts send by themselves, and where MACs are that no route places")
    func bindingOptions() async throws {
        try await APIHarness.run { api in
            let vtep = try await api.client.create(NeutronClient.Router.self, .init(name: "V"))
            let router = try await api.client.create(NeutronClient.Router.self, .init(name: "A"))
            let plain = try await api.client.create(
                NeutronClient.RouterVTEPBinding.self,
                .init(
                    vtepID: vtep.id, vtepTunnelIP: "200.200.200.3", routerID: router.id,
                    routerSubnet: "192.168.124.0/29", routerIP: "192.168.124.1", routerMAC: "02:bb:aa:aa:dd:05", vni: 1)
            )
            #expect(!plain.offRampVXLAN && plain.defaultRemoteVTEP == nil)
            let binding = try await api.client.create(
                NeutronClient.RouterVTEPBinding.self,
                .init(
                    vtepID: vtep.id, vtepTunnelIP: "200.200.200.3", routerID: router.id,
                    routerSubnet: "192.168.123.0/29", routerIP: "192.168.123.1", routerMAC: "02:bb:aa:aa:dd:01",
                    vni: 2, offRampVXLAN: true, defaultRemoteVTEP: "200.100.100.3"))
            #expect(binding.offRampVXLAN && binding.defaultRemoteVTEP == "200.100.100.3")
            let route = try await api.client.create(
                NeutronClient.RouterVTEPRoute.self,
                .init(
                    bindingID: binding.id, cidr: "10.0.0.0/16", gatewayIP: "192.168.123.2",
                    gatewayMAC: "02:bb:aa:aa:dd:02", remoteVTEPIP: nil))
            #expect(route.remoteVTEPIP == "200.100.100.3")
            #expect(
                try await api.client.list(NeutronClient.RouterVTEPBinding.self, where: ["off_ramp_vxlan": "true"])
                    == [binding])
        }
    }

    @Test("S0-28, S0-29: the demo's binding and route of site 1, tenant A; they can't change; deleted in order")
    func peering() async throws {
        try await APIHarness.run { api in
            let client = api.client
            let vtep = try await client.create(NeutronClient.Router.self, .init(name: "V"))
            let router = try await client.create(NeutronClient.Router.self, .init(name: "A", projectID: "tenant-a"))
            let binding = try await client.create(
                NeutronClient.RouterVTEPBinding.self,
                .init(
                    vtepID: vtep.id, vtepTunnelIP: "200.200.200.3", routerID: router.id,
                    routerSubnet: "192.168.123.0/29", routerIP: "192.168.123.1", routerMAC: "02:bb:aa:aa:dd:01",
                    vni: 10001
                )
            )
            #expect(binding.routerPortID != binding.vtepPortID)
            let route = try await client.create(
                NeutronClient.RouterVTEPRoute.self,
                .init(
                    bindingID: binding.id, cidr: "10.0.0.0/16", gatewayIP: "192.168.123.2",
                    gatewayMAC: "02:bb:aa:aa:dd:02", remoteVTEPIP: "200.100.100.3"
                )
            )
            #expect(try await client.list(NeutronClient.RouterVTEPBinding.self, where: ["vni": "10001"]) == [binding])
            #expect(
                try await client.list(NeutronClient.RouterVTEPRoute.self, where: ["binding_id": binding.id]) == [route]
            )
            let put = try await api.send(
                "PUT", "/v2.0/router_vtep_bindings/\(binding.id)", #"{"router_vtep_binding":{"vni":5}}"#
            )
            #expect(put.status == 400)
            #expect(put.errorMessage == "Cannot update read-only attribute vni")
            let rename = try await api.send(
                "PUT", "/v2.0/router_vtep_bindings/\(binding.id)", #"{"router_vtep_binding":{"name":"x"}}"#
            )
            #expect(rename.status == 400)
            let duplicate = await #expect(throws: NeutronClientError.self) {
                _ = try await client.create(
                    NeutronClient.RouterVTEPBinding.self,
                    .init(
                        vtepID: vtep.id, vtepTunnelIP: "200.200.200.3", routerID: router.id,
                        routerSubnet: "192.168.124.0/29", routerIP: "192.168.124.1", routerMAC: "02:bb:aa:aa:dd:05",
                        vni: 10001
                    )
                )
            }
            #expect(duplicate?.status == 409)
            let early = await #expect(throws: NeutronClientError.self) {
                try await client.delete(NeutronClient.RouterVTEPBinding.self, binding.id)
            }
            #expect(early?.status == 409)
            try await client.delete(NeutronClient.RouterVTEPRoute.self, route.id)
            try await client.delete(NeutronClient.RouterVTEPBinding.self, binding.id)
            for id in [vtep.id, router.id] { try await client.delete(NeutronClient.Router.self, id) }
            #expect(api.controller.read { $0.isEmpty })
        }
    }
}
