import Addresses
import Resources
import SeededRandom
import Testing
import VirtualTopology

@testable import ForwardingTables

@Suite struct IncrementalTests {
    @Test("incremental equals from scratch over random topologies and edits", arguments: 0..<24 as Range<UInt64>)
    func incrementalEqualsFromScratch(seed: UInt64) {
        var objects = RandomObjects(random: SplitMix64(seed: seed))
        var state = ForwardingTablesState(host: objects.hostView())
        var replica = state.tables
        for step in 0..<60 {
            let delta: TableDelta
            if objects.chance(6) {
                delta = state.update(host: objects.hostView())
            } else {
                delta = state.update(objects.delta())
            }
            for row in delta.changed { #expect(replica[row.key] != row.value, "a write that changes nothing: \(row)") }
            for key in delta.removed { #expect(replica[key] != nil, "a removal of nothing: \(key)") }
            replica.apply(delta)
            let scratch = ForwardingTables(topology: state.topology, host: state.host)
            guard replica == scratch, state.tables == scratch else {
                Issue.record("seed \(seed) step \(step):\n\(TableDelta.between(actual: replica, desired: scratch))")
                return
            }
        }
    }

    @Test("the order and the grouping of changes do not matter", arguments: 0..<10 as Range<UInt64>)
    func orderDoesNotMatter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let tenants = RandomTenants(tenants: 3, &random)
        let host = tenants.hostView(RandomTenants.hosts[0])
        let expected = ForwardingTables(tenants.objects, host)
        for objects in [tenants.objects.reversed(), tenants.objects.shuffled(using: &random)] {
            var state = ForwardingTablesState(host: host)
            for object in objects { _ = state.update(TopologyDelta(changed: [object])) }
            #expect(state.tables == expected)
            #expect(state.update(TopologyDelta(changed: objects)).isEmpty)
        }
    }

    @Test(
        "deleting everything leaves nothing but the host's own rows, in tables and in memory",
        arguments: 0..<10 as Range<UInt64>)
    func deletingEverything(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let tenants = RandomTenants(tenants: 3, &random)
        var state = ForwardingTablesState(host: tenants.hostView(RandomTenants.hosts[0]))
        let empty = state.tables
        let retained = state.retained
        _ = state.update(TopologyDelta(changed: tenants.objects))
        for object in tenants.objects.shuffled(using: &random) {
            _ = state.update(TopologyDelta(removed: [object.key]))
        }
        #expect(state.tables == empty)
        #expect(state.retained == retained)
    }

    @Test("names, host names and DHCP options recompute nothing")
    func irrelevantChanges() throws {
        var state = ForwardingTablesState(host: Demo.computeView, topology: Topology(Demo.site1))
        let before = state.derivations
        guard case .host(var renamed) = Demo.site1[0], case .bridge(var bridge) = Demo.site1[2],
            case .port(var port) = Demo.site1[4], case .vm(var vm) = port.role
        else {
            Issue.record("the demo changed")
            return
        }
        renamed.name = "another"
        bridge.dhcpSubnets[0].nameServers = [ip("10.1.0.2")]
        vm.hostname = "another"
        port.role = .vm(vm)
        let delta = state.update(TopologyDelta(changed: [.host(renamed), .bridge(bridge), .port(port)]))
        #expect(delta.isEmpty)
        #expect(state.derivations == before)
        #expect(state.topology[.host(Demo.computeHost)] == .host(renamed))
    }
}

@Suite struct WorkTests {
    /// One network with many ports on a router that has many networks, over some hosts.
    static func large(ports: UInt32) -> [TopologyObject] {
        var objects: [TopologyObject] = [router(RouterID(1), 1)]
        for number in 1...20 as ClosedRange<UInt32> {
            objects.append(host(HostID(UInt128(number)), "172.16.0.\(number)"))
        }
        for number in 1...50 as ClosedRange<UInt32> {
            let id = NetworkID(UInt128(number))
            objects.append(bridge(id, 1000 + Int(number)))
            objects.append(
                routerPort(
                    PortID(UInt128(10000 + number)), 10000 + number, "02:00:00:00:00:\(10 + number)", of: RouterID(1),
                    on: .bridge(id), ["10.\(number).0.1/16"]))
        }
        for number in 1...ports { objects.append(port(number)) }
        return objects
    }

    static func port(_ number: UInt32, up: Bool = true, host: UInt32? = nil) -> TopologyObject {
        let octets = "\(number / 250).\(number % 250 + 2)"
        let role = VMPort(
            bridge: NetworkID(1), addresses: [ip("10.1.\(octets)")], host: HostID(UInt128(host ?? number % 20 + 1)),
            portSecurity: true, allowedAddressPairs: [], hostname: "")
        return .port(
            DevicePort(
                id: PortID(UInt128(number)), number: number,
                mac: MACAddress(0x0200_0000_0000 | 0x10_0000 | UInt64(number)),
                adminStateUp: up, role: .vm(role)))
    }

    @Test(
        "invariant 10: a port's change costs the same on a network of 100 ports and of 2000",
        arguments: [100, 2000] as [UInt32])
    func portChange(ports: UInt32) {
        let interfaces = Dictionary(
            uniqueKeysWithValues: (1...ports).filter { $0 % 20 == 0 }.map { (PortID(UInt128($0)), veth(100 + $0)) })
        var state = ForwardingTablesState(
            host: view(HostID(1), "172.16.0.1", interfaces: interfaces), topology: Topology(Self.large(ports: ports)))
        func work(_ object: TopologyObject) -> (derivations: Int, writes: Int) {
            let before = state.derivations
            let writes = state.update(TopologyDelta(changed: [object])).writes.count
            return (state.derivations - before, writes)
        }
        // A remote port goes down: its fdb entry and its one neighbour on the router.
        #expect(work(Self.port(41, up: false)) == (1, 2))
        // It moves to another host that has ports on the network already.
        #expect(work(Self.port(41, host: 5)) == (1, 2))
        // A new port: fdb, neighbour, ARP.
        #expect(work(Self.port(ports + 41)) == (1, 3))
        // A local port's change also looks at the flood list, which it is on.
        #expect(work(Self.port(40, up: false)).derivations == 2)
    }

    @Test("invariant 10: a network's first port on a host costs one tunnel source for each network it can reach")
    func newHost() {
        var state = ForwardingTablesState(
            host: view(HostID(1), "172.16.0.1"), topology: Topology(Self.large(ports: 100)))
        _ = state.update(TopologyDelta(changed: [host(HostID(77), "172.16.0.77")]))
        let before = state.derivations
        let delta = state.update(TopologyDelta(changed: [Self.port(5000, host: 77)]))
        #expect(delta.changed.filter { $0.table == .tunnelSources }.count == 50)
        #expect(state.derivations - before == 52)
    }
}
