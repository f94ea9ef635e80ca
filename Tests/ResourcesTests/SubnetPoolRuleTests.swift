import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct SubnetPoolRuleTests {
    @Test(
        "a pool's prefixes are the fewest that say the same, in order",
        arguments: [
            (["10.10.11.0/24", "10.8.0.0/16", "10.10.10.0/24"], ["10.8.0.0/16", "10.10.10.0/23"]),
            (["10.0.0.0/8", "10.5.0.0/16"], ["10.0.0.0/8"]),
            (["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"], ["10.0.0.0/23", "10.0.2.0/24"]),
            (["2001:db8:1::/48", "2001:db8::/48"], ["2001:db8::/47"]),
            (["0.0.0.0/1", "128.0.0.0/1"], ["0.0.0.0/0"]),
        ]
    )
    func compaction(given: [String], kept: [String]) throws {
        var site = Site()
        #expect(try site.pool(given).prefixes.map(\.description) == kept)
    }

    @Test("lengths: 8 and 32 in IPv4, 64 and 128 in IPv6, the default one the least")
    func lengths() throws {
        var site = Site()
        let four = try site.pool(["10.0.0.0/8"])
        #expect([four.minimumLength, four.maximumLength, four.defaultLength] == [8, 32, 8])
        let six = try site.pool(["2001:db8::/32"])
        #expect([six.minimumLength, six.maximumLength, six.defaultLength] == [64, 128, 64])
    }

    @Test("refusals of pools, each with status and type")
    func refusals() throws {
        var site = Site()
        _ = try site.pool(["10.0.0.0/8"]) { $0.isDefault = true }
        expectRefusal(400, "EmptySubnetPoolPrefixList") { _ = try site.pool([]) }
        expectRefusal(400, "PrefixVersionMismatch") { _ = try site.pool(["10.0.0.0/8", "2001:db8::/32"]) }
        expectRefusal(400, "IllegalSubnetPoolPrefixBounds", naming: "min_prefixlen=28", "max_prefixlen=24") {
            _ = try site.pool(["11.0.0.0/8"]) { ($0.minimumLength, $0.maximumLength) = (28, 24) }
        }
        expectRefusal(400, "IllegalSubnetPoolPrefixBounds", naming: "default_prefixlen=9", "min_prefixlen=16") {
            _ = try site.pool(["11.0.0.0/8"]) { ($0.minimumLength, $0.defaultLength) = (16, 9) }
        }
        expectRefusal(400, "IllegalSubnetPoolPrefixBounds", naming: "max_prefixlen=33") {
            _ = try site.pool(["11.0.0.0/8"]) { $0.maximumLength = 33 }
        }
        expectRefusal(400, "UnsupportedMinSubnetPoolPrefix", naming: "'0'") {
            _ = try site.pool(["11.0.0.0/8"]) { $0.minimumLength = 0 }
        }
        expectRefusal(400, "InvalidInput", naming: "is_default") {
            _ = try site.pool(["11.0.0.0/8"]) { $0.isDefault = true }
        }
        expectRefusal(403, "PolicyNotAuthorized", naming: "create_subnetpool:shared") {
            _ = try site.pool(["11.0.0.0/8"], as: Site.tenant("a")) { $0.shared = true }
        }
        expectRefusal(404, "AddressScopeNotFound") {
            _ = try site.pool(["11.0.0.0/8"]) { $0.addressScopeID = AddressScopeID(1) }
        }
    }

    @Test("subnets are cut out of a pool, lowest first; a freed one is given again")
    func allocation() throws {
        var site = Site()
        let network = try site.network()
        let pool = try site.pool(["10.0.0.0/24", "10.0.2.0/24"]) { ($0.minimumLength, $0.defaultLength) = (24, 26) }
        func cut(_ length: Int? = nil, _ cidr: String? = nil) throws -> Subnet {
            try site.subnet(network, "0.0.0.0/0") {
                $0.cidr = cidr.flatMap { IPPrefix($0) }
                $0.subnetPoolID = pool.id
                $0.prefixLength = length
            }
        }
        let first = try cut()
        #expect(first.cidr.description == "10.0.0.0/26")
        #expect(try cut(25).cidr.description == "10.0.0.128/25")
        #expect(try cut(nil, "10.0.2.64/26").cidr.description == "10.0.2.64/26")
        #expect(try cut(27).cidr.description == "10.0.0.64/27")
        #expect(try cut(25).cidr.description == "10.0.2.128/25")
        expectRefusal(409, "SubnetAllocationError", naming: "/25") { _ = try cut(25) }
        expectRefusal(409, "SubnetAllocationError") { _ = try cut(nil, "10.0.0.0/27") }
        expectRefusal(409, "SubnetAllocationError") { _ = try cut(nil, "10.9.0.0/26") }
        expectRefusal(400, "MinPrefixSubnetAllocationError", naming: "23", "24") { _ = try cut(23) }
        expectRefusal(400, "BadRequest", naming: "together") { _ = try cut(26, "10.0.2.0/26") }
        expectRefusal(400, "NetworkSubnetPoolAffinityError") { _ = try site.subnet(network, "192.168.0.0/24") }
        expectRefusal(400, "SubnetPoolDeleteError", naming: "existing allocations") {
            try site.inventory.deleting(subnetPool: pool.id, context: site.context)
        }
        site.delete(try site.inventory.deleting(subnet: first.id, context: site.context))
        #expect(try cut().cidr.description == "10.0.0.0/26")
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("the default pool of an IP version serves those who ask for it; without one it is 400")
    func defaultPool() throws {
        var site = Site()
        let network = try site.network()
        func cut(_ version: Int) throws -> Subnet {
            try site.subnet(network, "10.0.0.0/8") {
                $0.cidr = nil
                $0.usesDefaultSubnetPool = true
                $0.ipVersion = version
            }
        }
        expectRefusal(400, "BadRequest", naming: "No default subnetpool") { _ = try cut(6) }
        _ = try site.pool(["2001:db8::/48"]) { $0.isDefault = true }
        #expect(try cut(6).cidr.description == "2001:db8::/64")
    }

    @Test("a project's share of a pool is counted in addresses")
    func quota() throws {
        var site = Site()
        let pool = try site.pool(["10.0.0.0/16"]) { ($0.defaultQuota, $0.defaultLength) = (512, 24) }
        func cut() throws -> Subnet {
            let network = try site.network()
            return try site.subnet(network, "0.0.0.0/0") { ($0.cidr, $0.subnetPoolID) = (nil, pool.id) }
        }
        _ = try cut()
        _ = try cut()
        expectRefusal(409, "SubnetPoolQuotaExceeded") { _ = try cut() }
    }

    @Test("a pool grows, and shrinks where no subnet is")
    func prefixes() throws {
        var site = Site()
        let network = try site.network()
        let pool = try site.pool(["10.0.0.0/23"]) { $0.defaultLength = 24 }
        _ = try site.subnet(network, "0.0.0.0/0") { ($0.cidr, $0.subnetPoolID) = (nil, pool.id) }
        let more = try #require(IPPrefix("10.0.2.0/23"))
        let grown = site.take(try site.inventory.addingPrefixes([more], to: pool.id, context: site.context))
        #expect(grown.prefixes.map(\.description) == ["10.0.0.0/22"])
        let unused = try #require(IPPrefix("10.0.1.0/24"))
        let less = site.take(try site.inventory.removingPrefixes([unused], from: pool.id, context: site.context))
        #expect(less.prefixes.map(\.description) == ["10.0.0.0/24", "10.0.2.0/23"])
        expectRefusal(400, "IllegalSubnetPoolUpdate", naming: "10.0.0.0/23") {
            _ = try site.inventory.removingPrefixes(
                [try #require(IPPrefix("10.0.0.0/23"))], from: pool.id, context: site.context)
        }
        var update = SubnetPoolUpdate()
        update.prefixes = .set([more])
        expectRefusal(400, "IllegalSubnetPoolUpdate", naming: "subset") {
            _ = try site.inventory.updating(subnetPool: pool.id, update, context: site.context)
        }
    }

    @Test("pools of one address scope don't overlap, and a network shows its scope")
    func scopes() throws {
        var site = Site()
        let scope = try site.scope(.v4)
        let pool = try site.pool(["10.0.0.0/16"]) { ($0.addressScopeID, $0.defaultLength) = (scope.id, 24) }
        expectRefusal(409, "AddressScopePrefixConflict") {
            _ = try site.pool(["10.0.128.0/20"]) { $0.addressScopeID = scope.id }
        }
        expectRefusal(400, "IllegalSubnetPoolIpVersionAssociationToAddressScope") {
            _ = try site.pool(["2001:db8::/48"]) { $0.addressScopeID = scope.id }
        }
        let others = try site.scope(.v4, as: Site.tenant("b"))
        expectRefusal(400, "IllegalSubnetPoolAssociationToAddressScope") {
            _ = try site.pool(["10.9.0.0/16"]) { $0.addressScopeID = others.id }
        }
        expectRefusal(409, "AddressScopeInUse") {
            try site.inventory.deleting(addressScope: scope.id, context: site.context)
        }
        let network = try site.network()
        _ = try site.subnet(network, "0.0.0.0/0") { ($0.cidr, $0.subnetPoolID) = (nil, pool.id) }
        #expect(site.inventory.addressScope(of: network.id, .v4) == scope.id)
        #expect(site.inventory.addressScope(of: network.id, .v6) == nil)
        var update = AddressScopeUpdate()
        update.shared = .set(true)
        _ = site.take(try site.inventory.updating(addressScope: scope.id, update, context: site.context))
        update.shared = .set(false)
        expectRefusal(400, "AddressScopeUpdateError", naming: "unshared") {
            _ = try site.inventory.updating(addressScope: scope.id, update, context: site.context)
        }
    }
}
