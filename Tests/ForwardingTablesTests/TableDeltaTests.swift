import Addresses
import CForwardingPipeline
import ForwardingTables
import Resources
import SeededRandom
import Testing
import VirtualTopology

@Suite struct TableDeltaTests {
    static let desired = ForwardingTables(Demo.site1, Demo.computeView)

    @Test("adopting what is right writes nothing, whatever the datapath counted meanwhile")
    func adopt() {
        var actual = Self.desired
        let counted = port_counters(
            received: 9, received_bytes: 9, delivered: 9, tunnelled: 0, flooded: 0, answered: 0, punted: 0, passed: 0,
            icmp_errors: 0)
        actual.apply(
            TableDelta(changed: [
                TableEntry.portCounters(101, counted).row,
                TableEntry.puntBudget(101, token_bucket(updated: 5, tokens: 3)).row,
                TableEntry.drops(drop_key(port: 101, reason: DROP_NO_ROUTE.rawValue), 4).row,
            ]))
        #expect(TableDelta.between(actual: actual, desired: Self.desired).isEmpty)
    }

    @Test("reconciling touches only what is wrong and sweeps what is left over")
    func reconcile() throws {
        var actual = Self.desired
        let wrong = try #require(Self.desired.rows.first { $0.table == .fdb })
        let missing = try #require(Self.desired.rows.first { $0.table == .routes })
        actual[wrong.key] = [UInt8](repeating: 1, count: wrong.value.count)
        actual[missing.key] = nil
        let stray = TableEntry.bridge(99, bridge_entry(flags: 0, flood_count: 0)).row
        let oldDrops = TableEntry.drops(drop_key(port: 55, reason: 1), 4).row
        actual.apply(TableDelta(changed: [stray, oldDrops]))
        let delta = TableDelta.between(actual: Array(actual.rows), desired: Array(Self.desired.rows))
        #expect(Set(delta.changed) == [wrong, missing])
        #expect(Set(delta.removed) == [stray.key, oldDrops.key])
        #expect(delta.breaksBeforeMaking, "whose the strays were is not known")
    }

    @Test("an element of an array is emptied, since it can't be removed")
    func settings() {
        let delta = TableDelta.between(actual: Self.desired, desired: ForwardingTables())
        #expect(delta.changed == [TableEntry.settings(datapath_settings()).row])
        #expect(delta.removed.count == Self.desired.count - 1)
    }

    @Test("S1: writes go from the exit to the entrance, removals the other way", arguments: 0..<12 as Range<UInt64>)
    func neverDangling(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let before = RandomTenants(tenants: 2, &random)
        let after = RandomTenants(tenants: 2, &random)
        let id = RandomTenants.hosts[0]
        let steps = [
            ForwardingTables(), ForwardingTables(before.objects, before.hostView(id)), ForwardingTables(),
            ForwardingTables(after.objects, after.hostView(id)),
        ]
        var kernel = ForwardingTables()
        for (from, to) in zip(steps, steps.dropFirst()) {
            for write in TableDelta.between(actual: from, desired: to).writes {
                kernel.write(write)
                for complaint in kernel.dangling { Issue.record("after \(write): \(complaint)") }
            }
        }
    }

    @Test("live edits never dangle either", arguments: 0..<12 as Range<UInt64>)
    func liveEdits(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let tenants = RandomTenants(tenants: 2, &random)
        var state = ForwardingTablesState(host: tenants.hostView(RandomTenants.hosts[0]))
        var kernel = state.tables
        for object in tenants.objects.shuffled(using: &random) {
            let isRemoval = state.topology[object.key] != nil
            let delta = isRemoval ? TopologyDelta(removed: [object.key]) : TopologyDelta(changed: [object])
            for write in state.update(delta).writes {
                kernel.write(write)
                for complaint in kernel.dangling { Issue.record("after \(write): \(complaint)") }
            }
        }
        #expect(kernel == state.tables)
    }

    @Test("a number that changes hands within one delta breaks before it makes; a split prefix makes before it breaks")
    func numberReuse() throws {
        var state = ForwardingTablesState(host: Demo.computeView, topology: Topology(Demo.site1))
        let split = state.update(
            TopologyDelta(
                changed: [
                    route(Demo.tenantRouter, "10.0.0.0/17", via: "192.168.123.2", port: Demo.peeringPort),
                    route(Demo.tenantRouter, "10.0.128.0/17", via: "192.168.123.2", port: Demo.peeringPort),
                ], removed: [.route(Demo.tenantRouter, prefix("10.0.0.0/16"))]))
        #expect(
            split.description.split(separator: "\n").sorted() == [
                "+ routes router 7 10.0.0.0/17 -> via 192.168.123.2 port 103",
                "+ routes router 7 10.0.128.0/17 -> via 192.168.123.2 port 103", "- routes router 7 10.0.0.0/16",
            ])
        #expect(split.writes.last == .remove(try #require(split.removed.first)))

        // Network `a` goes, another tenant's network gets its number.
        let reuse = state.update(
            TopologyDelta(
                changed: [
                    bridge(NetworkID(0xc), 5001),
                    vmPort(PortID(9), 109, "fa:16:3e:00:01:09", on: NetworkID(0xc), [], host: Demo.gatewayHost),
                ], removed: [.bridge(Demo.network), .port(Demo.vm), .port(Demo.networkPort)]))
        #expect(reuse.breaksBeforeMaking)
        let writes = reuse.writes
        let firstPut = try #require(writes.firstIndex { if case .put = $0 { true } else { false } })
        #expect(!writes[firstPut...].contains { if case .remove = $0 { true } else { false } })
        #expect(writes.first.map { "\($0)" }?.hasPrefix("- interfaces 12") == true)
    }

    @Test("invariant 6: with a port go the drops counted under it")
    func sweptDrops() {
        var state = ForwardingTablesState(host: Demo.computeView, topology: Topology(Demo.site1))
        var kernel = state.tables
        let own = TableEntry.drops(drop_key(port: 101, reason: DROP_NO_ROUTE.rawValue), 4).row
        let foreign = TableEntry.drops(drop_key(port: 102, reason: DROP_NO_ROUTE.rawValue), 4).row
        kernel.write(.put(own))
        kernel.write(.put(foreign))
        let delta = state.update(TopologyDelta(removed: [.port(Demo.vm)]))
        for write in delta.writes { kernel.write(write) }
        #expect(kernel[own.key] == nil)
        #expect(kernel[foreign.key] != nil)
        #expect(!delta.description.contains("drops"), "what may not be there is not shown")
    }

    @Test("an interface index that goes to another port breaks before it makes")
    func interfaceReuse() {
        var state = ForwardingTablesState(host: Demo.computeView, topology: Topology(Demo.site1))
        var host = Demo.computeView
        host.interfaces = [PortID(77): veth(12)]
        #expect(state.update(host: host).breaksBeforeMaking)
        host.interfaces = [PortID(77): veth(12), Demo.vm: veth(13)]
        #expect(!state.update(host: host).breaksBeforeMaking)
    }
}

extension ForwardingTables {
    fileprivate mutating func write(_ write: TableWrite) {
        switch write {
        case .put(let row): self[row.key] = row.value
        case .remove(let key): self[key] = nil
        }
    }

    private func has(_ table: TableID, _ number: UInt32) -> Bool {
        self[TableKey(table: table, bytes: withUnsafeBytes(of: number) { Array($0) })] != nil
    }

    /// Rows that lead to what is not there.
    fileprivate var dangling: [String] {
        var complaints: [String] = []
        func check(_ row: TableRow, _ holds: Bool, _ what: String) {
            if !holds { complaints.append("\(row) lacks its \(what)") }
        }
        func check(_ row: TableRow, _ destination: destination) {
            guard UInt32(destination.kind) == DESTINATION_ROUTER.rawValue else { return }
            check(row, has(.routerPorts, destination.port), "router port")
        }
        for row in rows {
            switch TableEntry(row) {
            case .interface(_, let value)?:
                check(row, has(.portCounters, value.port), "counters")
                check(row, has(.puntBudgets, value.port), "punt budget")
                check(row, value.bridge == 0 || has(.bridges, value.bridge), "bridge")
            case .bridge(let number, let value)?:
                for index in 0..<value.flood_count {
                    let key = TableEntry.flood(flood_key(bridge: number, index: index), destination()).row.key
                    check(row, self[key] != nil, "flood list's \(index)")
                }
            case .tunnelSource(_, let value)?: check(row, has(.bridges, value.bridge), "bridge")
            case .fdb(_, let value)?: check(row, value)
            case .neighbour(_, let value)?: check(row, value.destination)
            case .route(_, let value)?: check(row, has(.routerPorts, value.port), "router port")
            default: break
            }
        }
        return complaints
    }
}
