import NeutronClient
import Resources
import Testing

@testable import NeutronAPI

@Suite("RBAC policies, quotas and tags")
struct SharingTests {
    @Test("a network's shared flag is a policy, and is one's own view")
    func shared() async throws {
        try await APIHarness.run { api in
            let made = try await api.send("POST", "/v2.0/networks", #"{"network":{"name":"n","shared":true}}"#)
            #expect(made.json["network"]?["shared"] == .bool(true))
            let id = made.json["network"]?["id"]?.string ?? ""
            let policies = try await api.send("GET", "/v2.0/rbac-policies?object_id=\(id)")
            let policy = policies.json["rbac_policies"]?.array?.first
            #expect(policy?["target_tenant"] == .string("*"))
            #expect(policy?["action"] == .string("access_as_shared"))
            let off = try await api.send("PUT", "/v2.0/networks/\(id)", #"{"network":{"shared":false}}"#)
            #expect(off.json["network"]?["shared"] == .bool(false))

            let one = try await api.send(
                "POST", "/v2.0/rbac-policies",
                """
                {"rbac_policy":{"object_type":"network","object_id":"\(id)","action":"access_as_shared",
                "target_tenant":"q"}}
                """
            )
            #expect(one.status == 201)
            #expect(one.json["rbac_policy"]?["object_type"] == .string("network"))
            let seen = try await api.send("GET", "/v2.0/networks/\(id)", headers: ["X-Project-Id": "q"])
            #expect(seen.json["network"]?["shared"] == .bool(true))
            let listed = try await api.send("GET", "/v2.0/networks?shared=true", headers: ["X-Project-Id": "q"])
            #expect(listed.json["networks"]?.array?.count == 1)
            let own = try await api.send("GET", "/v2.0/networks?shared=true")
            #expect(own.json["networks"]?.array?.isEmpty == true)

            let policyID = one.json["rbac_policy"]?["id"]?.string ?? ""
            let moved = try await api.send(
                "PUT", "/v2.0/rbac-policies/\(policyID)", #"{"rbac_policy":{"target_tenant":"r"}}"#
            )
            #expect(moved.json["rbac_policy"]?["target_tenant"] == .string("r"))
            let wrong = try await api.send(
                "POST", "/v2.0/rbac-policies",
                """
                {"rbac_policy":{"object_type":"planet","object_id":"\(id)","action":"access_as_shared",
                "target_tenant":"q"}}
                """
            )
            #expect(wrong.status == 400 && wrong.errorType == "InvalidInput")
            #expect(try await api.send("DELETE", "/v2.0/rbac-policies/\(policyID)").status == 204)
        }
    }

    @Test("quotas: default, own, details, over, unset")
    func quotas() async throws {
        try await APIHarness.run { api in
            let path = "/v2.0/quotas/default"
            let before = try await api.send("GET", path)
            #expect(before.json["quota"]?["port"] == .integer(500))
            #expect(before.json["quota"]?["subnetpool"] == .integer(-1))
            let set = try await api.send("PUT", path, #"{"quota":{"network":"1","force":true}}"#)
            #expect(set.status == 200)
            #expect(set.json["quota"]?["network"] == .integer(1))
            #expect(set.json["quota"]?["router"] == .integer(100))
            _ = try await api.network()
            let over = try await api.send("POST", "/v2.0/networks", #"{"network":{}}"#)
            #expect(over.status == 409 && over.errorType == "OverQuota")
            #expect(over.errorMessage == "Quota exceeded for resources: ['network'].")
            let details = try await api.send("GET", path + "/details")
            #expect(
                details.json["quota"]?["network"]
                    == .object(["limit": .integer(1), "used": .integer(1), "reserved": .integer(0)])
            )
            let all = try await api.send("GET", "/v2.0/quotas")
            #expect(all.json["quotas"]?.array?.first?["project_id"] == .string("default"))
            let defaults = try await api.send("GET", path + "/default")
            #expect(defaults.json["quota"]?["network"] == .integer(100))
            let low = try await api.send("PUT", path, #"{"quota":{"network":0}}"#)
            #expect(low.status == 400)
            let unknown = try await api.send("PUT", path, #"{"quota":{"planet":1}}"#)
            #expect(unknown.errorMessage == "Unrecognized attribute(s) 'planet'")
            #expect(try await api.send("PUT", path, #"{"quota":{"network":-2}}"#).status == 400)
            #expect(try await api.send("DELETE", path).status == 204)
            let gone = try await api.send("DELETE", path)
            #expect(gone.status == 404 && gone.errorType == "TenantQuotaNotFound")
            let project = try await api.send("GET", "/v2.0/quotas/project")
            #expect(project.json["project"]?["project_id"] == .string("default"))
        }
    }

    @Test("tag-creation: POST adds tags to those there are")
    func tagCreation() async throws {
        try await APIHarness.run { api in
            let made = try await api.send("POST", "/v2.0/security-groups", #"{"security_group":{"tags":["a"]}}"#)
            let path = "/v2.0/security-groups/\(made.json["security_group"]?["id"]?.string ?? "")/tags"
            let added = try await api.send("POST", path, #"{"tags":["b","a"]}"#)
            #expect(added.status == 201)
            let tags = try await api.send("GET", path)
            #expect(tags.json == .object(["tags": .array([.string("a"), .string("b")])]))
            let found = try await api.send("GET", "/v2.0/security-groups?tags=a,b")
            #expect(found.json["security_groups"]?.array?.count == 1)
        }
    }
}
