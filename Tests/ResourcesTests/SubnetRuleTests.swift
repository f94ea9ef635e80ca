import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct SubnetRuleTests {
    @Test(
        "defaults of a subnet: gateway the first address, pool the rest",
        arguments: [
            ("10.1.0.0/24", "10.1.0.1", ["10.1.0.2-10.1.0.254"]),
            ("192.168.123.0/29", "192.168.123.1", ["192.168.123.2-192.168.123.6"]),
            ("2001:db8::/64", "2001:db8::1", ["2001:db8::2-2001:db8::ffff:ffff:ffff:ffff"]),
        ]
    )
    func defaults(cidr: String, gateway: String, pools: [String]) throws {
        var site = Site()
        let network = try site.network()
        let subnet = try site.subnet(network, cidr)
        #expect(subnet.gatewayIP?.description == gateway)
        #expect(subnet.allocationPools.map(\.description) == pools)
        #expect(subnet.enableDHCP)
    }

    @Test("pools go around a gateway inside of the block, and start at the first address without one")
    func poolsAroundGateway() throws {
        var site = Site()
        let network = try site.network()
        let middle = try site.subnet(network, "10.0.0.0/29") { $0.gatewayIP = .set(IPAddress("10.0.0.3")) }
        #expect(middle.allocationPools.map(\.description) == ["10.0.0.1-10.0.0.2", "10.0.0.4-10.0.0.6"])
        let none = try site.subnet(network, "10.0.1.0/29") { $0.gatewayIP = .set(nil) }
        #expect(none.gatewayIP == nil)
        #expect(none.allocationPools.map(\.description) == ["10.0.1.1-10.0.1.6"])
    }

    @Test("a subnet is a change of its network")
    func bumpsNetwork() throws {
        var site = Site()
        let network = try site.network()
        let subnet = try site.subnet(network, "10.0.0.0/24")
        #expect(site.inventory.networks[network.id]?.standard.revisionNumber == 1)
        site.delete(try site.inventory.deleting(subnet: subnet.id, context: site.context))
        #expect(site.inventory.networks[network.id]?.standard.revisionNumber == 2)
    }

    @Test("refusals of subnets, each with status, type and what is wrong")
    func refusals() throws {
        var site = Site()
        let network = try site.network()
        let subnet = try site.subnet(network, "10.0.0.0/24")
        func pool(_ start: String, _ end: String) -> AllocationPoolDraft {
            AllocationPoolDraft(
                start: IPAddress(start) ?? .v4(.unspecified), end: IPAddress(end) ?? .v4(.unspecified)
            )
        }
        func refuse(
            _ status: Int, _ type: String, naming word: String, _ cidr: String,
            sourceLocation: SourceLocation = #_sourceLocation, _ fill: (inout SubnetDraft) -> Void = { _ in }
        ) {
            expectRefusal(status, type, naming: word, sourceLocation: sourceLocation) {
                _ = try site.subnet(network, cidr, fill)
            }
        }
        refuse(400, "HTTPBadRequest", naming: "network_id", "10.1.0.0/24") { $0.networkID = nil }
        refuse(400, "BadRequest", naming: "cidr", "10.1.0.0/24") { $0.cidr = nil }
        refuse(404, "NetworkNotFound", naming: "could not be found", "10.1.0.0/24") { $0.networkID = NetworkID(1) }
        refuse(400, "InvalidInput", naming: "overlaps", "10.0.0.0/25")
        refuse(400, "InvalidInput", naming: "10.1.0.0/24", "10.1.0.7/24")
        refuse(400, "InvalidInput", naming: "prefix length", "0.0.0.0/0")
        refuse(400, "InvalidInput", naming: "cidr", "224.0.0.0/24")
        refuse(400, "InvalidInput", naming: "ip_version", "10.1.0.0/24") { $0.ipVersion = 6 }
        refuse(400, "InvalidInput", naming: "gateway_ip", "10.1.0.0/24") { $0.gatewayIP = .set(IPAddress("10.2.0.1")) }
        refuse(400, "InvalidInput", naming: "gateway_ip", "10.1.0.0/24") {
            $0.gatewayIP = .set(IPAddress("10.1.0.255"))
        }
        refuse(400, "InvalidInput", naming: "ip_version", "10.1.0.0/24") { $0.gatewayIP = .set(IPAddress("fe80::1")) }
        refuse(400, "InvalidAllocationPool", naming: "10.1.0.9", "10.1.0.0/24") {
            $0.allocationPools = [pool("10.1.0.9", "10.1.0.5")]
        }
        refuse(400, "OutOfBoundsAllocationPool", naming: "10.1.0.0/24", "10.1.0.0/24") {
            $0.allocationPools = [pool("10.1.0.200", "10.1.1.5")]
        }
        refuse(409, "OverlappingAllocationPools", naming: "10.1.0.5", "10.1.0.0/24") {
            $0.allocationPools = [pool("10.1.0.5", "10.1.0.9"), pool("10.1.0.2", "10.1.0.5")]
        }
        refuse(409, "GatewayConflictWithAllocationPools", naming: "10.1.0.1", "10.1.0.0/24") {
            $0.allocationPools = [pool("10.1.0.1", "10.1.0.9")]
        }
        refuse(400, "InvalidInput", naming: "enable_dhcp", "10.1.0.0/31")
        refuse(400, "DNSNameServersExhausted", naming: "5", "10.1.0.0/24") {
            $0.dnsNameservers = (1...6).map { .v4(IPv4Address(8, 8, 8, $0)) }
        }
        refuse(400, "InvalidInput", naming: "dns_nameservers", "10.1.0.0/24") {
            $0.dnsNameservers = [.v6(.loopback)]
        }
        refuse(400, "HostRoutesExhausted", naming: "20", "10.1.0.0/24") {
            $0.hostRoutes = (0...20).map {
                HostRoute(
                    destination: IPPrefix(host: .v4(IPv4Address(9, 9, 9, $0))),
                    nextHop: .v4(IPv4Address(10, 1, 0, 9))
                )
            }
        }
        _ = try site.port(network)
        expectRefusal(409, "SubnetInUse", naming: "One or more ports") {
            try site.inventory.deleting(subnet: subnet.id, context: site.context)
        }
        expectRefusal(404, "SubnetNotFound") {
            _ = try site.inventory.subnet(subnet.id, for: Site.tenant("other"))
        }
    }

    @Test("the gateway stays while a router has its address")
    func gatewayInUse() throws {
        var site = Site()
        let network = try site.network()
        let subnet = try site.subnet(network, "10.0.0.0/24") { $0.allocationPools = [] }
        let router = try site.router()
        try site.attach(router, subnet)
        var update = SubnetUpdate()
        update.gatewayIP = .set(IPAddress("10.0.0.254"))
        expectRefusal(409, "GatewayIpInUse", naming: "10.0.0.1") {
            site.take(try site.inventory.updating(subnet: subnet.id, update, context: site.context))
        }
    }
}
