import NeutronClient
import Testing

@testable import NeutronAPI

@Suite("Gateways and floating IPs through the API")
struct ExternalNetworkTests {
    /// An external network, a tenant's network, a router with an interface there, and a port.
    struct World {
        let external: String
        let subnet: String
        let router: String
        let port: String
    }

    private func world(_ api: APIHarness) async throws -> World {
        let external = try await api.make("network", #"{"router:external":true,"name":"public","is_default":true}"#)
        _ = try await api.make(
            "subnet", #"{"network_id":"\#(external)","cidr":"172.24.4.0/24","ip_version":4,"enable_dhcp":false}"#)
        let (network, subnet) = try await api.network(cidr: "10.0.0.0/24")
        let router = try await api.make("router", #"{"name":"r"}"#)
        _ = try await api.client.addRouterInterface(router, .subnet(subnet?.id ?? ""))
        let port = try await api.client.create(NeutronClient.Port.self, .init(networkID: network.id))
        return World(external: external, subnet: subnet?.id ?? "", router: router, port: port.id)
    }

    @Test("external_gateway_info is set, changed and cleared, at creation too, and answers show it at once")
    func gateway() async throws {
        try await APIHarness.run { api in
            let world = try await world(api)
            let path = "/v2.0/routers/\(world.router)"
            let set = try await api.send(
                "PUT", path, #"{"router":{"external_gateway_info":{"network_id":"\#(world.external)"}}}"#)
            #expect(set.status == 200)
            let info = set.json["router"]?["external_gateway_info"]
            #expect(info?["network_id"] == .string(world.external))
            #expect(info?["enable_snat"] == .bool(true))
            #expect(info?["external_fixed_ips"]?.array?.first?["ip_address"] == .string("172.24.4.2"))
            let ports = try await api.send("GET", "/v2.0/ports?device_owner=network:router_gateway").json["ports"]
            #expect(ports?.array?.first?["device_id"] == .string(world.router))
            #expect(ports?.array?.first?["tenant_id"] == .string(""))
            let snat = try await api.send(
                "PUT", path,
                #"{"router":{"external_gateway_info":{"network_id":"\#(world.external)","enable_snat":"False"}}}"#)
            #expect(snat.json["router"]?["external_gateway_info"]?["enable_snat"] == .bool(false))
            let odd = try await api.send("PUT", path, #"{"router":{"external_gateway_info":{"enable_snat":true}}}"#)
            #expect(odd.status == 400)
            let cleared = try await api.send("PUT", path, #"{"router":{"external_gateway_info":{}}}"#)
            #expect(cleared.json["router"]?["external_gateway_info"] == .null)
            let made = try await api.send(
                "POST", "/v2.0/routers",
                #"{"router":{"external_gateway_info":{"network_id":"\#(world.external)"},"availability_zone_hints":["nova"]}}"#
            )
            #expect(made.status == 201)
            #expect(
                made.json["router"]?["external_gateway_info"]?["external_fixed_ips"]?.array?.first?["ip_address"]
                    == .string("172.24.4.2"))
            let nowhere = try await api.send(
                "POST", "/v2.0/routers", #"{"router":{"availability_zone_hints":["moon"]}}"#)
            #expect(nowhere.status == 404 && nowhere.errorType == "AvailabilityZoneNotFound")
        }
    }

    @Test("a floating IP is made, leads to a port, shows it, is filtered by it and freed; it stays DOWN without NAT")
    func floatingIP() async throws {
        try await APIHarness.run { api in
            let world = try await world(api)
            let early = try await api.send(
                "POST", "/v2.0/floatingips",
                #"{"floatingip":{"floating_network_id":"\#(world.external)","port_id":"\#(world.port)"}}"#)
            #expect(early.status == 404 && early.errorType == "ExternalGatewayForFloatingIPNotFound")
            _ = try await api.send(
                "PUT", "/v2.0/routers/\(world.router)",
                #"{"router":{"external_gateway_info":{"network_id":"\#(world.external)"}}}"#)
            let made = try await api.send(
                "POST", "/v2.0/floatingips",
                #"""
                {"floatingip":{"floating_network_id":"\#(world.external)","floating_ip_address":"172.24.4.99",
                 "description":"d","tags":["t"],"tenant_id":"default"}}
                """#)
            #expect(made.status == 201)
            let floatingIP = try #require(made.json["floatingip"])
            #expect(floatingIP["floating_ip_address"] == .string("172.24.4.99"))
            for name in ["port_id", "router_id", "fixed_ip_address", "port_details"] {
                #expect(floatingIP[name] == .null)
            }
            #expect(floatingIP["status"] == .string("DOWN"))
            let path = "/v2.0/floatingips/\(floatingIP["id"]?.string ?? "")"
            let set = try await api.send("PUT", path, #"{"floatingip":{"port_id":"\#(world.port)"}}"#)
            #expect(set.status == 200)
            #expect(set.json["floatingip"]?["router_id"] == .string(world.router))
            #expect(set.json["floatingip"]?["fixed_ip_address"] == .string("10.0.0.2"))
            #expect(set.json["floatingip"]?["port_details"]?["device_owner"] == .string(""))
            #expect(set.json["floatingip"]?["status"] == .string("DOWN"))
            let found = try await api.send("GET", "/v2.0/floatingips?port_id=\(world.port)&fields=id")
            #expect(found.json["floatingips"]?.array?.count == 1)
            let second = try await api.send(
                "POST", "/v2.0/floatingips",
                #"{"floatingip":{"floating_network_id":"\#(world.external)","port_id":"\#(world.port)"}}"#)
            #expect(second.status == 409 && second.errorType == "FloatingIPPortAlreadyAssociated")
            let kept = try await api.send(
                "PUT", "/v2.0/routers/\(world.router)", #"{"router":{"external_gateway_info":null}}"#)
            #expect(kept.status == 409 && kept.errorType == "RouterExternalGatewayInUseByFloatingIp")
            try await api.client.delete(NeutronClient.Port.self, world.port)
            #expect(try await api.send("GET", path).json["floatingip"]?["port_id"] == .null)
            #expect(try await api.send("DELETE", path).status == 204)
            #expect(try await api.send("GET", path).errorType == "FloatingIPNotFound")
        }
    }
}

extension APIHarness {
    /// Creates a resource and answers with its id.
    func make(_ member: String, path: String? = nil, _ body: String) async throws -> String {
        let answer = try await send("POST", path ?? "/v2.0/\(member)s", #"{"\#(member)":\#(body)}"#)
        #expect(answer.status == 201, "\(answer.errorMessage ?? "")")
        return answer.json[member]?["id"]?.string ?? ""
    }
}
