import Addresses
import Manager
import NeutronClient
import Resources
import Testing

@testable import NeutronAPI

@Suite("Agents")
struct AgentTests {
    @Test("a host that has joined is listed, not alive while its agent is away, and can't be changed")
    func hosts() async throws {
        try await APIHarness.run { api in
            let tunnel = try #require(IPAddress("10.9.0.1"))
            let record = HostRecord(
                id: HostID(42), name: "h1", tunnelAddress: tunnel, underlayMTU: 1450, addresses: [tunnel],
                joinedAt: Timestamp(seconds: 1_795_212_180)
            )
            _ = try await api.controller.write { (inventory, _) throws(ResourceError) in
                try inventory.upserting(host: record)
            }
            let agents = try await api.client.list(NeutronClient.Agent.self, where: ["host": "h1", "alive": "False"])
            #expect(agents.map(\.host) == ["h1"])
            #expect(agents.map(\.alive) == [false])
            #expect(try await api.client.list(NeutronClient.Agent.self, where: ["alive": "True"]).isEmpty)
            let path = "/v2.0/agents/\(record.id)"
            let shown = try await api.send("GET", path).json["agent"]
            #expect(shown?["configurations"]?["tunneling_ip"] == .string("10.9.0.1"))
            #expect(shown?["configurations"]?["up_to_date"] == .bool(false))
            #expect(shown?["created_at"] == .string("2026-11-20T22:03:00Z"))
            #expect(try await api.send("DELETE", path).status == 405)
            #expect(try await api.send("PUT", path, #"{"agent":{}}"#).status == 405)

            // The smallest underlay decides what fits into a tunnel (invariant 9).
            let (network, _) = try await api.network()
            #expect(network.mtu == 1400)
        }
    }
}
