import NeutronClient
import Testing

@testable import NeutronAPI

@Suite("Subnet pools, address scopes and availability of addresses")
struct SubnetPoolTests {
    @Test("a subnet of the length that openstackclient asks for, as text, out of a pool in a scope")
    func allocation() async throws {
        try await APIHarness.run { api in
            let scope = try await api.make("address_scope", path: "/v2.0/address-scopes", #"{"ip_version":4}"#)
            let pool = try await api.make(
                "subnetpool",
                #"""
                {"prefixes":["10.1.0.0/16","10.0.0.0/16"],"default_prefixlen":"24","is_default":true,
                 "address_scope_id":"\#(scope)"}
                """#)
            let shown = try await api.send("GET", "/v2.0/subnetpools/\(pool)").json["subnetpool"]
            #expect(shown?["prefixes"] == .array([.string("10.0.0.0/15")]))
            #expect(shown?["ip_version"] == .integer(4))
            #expect(shown?["default_quota"] == .null)
            let (network, _) = try await api.network()
            let made = try await api.send(
                "POST", "/v2.0/subnets",
                #"""
                {"subnet":{"network_id":"\#(network.id)","ip_version":4,"subnetpool_id":"\#(pool)","prefixlen":"26"}}
                """#)
            #expect(made.status == 201)
            #expect(made.json["subnet"]?["cidr"] == .string("10.0.0.0/26"))
            #expect(made.json["subnet"]?["subnetpool_id"] == .string(pool))
            #expect(made.json["subnet"]?["prefixlen"] == nil)
            let other = try await api.send(
                "POST", "/v2.0/subnets",
                #"{"subnet":{"network_id":"\#(network.id)","ip_version":4,"use_default_subnetpool":true}}"#)
            #expect(other.json["subnet"]?["cidr"] == .string("10.0.1.0/24"))
            let scoped = try await api.send("GET", "/v2.0/networks/\(network.id)").json["network"]
            #expect(scoped?["ipv4_address_scope"] == .string(scope))
            let grown = try await api.send(
                "PUT", "/v2.0/subnetpools/\(pool)/add_prefixes", #"{"prefixes":["10.2.0.0/15"]}"#)
            #expect(grown.json["prefixes"] == .array([.string("10.0.0.0/14")]))
            let needed = try await api.send("DELETE", "/v2.0/address-scopes/\(scope)")
            #expect(needed.status == 409 && needed.errorType == "AddressScopeInUse")
            let used = try await api.send("DELETE", "/v2.0/subnetpools/\(pool)")
            #expect(used.status == 400 && used.errorType == "SubnetPoolDeleteError")
            let without = try await api.send(
                "POST", "/v2.0/subnets", #"{"subnet":{"network_id":"\#(network.id)","ip_version":4}}"#)
            #expect(without.status == 400)
        }
    }

    @Test("IPv6 modes, service types and the rest of a subnet are kept and shown")
    func subnet() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network()
            let made = try await api.send(
                "POST", "/v2.0/subnets",
                #"""
                {"subnet":{"network_id":"\#(network.id)","ip_version":6,"cidr":"2001:db8::/64","ipv6_ra_mode":"slaac",
                 "ipv6_address_mode":"slaac","service_types":["compute:nova"],"dns_publish_fixed_ip":true}}
                """#)
            #expect(made.status == 201)
            let subnet = made.json["subnet"]
            #expect(subnet?["ipv6_ra_mode"] == .string("slaac"))
            #expect(subnet?["service_types"] == .array([.string("compute:nova")]))
            #expect(subnet?["dns_publish_fixed_ip"] == .bool(true))
            #expect(subnet?["router:external"] == .bool(false))
            let id = subnet?["id"]?.string ?? ""
            let put = try await api.send("PUT", "/v2.0/subnets/\(id)", #"{"subnet":{"ipv6_ra_mode":"slaac"}}"#)
            #expect(put.errorMessage == "Cannot update read-only attribute ipv6_ra_mode")
            let cleared = try await api.send("PUT", "/v2.0/subnets/\(id)", #"{"subnet":{"service_types":[]}}"#)
            #expect(cleared.json["subnet"]?["service_types"] == .array([]))
            let odd = try await api.send(
                "POST", "/v2.0/subnets",
                #"{"subnet":{"network_id":"\#(network.id)","cidr":"10.0.0.0/24","ipv6_ra_mode":"carrier-pigeon"}}"#)
            #expect(odd.status == 400)
        }
    }

    @Test("network-ip-availabilities counts the addresses that networks have and use, also more than 64 bits of them")
    func availability() async throws {
        try await APIHarness.run { api in
            let (network, subnet) = try await api.network("a", cidr: "10.0.0.0/24")
            _ = try await api.make("subnet", #"{"network_id":"\#(network.id)","ip_version":6,"cidr":"2001:db8::/64"}"#)
            _ = try await api.network("b", cidr: "10.0.0.0/29")
            _ = try await api.client.create(NeutronClient.Port.self, .init(networkID: network.id))
            let path = "/v2.0/network-ip-availabilities"
            let four = try await api.send("GET", path + "?ip_version=4&network_name=a")
            let one = four.json["network_ip_availabilities"]?.array?.first
            #expect(four.json["network_ip_availabilities"]?.array?.count == 1)
            #expect(one?["total_ips"] == .integer(253))
            #expect(one?["used_ips"] == .integer(1))
            let part = one?["subnet_ip_availability"]?.array?.first
            #expect(part?["subnet_id"] == .string(subnet?.id ?? ""))
            #expect(part?["cidr"] == .string("10.0.0.0/24"))
            let all = try await api.send("GET", path + "/\(network.id)")
            #expect(all.json["network_ip_availability"]?["used_ips"] == .integer(2))
            let text = String(decoding: all.raw.body, as: UTF8.self)
            #expect(text.contains(#""total_ips":18446744073709551867"#), "\(text)")
            #expect(try await api.send("GET", path + "?ip_version=5").status == 400)
            #expect(try await api.send("GET", path + "/nope").status == 404)
            let six = try await api.send("GET", path + "?ip_version=6").json["network_ip_availabilities"]
            #expect(six?.array?.count == 1)
        }
    }
}
