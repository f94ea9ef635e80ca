import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct HostRuleTests {
    @Test("a host that describes itself anew keeps the time it joined; without news there is no transaction")
    func upsert() throws {
        var site = Site()
        let host = try site.host(1, addresses: ["200.200.200.3"])
        site.context.now = Timestamp(seconds: 9000)
        let again = try site.host(1, addresses: ["200.200.200.3", "200.200.200.3"])
        #expect(again == host)
        let moved = try site.host(1, name: "renamed")
        #expect(moved.joinedAt == host.joinedAt && moved.addresses.count == 1)
        #expect(site.inventory.host(named: "renamed")?.id == host.id)
        #expect(site.inventory.host(named: "host1") == nil)
        #expect(site.inventory.hostIDs(withAddress: .v4(IPv4Address(200, 200, 200, 3))).isEmpty)
    }

    @Test("refusals of hosts, each with status, type and what is wrong")
    func refusals() throws {
        var site = Site()
        let host = try site.host(1)
        expectRefusal(409, "HostNameInUse", naming: "host1") {
            try site.host(2, name: "host1")
        }
        expectRefusal(409, "TunnelIPInUse", naming: "host1") {
            try site.host(2, tunnel: "192.168.192.1")
        }
        expectRefusal(400, "HTTPBadRequest", naming: "name") { try site.host(2, name: "") }
        expectRefusal(400, "HTTPBadRequest", naming: "tunnel_address") {
            try site.host(2, tunnel: "127.0.0.1")
        }
        expectRefusal(404, "HostNotFound") {
            _ = try site.inventory.deleting(host: HostID(7))
        }
        let network = try site.network()
        _ = try site.port(network) { $0.bindingHostID = "host1" }
        expectRefusal(409, "HostInUse", naming: "1 port") {
            _ = try site.inventory.deleting(host: host.id)
        }
    }
}
