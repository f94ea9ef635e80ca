import NeutronClient
import Testing

@testable import NeutronAPI

@Suite("Trunks, zones and providers")
struct TrunkTests {
    @Test("sub-ports come and go, the actions answer with the trunk itself, and its parent shows them")
    func trunk() async throws {
        try await APIHarness.run { api in
            let (network, _) = try await api.network()
            let parent = try await api.client.create(NeutronClient.Port.self, .init(networkID: network.id))
            let child = try await api.client.create(NeutronClient.Port.self, .init(networkID: network.id))
            let trunk = try await api.make("trunk", #"{"port_id":"\#(parent.id)","name":"t"}"#)
            let path = "/v2.0/trunks/\(trunk)"
            let subPort =
                #"{"sub_ports":[{"port_id":"\#(child.id)","segmentation_type":"vlan","segmentation_id":"100"}]}"#
            let added = try await api.send("PUT", path + "/add_subports", subPort)
            #expect(added.status == 200)
            #expect(added.json["id"] == .string(trunk))
            #expect(added.json["status"] == .string("DOWN"))
            let line = added.json["sub_ports"]?.array?.first
            #expect(line?["segmentation_id"] == .integer(100))
            let shown = try await api.send("GET", path + "/get_subports")
            #expect(shown.json["sub_ports"]?.array?.count == 1)
            let details = try await api.send("GET", "/v2.0/ports/\(parent.id)").json["port"]?["trunk_details"]
            #expect(details?["trunk_id"] == .string(trunk))
            #expect(details?["sub_ports"]?.array?.first?["mac_address"] == .string(child.macAddress))
            #expect(try await api.send("GET", "/v2.0/ports/\(child.id)").json["port"]?["trunk_details"] == .null)
            let used = try await api.send("DELETE", "/v2.0/ports/\(child.id)")
            #expect(used.status == 409 && used.errorType == "PortInUseAsSubPort")
            let removed = try await api.send(
                "PUT", path + "/remove_subports", #"{"sub_ports":[{"port_id":"\#(child.id)"}]}"#)
            #expect(removed.json["sub_ports"] == .array([]))
            #expect(try await api.send("DELETE", path).status == 204)
        }
    }

    @Test("one zone, for networks and for routers; one provider of routing")
    func zones() async throws {
        try await APIHarness.run { api in
            let zones = try await api.send("GET", "/v2.0/availability_zones").json["availability_zones"]?.array
            #expect(zones?.map { $0["resource"] } == [.string("network"), .string("router")])
            // No host is there.
            #expect(zones?.first?["state"] == .string("unavailable"))
            let one = try await api.send("GET", "/v2.0/availability_zones?resource=router&fields=name")
            #expect(one.json["availability_zones"]?.array?.map { $0["name"] } == [.string("nova")])
            let providers = try await api.send("GET", "/v2.0/service-providers").json["service_providers"]?.array
            #expect(providers?.map { $0["service_type"] } == [.string("L3_ROUTER_NAT")])
        }
    }
}
