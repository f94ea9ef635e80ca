import Logging
import NeutronClient
import Testing

@testable import NeutronAPI

@Suite("Discovery and the surface of the API")
struct DiscoveryTests {
    @Test("GET / names v2.0 under the Host that the client used")
    func versions() async throws {
        try await APIHarness.run { api in
            let answer = try await api.send("GET", "/", headers: ["Host": "cloud.example:8080"])
            #expect(answer.status == 200)
            #expect(
                answer.json
                    == .object([
                        "versions": .array([
                            .object([
                                "id": .string("v2.0"), "status": .string("CURRENT"),
                                "links": .array([
                                    .object([
                                        "rel": .string("self"),
                                        "href": .string("http://cloud.example:8080/v2.0/"),
                                    ])
                                ]),
                            ])
                        ])
                    ])
            )
            let proxied = try await api.send(
                "GET", "/", headers: ["Host": "cloud.example", "X-Forwarded-Proto": "https"]
            )
            #expect(
                proxied.json["versions"]?.array?.first?["links"]?.array?.first?["href"]
                    == .string("https://cloud.example/v2.0/")
            )
        }
    }

    @Test("GET /v2.0 and /v2.0/ list the collections")
    func resources() async throws {
        try await APIHarness.run { api in
            for path in ["/v2.0", "/v2.0/"] {
                let answer = try await api.send("GET", path)
                let names = answer.json["resources"]?.array?.compactMap { $0["collection"]?.string }
                #expect(
                    names == [
                        "networks", "subnets", "ports", "routers", "gw/gateway_devices", "l2-gateways",
                        "l2-gateway-connections", "router_vtep_bindings", "router_vtep_routes", "security-groups",
                        "security-group-rules", "address-groups", "rbac-policies", "quotas", "agents", "extensions",
                        "address-scopes", "availability_zones", "floatingips", "network-ip-availabilities",
                        "service-providers", "subnetpools", "trunks",
                    ]
                )
            }
        }
    }

    @Test("extensions are listed and shown by alias; an unknown alias is 404")
    func extensions() async throws {
        try await APIHarness.run { api in
            let all = try await api.send("GET", "/v2.0/extensions").json["extensions"]?.array ?? []
            #expect(all.count == APIExtension.all.count)
            for entry in all {
                for name in ["name", "alias", "description", "updated", "links"] { #expect(entry[name] != nil) }
            }
            let one = try await api.send("GET", "/v2.0/extensions/router")
            #expect(one.json["extension"]?["alias"] == .string("router"))
            let none = try await api.send("GET", "/v2.0/extensions/Availability%20Zone")
            #expect(none.status == 404)
        }
    }

    @Test("a project is what a request calls it, for openstackclient's --project")
    func projects() async throws {
        try await APIHarness.run { api in
            let answer = try await api.send("GET", "/v2.0/projects/tenant%20a")
            #expect(answer.json["project"]?["id"] == .string("tenant a"))
            #expect(answer.json["project"]?["name"] == .string("tenant a"))
        }
    }

    @Test("every answer carries a request id of its own")
    func requestIDs() async throws {
        try await APIHarness.run { api in
            var seen: Set<String> = []
            for path in ["/", "/v2.0/networks", "/nope", "/v2.0/networks/nope"] {
                let id = try await api.send("GET", path).raw.header("x-openstack-request-id") ?? ""
                #expect(id.hasPrefix("req-") && id.utf8.count == 40)
                seen.insert(id)
            }
            #expect(seen.count == 4)
        }
    }

    /// The public surface: a change of it is a change of this list, which someone reads.
    static let routes = """
        DELETE /v2.0/address-groups/{id}
        DELETE /v2.0/address-groups/{id}/tags
        DELETE /v2.0/address-groups/{id}/tags/{tag}
        DELETE /v2.0/address-scopes/{id}
        DELETE /v2.0/address-scopes/{id}/tags
        DELETE /v2.0/address-scopes/{id}/tags/{tag}
        DELETE /v2.0/floatingips/{id}
        DELETE /v2.0/floatingips/{id}/tags
        DELETE /v2.0/floatingips/{id}/tags/{tag}
        DELETE /v2.0/gw/gateway_devices/{id}
        DELETE /v2.0/gw/gateway_devices/{id}/remote_mac_entries/{entry}
        DELETE /v2.0/gw/gateway_devices/{id}/tags
        DELETE /v2.0/gw/gateway_devices/{id}/tags/{tag}
        DELETE /v2.0/l2-gateway-connections/{id}
        DELETE /v2.0/l2-gateway-connections/{id}/tags
        DELETE /v2.0/l2-gateway-connections/{id}/tags/{tag}
        DELETE /v2.0/l2-gateways/{id}
        DELETE /v2.0/l2-gateways/{id}/tags
        DELETE /v2.0/l2-gateways/{id}/tags/{tag}
        DELETE /v2.0/networks/{id}
        DELETE /v2.0/networks/{id}/tags
        DELETE /v2.0/networks/{id}/tags/{tag}
        DELETE /v2.0/ports/{id}
        DELETE /v2.0/ports/{id}/tags
        DELETE /v2.0/ports/{id}/tags/{tag}
        DELETE /v2.0/quotas/{id}
        DELETE /v2.0/rbac-policies/{id}
        DELETE /v2.0/router_vtep_bindings/{id}
        DELETE /v2.0/router_vtep_bindings/{id}/tags
        DELETE /v2.0/router_vtep_bindings/{id}/tags/{tag}
        DELETE /v2.0/router_vtep_routes/{id}
        DELETE /v2.0/router_vtep_routes/{id}/tags
        DELETE /v2.0/router_vtep_routes/{id}/tags/{tag}
        DELETE /v2.0/routers/{id}
        DELETE /v2.0/routers/{id}/tags
        DELETE /v2.0/routers/{id}/tags/{tag}
        DELETE /v2.0/security-group-rules/{id}
        DELETE /v2.0/security-group-rules/{id}/tags
        DELETE /v2.0/security-group-rules/{id}/tags/{tag}
        DELETE /v2.0/security-groups/{id}
        DELETE /v2.0/security-groups/{id}/tags
        DELETE /v2.0/security-groups/{id}/tags/{tag}
        DELETE /v2.0/subnetpools/{id}
        DELETE /v2.0/subnetpools/{id}/tags
        DELETE /v2.0/subnetpools/{id}/tags/{tag}
        DELETE /v2.0/subnets/{id}
        DELETE /v2.0/subnets/{id}/tags
        DELETE /v2.0/subnets/{id}/tags/{tag}
        DELETE /v2.0/trunks/{id}
        DELETE /v2.0/trunks/{id}/tags
        DELETE /v2.0/trunks/{id}/tags/{tag}
        GET /
        GET /v2.0
        GET /v2.0/address-groups
        GET /v2.0/address-groups/{id}
        GET /v2.0/address-groups/{id}/tags
        GET /v2.0/address-groups/{id}/tags/{tag}
        GET /v2.0/address-scopes
        GET /v2.0/address-scopes/{id}
        GET /v2.0/address-scopes/{id}/tags
        GET /v2.0/address-scopes/{id}/tags/{tag}
        GET /v2.0/agents
        GET /v2.0/agents/{id}
        GET /v2.0/availability_zones
        GET /v2.0/extensions
        GET /v2.0/extensions/{alias}
        GET /v2.0/floatingips
        GET /v2.0/floatingips/{id}
        GET /v2.0/floatingips/{id}/tags
        GET /v2.0/floatingips/{id}/tags/{tag}
        GET /v2.0/gw/gateway_devices
        GET /v2.0/gw/gateway_devices/{id}
        GET /v2.0/gw/gateway_devices/{id}/remote_mac_entries
        GET /v2.0/gw/gateway_devices/{id}/remote_mac_entries/{entry}
        GET /v2.0/gw/gateway_devices/{id}/tags
        GET /v2.0/gw/gateway_devices/{id}/tags/{tag}
        GET /v2.0/l2-gateway-connections
        GET /v2.0/l2-gateway-connections/{id}
        GET /v2.0/l2-gateway-connections/{id}/tags
        GET /v2.0/l2-gateway-connections/{id}/tags/{tag}
        GET /v2.0/l2-gateways
        GET /v2.0/l2-gateways/{id}
        GET /v2.0/l2-gateways/{id}/tags
        GET /v2.0/l2-gateways/{id}/tags/{tag}
        GET /v2.0/network-ip-availabilities
        GET /v2.0/network-ip-availabilities/{id}
        GET /v2.0/networks
        GET /v2.0/networks/{id}
        GET /v2.0/networks/{id}/tags
        GET /v2.0/networks/{id}/tags/{tag}
        GET /v2.0/ports
        GET /v2.0/ports/{id}
        GET /v2.0/ports/{id}/tags
        GET /v2.0/ports/{id}/tags/{tag}
        GET /v2.0/projects
        GET /v2.0/projects/{id}
        GET /v2.0/quotas
        GET /v2.0/quotas/{id}
        GET /v2.0/quotas/{id}/default
        GET /v2.0/quotas/{id}/details
        GET /v2.0/rbac-policies
        GET /v2.0/rbac-policies/{id}
        GET /v2.0/router_vtep_bindings
        GET /v2.0/router_vtep_bindings/{id}
        GET /v2.0/router_vtep_bindings/{id}/tags
        GET /v2.0/router_vtep_bindings/{id}/tags/{tag}
        GET /v2.0/router_vtep_routes
        GET /v2.0/router_vtep_routes/{id}
        GET /v2.0/router_vtep_routes/{id}/tags
        GET /v2.0/router_vtep_routes/{id}/tags/{tag}
        GET /v2.0/routers
        GET /v2.0/routers/{id}
        GET /v2.0/routers/{id}/tags
        GET /v2.0/routers/{id}/tags/{tag}
        GET /v2.0/security-group-rules
        GET /v2.0/security-group-rules/{id}
        GET /v2.0/security-group-rules/{id}/tags
        GET /v2.0/security-group-rules/{id}/tags/{tag}
        GET /v2.0/security-groups
        GET /v2.0/security-groups/{id}
        GET /v2.0/security-groups/{id}/tags
        GET /v2.0/security-groups/{id}/tags/{tag}
        GET /v2.0/service-providers
        GET /v2.0/subnetpools
        GET /v2.0/subnetpools/{id}
        GET /v2.0/subnetpools/{id}/tags
        GET /v2.0/subnetpools/{id}/tags/{tag}
        GET /v2.0/subnets
        GET /v2.0/subnets/{id}
        GET /v2.0/subnets/{id}/tags
        GET /v2.0/subnets/{id}/tags/{tag}
        GET /v2.0/tenants/{id}
        GET /v2.0/trunks
        GET /v2.0/trunks/{id}
        GET /v2.0/trunks/{id}/get_subports
        GET /v2.0/trunks/{id}/tags
        GET /v2.0/trunks/{id}/tags/{tag}
        POST /v2.0/address-groups
        POST /v2.0/address-groups/{id}/tags
        POST /v2.0/address-scopes
        POST /v2.0/address-scopes/{id}/tags
        POST /v2.0/floatingips
        POST /v2.0/floatingips/{id}/tags
        POST /v2.0/gw/gateway_devices
        POST /v2.0/gw/gateway_devices/{id}/remote_mac_entries
        POST /v2.0/gw/gateway_devices/{id}/tags
        POST /v2.0/l2-gateway-connections
        POST /v2.0/l2-gateway-connections/{id}/tags
        POST /v2.0/l2-gateways
        POST /v2.0/l2-gateways/{id}/tags
        POST /v2.0/networks
        POST /v2.0/networks/{id}/tags
        POST /v2.0/ports
        POST /v2.0/ports/{id}/tags
        POST /v2.0/rbac-policies
        POST /v2.0/router_vtep_bindings
        POST /v2.0/router_vtep_bindings/{id}/tags
        POST /v2.0/router_vtep_routes
        POST /v2.0/router_vtep_routes/{id}/tags
        POST /v2.0/routers
        POST /v2.0/routers/{id}/tags
        POST /v2.0/security-group-rules
        POST /v2.0/security-group-rules/{id}/tags
        POST /v2.0/security-groups
        POST /v2.0/security-groups/{id}/tags
        POST /v2.0/subnetpools
        POST /v2.0/subnetpools/{id}/tags
        POST /v2.0/subnets
        POST /v2.0/subnets/{id}/tags
        POST /v2.0/trunks
        POST /v2.0/trunks/{id}/tags
        PUT /v2.0/address-groups/{id}
        PUT /v2.0/address-groups/{id}/add_addresses
        PUT /v2.0/address-groups/{id}/remove_addresses
        PUT /v2.0/address-groups/{id}/tags
        PUT /v2.0/address-groups/{id}/tags/{tag}
        PUT /v2.0/address-scopes/{id}
        PUT /v2.0/address-scopes/{id}/tags
        PUT /v2.0/address-scopes/{id}/tags/{tag}
        PUT /v2.0/floatingips/{id}
        PUT /v2.0/floatingips/{id}/tags
        PUT /v2.0/floatingips/{id}/tags/{tag}
        PUT /v2.0/gw/gateway_devices/{id}
        PUT /v2.0/gw/gateway_devices/{id}/remote_mac_entries/{entry}
        PUT /v2.0/gw/gateway_devices/{id}/tags
        PUT /v2.0/gw/gateway_devices/{id}/tags/{tag}
        PUT /v2.0/l2-gateway-connections/{id}
        PUT /v2.0/l2-gateway-connections/{id}/tags
        PUT /v2.0/l2-gateway-connections/{id}/tags/{tag}
        PUT /v2.0/l2-gateways/{id}
        PUT /v2.0/l2-gateways/{id}/tags
        PUT /v2.0/l2-gateways/{id}/tags/{tag}
        PUT /v2.0/networks/{id}
        PUT /v2.0/networks/{id}/tags
        PUT /v2.0/networks/{id}/tags/{tag}
        PUT /v2.0/ports/{id}
        PUT /v2.0/ports/{id}/tags
        PUT /v2.0/ports/{id}/tags/{tag}
        PUT /v2.0/quotas/{id}
        PUT /v2.0/rbac-policies/{id}
        PUT /v2.0/router_vtep_bindings/{id}
        PUT /v2.0/router_vtep_bindings/{id}/tags
        PUT /v2.0/router_vtep_bindings/{id}/tags/{tag}
        PUT /v2.0/router_vtep_routes/{id}
        PUT /v2.0/router_vtep_routes/{id}/tags
        PUT /v2.0/router_vtep_routes/{id}/tags/{tag}
        PUT /v2.0/routers/{id}
        PUT /v2.0/routers/{id}/add_extraroutes
        PUT /v2.0/routers/{id}/add_router_interface
        PUT /v2.0/routers/{id}/remove_extraroutes
        PUT /v2.0/routers/{id}/remove_router_interface
        PUT /v2.0/routers/{id}/tags
        PUT /v2.0/routers/{id}/tags/{tag}
        PUT /v2.0/security-group-rules/{id}
        PUT /v2.0/security-group-rules/{id}/tags
        PUT /v2.0/security-group-rules/{id}/tags/{tag}
        PUT /v2.0/security-groups/{id}
        PUT /v2.0/security-groups/{id}/tags
        PUT /v2.0/security-groups/{id}/tags/{tag}
        PUT /v2.0/subnetpools/{id}
        PUT /v2.0/subnetpools/{id}/add_prefixes
        PUT /v2.0/subnetpools/{id}/remove_prefixes
        PUT /v2.0/subnetpools/{id}/tags
        PUT /v2.0/subnetpools/{id}/tags/{tag}
        PUT /v2.0/subnets/{id}
        PUT /v2.0/subnets/{id}/tags
        PUT /v2.0/subnets/{id}/tags/{tag}
        PUT /v2.0/trunks/{id}
        PUT /v2.0/trunks/{id}/add_subports
        PUT /v2.0/trunks/{id}/remove_subports
        PUT /v2.0/trunks/{id}/tags
        PUT /v2.0/trunks/{id}/tags/{tag}
        """

    @Test("the routes are the ones that are listed here")
    func surface() async throws {
        try await APIHarness.run { api in
            let routes = NeutronRoutes(site: Site(controller: api.controller, logger: .init(label: "test"))).all
            #expect(routes.map(\.description).sorted().joined(separator: "\n") == Self.routes)
        }
    }
}
