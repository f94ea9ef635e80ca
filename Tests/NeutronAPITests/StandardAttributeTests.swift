import NeutronClient
import Testing

@testable import NeutronAPI

@Suite("Standard attributes")
struct StandardAttributeTests {
    @Test("If-Match with another revision is 412 and changes nothing; with the right one it goes through")
    func ifMatch() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network("a")
            let error = await #expect(throws: NeutronClientError.self) {
                _ = try await api.client.update(
                    NeutronClient.Network.self, network.id, .init(name: "b"), ifRevision: 7
                )
            }
            #expect(
                error
                    == .api(
                        status: 412, type: "RevisionNumberConstraintFailed",
                        message: "Constrained to 7, but current revision is 0"
                    )
            )
            let updated = try await api.client.update(
                NeutronClient.Network.self, network.id, .init(name: "b"), ifRevision: 0
            )
            #expect(updated.revisionNumber == 1)
            await #expect(throws: NeutronClientError.self) {
                try await api.client.delete(NeutronClient.Network.self, network.id, ifRevision: 0)
            }
            try await api.client.delete(NeutronClient.Network.self, network.id, ifRevision: 1)
        }
    }

    @Test("tags: replace, add, ask, remove, clear, on every collection")
    func tags() async throws {
        try await APIHarness.run { api in
            let (network, subnet) = try await api.network(cidr: "10.0.0.0/24")
            let port = try await api.client.create(NeutronClient.Port.self, .init(networkID: network.id))
            let router = try await api.client.create(NeutronClient.Router.self, .init(name: "r"))
            let paths = [
                "networks/\(network.id)", "subnets/\(subnet?.id ?? "")", "ports/\(port.id)", "routers/\(router.id)",
            ]
            for path in paths.map({ "/v2.0/\($0)/tags" }) {
                let put = try await api.send("PUT", path, #"{"tags":["b","a","b"]}"#)
                #expect(put.status == 200)
                #expect(put.json == .object(["tags": .array([.string("a"), .string("b")])]))
                #expect(try await api.send("PUT", path + "/c%20d").status == 201)
                #expect(try await api.send("GET", path + "/c%20d").status == 204)
                #expect(try await api.send("DELETE", path + "/a").status == 204)
                let missing = try await api.send("GET", path + "/a")
                #expect(missing.status == 404)
                #expect(missing.errorType == "TagNotFound")
                #expect(missing.errorMessage == "Tag a could not be found.")
                #expect(try await api.send("DELETE", path + "/a").status == 404)
                let list = try await api.send("GET", path)
                #expect(list.json == .object(["tags": .array([.string("b"), .string("c d")])]))
                #expect(try await api.send("PUT", path, #"{"tags":"a"}"#).status == 400)
                #expect(try await api.send("PUT", path, #"{"tag":[]}"#).status == 400)
                #expect(try await api.send("DELETE", path).status == 204)
                #expect(try await api.send("GET", path).json == .object(["tags": .array([])]))
            }
        }
    }

    @Test("the project comes from the body, else from X-Project-Id, else it is the default one")
    func projects() async throws {
        try await APIHarness.run { api in
            func project(_ body: String, _ headers: [String: String] = [:]) async throws -> JSONValue? {
                let answer = try await api.send("POST", "/v2.0/networks", #"{"network":\#(body)}"#, headers: headers)
                return answer.json["network"]?["tenant_id"]
            }
            #expect(try await project("{}") == .string("default"))
            #expect(try await project("{}", ["X-Project-Id": "p"]) == .string("p"))
            #expect(try await project(#"{"project_id":"q"}"#, ["X-Project-Id": "p"]) == .string("q"))
            #expect(try await project(#"{"tenant_id":"t"}"#) == .string("t"))
            let both = try await api.send("POST", "/v2.0/networks", #"{"network":{"tenant_id":"t","project_id":"q"}}"#)
            #expect(both.status == 400)
        }
    }

    @Test("a bulk request is all or nothing")
    func bulk() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network(cidr: "10.0.0.0/29")
            let tooMany = Array(repeating: NeutronClient.Port.Creation(networkID: network.id), count: 6)
            let error = await #expect(throws: NeutronClientError.self) {
                _ = try await api.client.create(NeutronClient.Port.self, bulk: tooMany)
            }
            #expect(error?.type == "IpAddressGenerationFailure")
            #expect(try await api.client.list(NeutronClient.Port.self).isEmpty)
            let ports = try await api.client.create(NeutronClient.Port.self, bulk: Array(tooMany.dropLast()))
            #expect(Set(ports.flatMap { $0.fixedIPs.map(\.ipAddress) }).count == 5)
            let invalid = try await api.send(
                "POST", "/v2.0/networks", #"{"networks":[{"name":"fine"},{"name":1}]}"#
            )
            #expect(invalid.status == 400)
            #expect(try await api.client.list(NeutronClient.Network.self).count == 1)
        }
    }
}
