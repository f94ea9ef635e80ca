import NeutronClient
import Resources
import Testing

@testable import NeutronAPI

@Suite("Security groups and address groups")
struct SecurityGroupTests {
    @Test("a project finds its default group and its rules in its first list")
    func defaultGroup() async throws {
        try await APIHarness.run { api in
            let headers = ["X-Project-Id": "p"]
            let rules = try await api.send("GET", "/v2.0/security-group-rules?project_id=p", headers: headers)
            #expect(rules.json["security_group_rules"]?.array?.count == 4)
            let list = try await api.send("GET", "/v2.0/security-groups?name=default&project_id=p", headers: headers)
            let groups = list.json["security_groups"]?.array ?? []
            #expect(groups.count == 1)
            let shown = groups.first?["security_group_rules"]?.array ?? []
            #expect(shown.count == 4)
            #expect(shown.allSatisfy { $0["belongs_to_default_sg"] == .bool(true) })
            #expect(groups.first?["shared"] == .bool(false))
        }
    }

    @Test("a group is answered with the rules it begins with; a rule shows what Neutron's shows")
    func shapes() async throws {
        try await APIHarness.run { api in
            let made = try await api.send(
                "POST", "/v2.0/security-groups",
                #"{"security_group":{"name":"web","description":"d","stateful":"false"}}"#
            )
            #expect(made.status == 201)
            let group = made.json["security_group"]
            #expect(group?["stateful"] == .bool(false))
            #expect(group?["security_group_rules"]?.array?.count == 2)
            let id = group?["id"]?.string ?? ""
            let rule = try await api.send(
                "POST", "/v2.0/security-group-rules",
                """
                {"security_group_rule":{"security_group_id":"\(id)","direction":"ingress","ethertype":"ipv4",
                "protocol":6,"port_range_min":"80","port_range_max":81,"remote_ip_prefix":"10.1.2.3/8"}}
                """
            )
            #expect(rule.status == 201)
            let shown = rule.json["security_group_rule"]
            #expect(shown?["protocol"] == .string("6"))
            #expect(shown?["port_range_min"] == .integer(80))
            #expect(shown?["remote_ip_prefix"] == .string("10.1.2.3/8"))
            #expect(shown?["normalized_cidr"] == .string("10.0.0.0/8"))
            #expect(shown?["remote_group_id"] == .null && shown?["remote_address_group_id"] == .null)
            #expect(shown?["ethertype"] == .string("IPv4"))
            #expect(shown?["name"] == nil)
            let whole = try await api.send("GET", "/v2.0/security-groups/\(id)")
            let inside = whole.json["security_group"]?["security_group_rules"]?.array ?? []
            #expect(inside.contains { $0["id"] == shown?["id"] })
            let again = try await api.send(
                "POST", "/v2.0/security-group-rules",
                """
                {"security_group_rules":[{"security_group_id":"\(id)","direction":"egress"},
                {"security_group_id":"\(id)","direction":"egress","remote_ip_prefix":"0.0.0.0/0"}]}
                """
            )
            #expect(again.status == 409 && again.errorType == "SecurityGroupRuleExists")
            let bad = try await api.send(
                "POST", "/v2.0/security-group-rules",
                #"{"security_group_rule":{"security_group_id":"\#(id)","direction":"ingress","protocol":"bad"}}"#
            )
            #expect(bad.status == 400 && bad.errorType == "SecurityGroupRuleInvalidProtocol")
            let ruleID = shown?["id"]?.string ?? ""
            #expect(try await api.send("DELETE", "/v2.0/security-group-rules/\(ruleID)").status == 204)
            let gone = try await api.send("GET", "/v2.0/security-group-rules/\(ruleID)")
            #expect(gone.errorType == "SecurityGroupRuleNotFound")
        }
    }

    @Test("a port's groups, options and profile are stored and shown; the list finds ports by their group")
    func ports() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network(cidr: "10.0.0.0/24")
            let made = try await api.send(
                "POST", "/v2.0/ports",
                """
                {"port":{"network_id":"\(network.id)","binding:profile":{"b":[1,{"c":null}],"a":"x"},
                "extra_dhcp_opts":[{"opt_name":"bootfile-name","opt_value":"pxe"}]}}
                """
            )
            #expect(made.status == 201)
            let port = made.json["port"]
            let id = port?["id"]?.string ?? ""
            #expect(
                port?["binding:profile"]
                    == .object([
                        "b": .array([.integer(1), .object(["c": .null])]), "a": .string("x"),
                    ])
            )
            #expect(
                port?["extra_dhcp_opts"]
                    == .array([
                        .object([
                            "opt_name": .string("bootfile-name"), "opt_value": .string("pxe"),
                            "ip_version": .integer(4),
                        ])
                    ])
            )
            #expect(
                port?["dns_assignment"]
                    == .array([
                        .object([
                            "ip_address": .string("10.0.0.2"), "hostname": .string("host-10-0-0-2"),
                            "fqdn": .string("host-10-0-0-2.openstacklocal."),
                        ])
                    ])
            )
            let group = port?["security_groups"]?.array?.first?.string ?? ""
            let found = try await api.send("GET", "/v2.0/ports?security_groups=\(group)&fields=id")
            #expect(found.json["ports"] == .array([.object(["id": .string(id)])]))
            let inUse = try await api.send("DELETE", "/v2.0/security-groups/\(group)")
            #expect(inUse.status == 409 && inUse.errorType == "SecurityGroupInUse")
            let cleared = try await api.send(
                "PUT", "/v2.0/ports/\(id)", #"{"port":{"security_groups":[],"binding:profile":null}}"#
            )
            #expect(cleared.json["port"]?["security_groups"] == .array([]))
            #expect(cleared.json["port"]?["binding:profile"] == .object([:]))
            let vnic = try await api.send("PUT", "/v2.0/ports/\(id)", #"{"port":{"binding:vnic_type":"direct"}}"#)
            #expect(vnic.status == 400)
        }
    }

    @Test("address groups: add and remove addresses")
    func addressGroups() async throws {
        try await APIHarness.run { api in
            let made = try await api.send(
                "POST", "/v2.0/address-groups",
                #"{"address_group":{"name":"ag","addresses":["10.0.0.1/32","10.1.0.0/16"]}}"#
            )
            #expect(made.status == 201)
            let id = made.json["address_group"]?["id"]?.string ?? ""
            let path = "/v2.0/address-groups/\(id)"
            let added = try await api.send("PUT", path + "/add_addresses", #"{"addresses":["10.2.0.5"]}"#)
            #expect(added.status == 200)
            #expect(
                added.json["address_group"]?["addresses"]
                    == .array([.string("10.0.0.1/32"), .string("10.1.0.0/16"), .string("10.2.0.5/32")])
            )
            let twice = try await api.send("PUT", path + "/add_addresses", #"{"addresses":["10.2.0.5/32"]}"#)
            #expect(twice.status == 400 && twice.errorType == "AddressesAlreadyExist")
            let removed = try await api.send("PUT", path + "/remove_addresses", #"{"addresses":["10.1.0.0/16"]}"#)
            #expect(removed.json["address_group"]?["addresses"]?.array?.count == 2)
            let missing = try await api.send("PUT", path + "/remove_addresses", #"{"addresses":["10.1.0.0/16"]}"#)
            #expect(missing.status == 404 && missing.errorType == "AddressesNotFound")
            #expect(try await api.send("PUT", path, #"{"address_group":{"addresses":[]}}"#).status == 400)
            #expect(try await api.send("DELETE", path).status == 204)
        }
    }
}
