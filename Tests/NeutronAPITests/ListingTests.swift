import NeutronClient
import Testing

@testable import NeutronAPI

@Suite("Lists")
struct ListingTests {
    private func names(_ answer: APIHarness.Answer, _ collection: String = "networks") -> [String] {
        (answer.json[collection]?.array ?? []).compactMap { $0["name"]?.string }
    }

    @Test("filters: several values of one name are alternatives, several names all hold")
    func filters() async throws {
        try await APIHarness.run { api in
            _ = try await api.send(
                "POST", "/v2.0/networks",
                """
                {"networks":[{"name":"a","tags":["x","y"]},{"name":"b","tags":["y"],"admin_state_up":false},
                {"name":"c","shared":true,"tenant_id":"t"},{"name":"","mtu":1300}]}
                """
            )
            let expectations: KeyValuePairs = [
                "name=a&name=c": ["a", "c"], "name=a&admin_state_up=False": [], "admin_state_up=false": ["b"],
                "admin_state_up=0&name=b": ["b"], "shared=True": ["c"], "project_id=t": ["c"], "tenant_id=t": ["c"],
                "mtu=1300": [""], "name=": [""], "tags=y": ["a", "b"], "tags=x,y": ["a"], "tags-any=x,z": ["a"],
                "not-tags=y": ["c", ""], "not-tags-any=x": ["b", "c", ""], "revision_number=1": [],
                "changed_since=2001-01-01T00:00:00": ["a", "b", "c", ""], "changed_since=2999-01-01T00:00:00": [],
                "router:external=True": [], "provider:network_type=vxlan&name=a": ["a"],
            ]
            for (query, expected) in expectations {
                let answer = try await api.send("GET", "/v2.0/networks?\(query)")
                #expect(answer.status == 200, "\(query)")
                #expect(names(answer).sorted() == expected.sorted(), "\(query)")
            }
        }
    }

    @Test("ports are found by address and by subnet inside fixed_ips")
    func fixedIPs() async throws {
        try await APIHarness.run { api in
            let (network, subnet) = try await api.network(cidr: "10.0.0.0/24")
            for index in 0..<3 {
                _ = try await api.client.create(
                    NeutronClient.Port.self, .init(networkID: network.id, name: "p\(index)")
                )
            }
            let expectations: KeyValuePairs = [
                "fixed_ips=ip_address%3D10.0.0.3": ["p1"], "fixed_ips=ip_address=10.0.0.3": ["p1"],
                "fixed_ips=subnet_id%3D\(subnet?.id ?? "")": ["p0", "p1", "p2"],
                "fixed_ips=ip_address_substr%3D0.4": ["p2"], "network_id=\(network.id)&name=p0": ["p0"],
                "fixed_ips=ip_address=10.0.0.3&fixed_ips=ip_address=10.0.0.4": ["p1", "p2"],
                "fixed_ips=ip_address=10.0.0.3&fixed_ips=subnet_id=\(subnet?.id ?? "")": ["p1"],
                "fixed_ips=ip_address=10.0.0.3&fixed_ips=subnet_id=\(network.id)": [],
                "fixed_ips=bogus%3D10.0.0.3": [], "security_groups=abc": [],
            ]
            for (query, expected) in expectations {
                let answer = try await api.send("GET", "/v2.0/ports?\(query)&sort_key=name&sort_dir=asc")
                #expect(names(answer, "ports") == expected, "\(query)")
            }
        }
    }

    @Test("fields choose what is shown, in lists and in single resources")
    func fields() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network("a")
            let list = try await api.send("GET", "/v2.0/networks?fields=id&fields=name")
            #expect(
                list.json["networks"]
                    == .array([.object(["id": .string(network.id), "name": .string("a")])])
            )
            let one = try await api.send("GET", "/v2.0/networks/\(network.id)?fields=name")
            #expect(one.json == .object(["network": .object(["name": .string("a")])]))
        }
    }

    @Test("sorting by several keys, each in its direction; equals by id")
    func sorting() async throws {
        try await APIHarness.run { api in
            for (name, mtu) in [("b", 1300), ("a", 1300), ("c", 1400), ("a", 1400)] {
                _ = try await api.client.create(NeutronClient.Network.self, .init(name: name, mtu: mtu))
            }
            let answer = try await api.send(
                "GET", "/v2.0/networks?sort_key=mtu&sort_dir=desc&sort_key=name&sort_dir=asc"
            )
            #expect(names(answer) == ["a", "c", "a", "b"])
            let all = try await api.client.list(NeutronClient.Network.self)
            #expect(all.map(\.id) == all.map(\.id).sorted())
        }
    }

    @Test("pages: following next sees each resource once and ends; previous leads back")
    func pages() async throws {
        try await APIHarness.run { api in
            for index in 0..<7 {
                _ = try await api.client.create(NeutronClient.Network.self, .init(name: "n\(index)"))
            }
            func link(_ relation: String, _ answer: APIHarness.Answer) -> String? {
                let links = answer.json["networks_links"]?.array ?? []
                let href = links.first { $0["rel"]?.string == relation }?["href"]?.string
                return href.map { String($0.dropFirst(api.client.endpoint.count)) }
            }
            var seen: [String] = []
            var path: String? = "/v2.0/networks?limit=3&sort_key=name&sort_dir=asc"
            var last: APIHarness.Answer?
            while let current = path {
                let answer = try await api.send("GET", current)
                seen += names(answer)
                path = link("next", answer)
                last = answer
            }
            #expect(seen == (0..<7).map { "n\($0)" })
            let end = try #require(last)
            func follow(_ relation: String, _ answer: APIHarness.Answer) async throws -> APIHarness.Answer {
                let path = try #require(link(relation, answer))
                return try await api.send("GET", path)
            }
            let back = try await follow("previous", end)
            #expect(names(back) == ["n3", "n4", "n5"])
            let further = try await follow("previous", back)
            #expect(names(further) == ["n0", "n1", "n2"])
            let forward = try await follow("next", further)
            #expect(names(forward) == ["n3", "n4", "n5"])
            let start = try await follow("previous", further)
            #expect(names(start).isEmpty)
            #expect(link("previous", start) == nil)
        }
    }
}
