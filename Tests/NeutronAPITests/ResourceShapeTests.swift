import Manager
import NeutronClient
import Resources
import Testing

@testable import NeutronAPI

/// Shapes that openstackclient, openstacksdk and tempest read.
@Suite("Shapes of resources")
struct ResourceShapeTests {
    private static let standard: Set<String> = [
        "id", "name", "tenant_id", "project_id", "description", "tags", "revision_number", "created_at", "updated_at",
    ]

    private func names(_ value: JSONValue?) -> Set<String> {
        if case .object(let members)? = value { Set(members.keys) } else { [] }
    }

    @Test("a network")
    func network() async throws {
        try await APIHarness.run { api in
            let created = try await api.send(
                "POST", "/v2.0/networks", #"{"network":{"name":"a","mtu":"1400","tenant_id":"t","description":"d"}}"#
            )
            #expect(created.status == 201)
            let network = created.json["network"]
            #expect(
                names(network)
                    == Self.standard.union([
                        "admin_state_up", "mtu", "status", "subnets", "shared", "router:external",
                        "provider:network_type", "provider:segmentation_id", "provider:physical_network",
                        "port_security_enabled", "dns_domain", "availability_zones", "availability_zone_hints",
                        "ipv4_address_scope", "ipv6_address_scope", "is_default", "qos_policy_id", "vlan_transparent",
                    ])
            )
            #expect(network?["mtu"] == .integer(1400))
            #expect(network?["project_id"] == .string("t"))
            #expect(network?["tenant_id"] == .string("t"))
            #expect(network?["status"] == .string("ACTIVE"))
            #expect(network?["provider:network_type"] == .string("vxlan"))
            #expect(network?["provider:physical_network"] == .null)
            #expect(network?["ipv4_address_scope"] == .null)
            #expect(network?["subnets"] == .array([]))
            #expect(network?["revision_number"] == .integer(0))
            let time = network?["created_at"]?.string ?? ""
            #expect(time.hasSuffix("Z") && time.utf8.count == 20)
            #expect(network?["updated_at"] == .string(time))

            let id = network?["id"]?.string ?? ""
            let subnet = try await api.client.create(
                NeutronClient.Subnet.self, .init(networkID: id, cidr: "10.0.0.0/24")
            )
            let shown = try await api.send("GET", "/v2.0/networks/\(id)")
            #expect(shown.json["network"]?["subnets"] == .array([.string(subnet.id)]))
        }
    }

    @Test("a subnet")
    func subnet() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network()
            let answer = try await api.send(
                "POST", "/v2.0/subnets",
                """
                {"subnet":{"network_id":"\(network.id)","cidr":"10.0.0.0/24","ip_version":"4","dns_nameservers":["8.8.8.8"],
                "host_routes":[{"destination":"10.9.0.0/16","nexthop":"10.0.0.9"}]}}
                """
            )
            #expect(answer.status == 201)
            let subnet = answer.json["subnet"]
            #expect(
                names(subnet)
                    == Self.standard.union([
                        "network_id", "ip_version", "cidr", "gateway_ip", "allocation_pools", "enable_dhcp",
                        "dns_nameservers", "host_routes", "ipv6_ra_mode", "ipv6_address_mode", "subnetpool_id",
                        "segment_id", "service_types", "dns_publish_fixed_ip", "router:external",
                    ])
            )
            #expect(subnet?["ip_version"] == .integer(4))
            #expect(subnet?["gateway_ip"] == .string("10.0.0.1"))
            #expect(
                subnet?["allocation_pools"]
                    == .array([.object(["start": .string("10.0.0.2"), "end": .string("10.0.0.254")])])
            )
            #expect(
                subnet?["host_routes"]
                    == .array([.object(["destination": .string("10.9.0.0/16"), "nexthop": .string("10.0.0.9")])])
            )
        }
    }

    @Test("a port")
    func port() async throws {
        try await APIHarness.run { api in
            let (network, subnet) = try await api.network(cidr: "10.0.0.0/24")
            let answer = try await api.send(
                "POST", "/v2.0/ports",
                """
                {"port":{"network_id":"\(network.id)","binding:host_id":"h1","device_owner":"compute:nova",
                "security_groups":[],"extra_dhcp_opts":[],"binding:profile":{},
                "allowed_address_pairs":[{"ip_address":"10.5.0.1"},{"ip_address":"10.6.0.0/16"}]}}
                """
            )
            #expect(answer.status == 201)
            let port = answer.json["port"]
            #expect(
                names(port)
                    == Self.standard.union([
                        "network_id", "mac_address", "admin_state_up", "status", "device_id", "device_owner",
                        "fixed_ips", "allowed_address_pairs", "port_security_enabled", "binding:host_id",
                        "binding:vnic_type", "binding:vif_type", "binding:vif_details", "binding:profile",
                        "security_groups", "extra_dhcp_opts", "qos_policy_id", "propagate_uplink_status", "dns_name",
                        "ip_allocation", "trunk_details", "dns_assignment", "numa_affinity_policy",
                    ])
            )
            #expect(
                port?["fixed_ips"]
                    == .array([
                        .object(["subnet_id": .string(subnet?.id ?? ""), "ip_address": .string("10.0.0.2")])
                    ])
            )
            let mac = port?["mac_address"] ?? .null
            #expect(
                port?["allowed_address_pairs"]
                    == .array([
                        .object(["ip_address": .string("10.5.0.1"), "mac_address": mac]),
                        .object(["ip_address": .string("10.6.0.0/16"), "mac_address": mac]),
                    ])
            )
            #expect(port?["binding:host_id"] == .string("h1"))
            #expect(port?["security_groups"] == .array([]))
        }
    }

    @Test("a router, and what adding an interface answers")
    func router() async throws {
        try await APIHarness.run { api in
            let (network, subnet) = try await api.network(cidr: "10.0.0.0/24")
            let answer = try await api.send("POST", "/v2.0/routers", #"{"router":{"name":"r"}}"#)
            #expect(answer.status == 201)
            let router = answer.json["router"]
            #expect(
                names(router)
                    == Self.standard.union([
                        "admin_state_up", "status", "external_gateway_info", "routes", "ha",
                        "distributed", "flavor_id", "availability_zones", "availability_zone_hints",
                    ])
            )
            #expect(router?["external_gateway_info"] == .null)
            #expect(router?["ha"] == .bool(false))
            let id = router?["id"]?.string ?? ""
            let added = try await api.send(
                "PUT", "/v2.0/routers/\(id)/add_router_interface", #"{"subnet_id":"\#(subnet?.id ?? "")"}"#
            )
            #expect(added.status == 200)
            #expect(added.json["id"] == .string(id))
            #expect(added.json["subnet_id"] == .string(subnet?.id ?? ""))
            #expect(added.json["subnet_ids"] == .array([.string(subnet?.id ?? "")]))
            #expect(added.json["network_id"] == .string(network.id))
            #expect(added.json["project_id"] == .string("default"))
            let port = try await api.client.get(NeutronClient.Port.self, added.json["port_id"]?.string ?? "")
            #expect(port.deviceOwner == "network:router_interface")
            #expect(port.deviceID == id)
            #expect(port.fixedIPs.map(\.ipAddress) == ["10.0.0.1"])
        }
    }

    @Test("PUT answers 200, DELETE 204 without a body, and then 404")
    func lifecycle() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network()
            let put = try await api.send("PUT", "/v2.0/networks/\(network.id)", #"{"network":{"name":"b"}}"#)
            #expect(put.status == 200)
            #expect(put.json["network"]?["name"] == .string("b"))
            #expect(put.json["network"]?["revision_number"] == .integer(1))
            let delete = try await api.send("DELETE", "/v2.0/networks/\(network.id)")
            #expect(delete.status == 204)
            #expect(delete.raw.body.isEmpty)
            #expect(try await api.send("DELETE", "/v2.0/networks/\(network.id)").status == 404)
            #expect(api.controller.read { $0.isEmpty })
        }
    }

    @Test("HEAD answers like GET, without a body")
    func head() async throws {
        try await APIHarness.run { api in
            let answer = try await api.client.send("HEAD", "/v2.0/networks")
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }
}
