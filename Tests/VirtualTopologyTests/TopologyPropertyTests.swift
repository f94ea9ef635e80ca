import Addresses
import Resources
import ResourcesSupport
import Testing

@testable import VirtualTopology

@Suite struct TopologyPropertyTests {
    @Test(
        "random histories: translation and slices, change by change, equal those from scratch",
        arguments: [1, 2, 3, 4] as [UInt64]
    )
    func incremental(seed: UInt64) {
        var edits = RandomEdits(seed: seed)
        var inventory = Inventory()
        var state = VirtualTopologyState()
        var slices = TopologySlices()
        var heard: [HostID: Topology] = [:]

        func check(_ step: String) -> Bool {
            let scratch = TopologyTranslation.topology(of: inventory)
            #expect(state.topology == scratch, "topology at \(step)")
            for host in (1...5).map({ HostID(UInt128($0)) }) {
                let expected = Topology(reachable(from: host, in: scratch).compactMap { scratch[$0] })
                let got = heard[host] ?? Topology()
                #expect(got == expected, "what host \(host) heard, at \(step)")
                #expect(slices.snapshot(for: host, of: scratch) == expected, "snapshot for \(host) at \(step)")
                if got != expected { return false }
            }
            let fresh = TopologySlices(scratch)
            #expect(Set(fresh.components.values) == Set(slices.components.values), "components at \(step)")
            #expect(fresh.nodes == slices.nodes, "nodes at \(step)")
            return state.topology == scratch
        }

        func take(_ transaction: Transaction, _ step: String) {
            let before = inventory
            let viaCopies = TopologyTranslation.affectedKeys(
                by: transaction.changes, before: before,
                after: {
                    var after = before
                    after.apply(transaction.changes)
                    return after
                }()
            )
            let delta = state.apply(transaction.changes, to: &inventory)
            #expect(viaCopies.isSuperset(of: delta.changed.map(\.key)))
            for (host, own) in slices.update(delta, topology: state.topology) {
                #expect(!own.isEmpty, "an empty delta for \(host) at \(step)")
                let known = heard[host] ?? Topology()
                #expect(own.removed.allSatisfy { known[$0] != nil }, "removed what \(host) never heard of, at \(step)")
                #expect(own.changed.allSatisfy { known[$0.key] != $0 }, "told \(host) what it knew, at \(step)")
                heard[host, default: Topology()].apply(own)
            }
        }

        for step in 0..<1200 {
            guard let transaction = edits.next() else { continue }
            let landed = edits.commit(transaction)
            #expect(landed)
            take(transaction, "step \(step)")
            if step % 20 == 0, !check("step \(step)") { return }
        }
        #expect(!heard.isEmpty)
        while let transaction = edits.nextTeardown() {
            let landed = edits.commit(transaction)
            #expect(landed)
            take(transaction, "teardown")
        }
        _ = check("the end")
        #expect(state.topology == Topology())
        #expect(slices.nodes.isEmpty && slices.components.isEmpty && slices.places.isEmpty)
        #expect(slices.bridgesOfSegments.isEmpty)
        #expect(slices.componentsOfHost.isEmpty && slices.componentOf.isEmpty && slices.neighbours.isEmpty)
        #expect(heard.values.allSatisfy { $0.objects.isEmpty })
    }

    @Test("several transactions squashed into one give the same topology", arguments: [7, 8] as [UInt64])
    func squashed(seed: UInt64) {
        var edits = RandomEdits(seed: seed)
        var inventory = Inventory()
        var state = VirtualTopologyState()
        var slices = TopologySlices()
        var heard: [HostID: Topology] = [:]
        var pending = Transaction()
        for step in 0..<1500 {
            if let transaction = edits.next() {
                let landed = edits.commit(transaction)
                #expect(landed)
                pending.append(transaction)
            }
            guard step % 10 == 9 else { continue }
            let delta = state.apply(pending.changes, to: &inventory)
            pending = Transaction()
            for (host, own) in slices.update(delta, topology: state.topology) {
                heard[host, default: Topology()].apply(own)
            }
            let scratch = TopologyTranslation.topology(of: inventory)
            #expect(state.topology == scratch)
            for (host, topology) in heard {
                #expect(topology == slices.snapshot(for: host, of: scratch))
                #expect(Set(topology.objects.keys) == reachable(from: host, in: scratch))
            }
        }
    }
}

/// What a host hears of, in the words of its definition, by walking the topology: the slow way, that knows no components.
func reachable(from host: HostID, in topology: Topology) -> Set<TopologyKey> {
    var next: [TopologyKey: [TopologyKey]] = [:]
    var pending: [TopologyKey] = []
    for (key, object) in topology.objects {
        switch object {
        case .port(let port):
            switch port.role {
            case .vm(let vm):
                next[key, default: []].append(.bridge(vm.bridge))
                next[.bridge(vm.bridge), default: []].append(key)
                if let its = vm.host { next[key, default: []].append(.host(its)) }
                if vm.host == host { pending.append(key) }
            case .router(let router):
                let other: TopologyKey =
                    switch router.attachment {
                    case .bridge(let id): .bridge(id)
                    case .segment(let id): .segment(id)
                    }
                next[key, default: []] += [other, .router(router.router)]
                next[other, default: []].append(key)
                next[.router(router.router), default: []].append(key)
            }
        case .segment(let segment):
            if let bridge = segment.bridge {
                next[key, default: []].append(.bridge(bridge))
                next[.bridge(bridge), default: []].append(key)
            }
            if let its = segment.gatewayHost { next[key, default: []].append(.host(its)) }
            if segment.gatewayHost == host { pending.append(key) }
        case .route(let route): next[.router(route.router), default: []].append(key)
        case .neighbour(let neighbour): next[.port(neighbour.port), default: []].append(key)
        case .remoteMAC(let entry): next[.segment(entry.segment), default: []].append(key)
        case .host, .bridge, .router: break
        }
    }
    var seen: Set<TopologyKey> = []
    while let key = pending.popLast() {
        if topology[key] != nil, seen.insert(key).inserted { pending += next[key] ?? [] }
    }
    return seen
}
