import Addresses
import Resources
import SeededRandom
import Testing
import VirtualTopology

@testable import Agent

/// The agent's indexes over its slice: kept from deltas, they say what the whole slice says.
@Suite struct IndexTests {
    private static func randomObject(_ random: inout SplitMix64) -> TopologyObject {
        let number = Int.random(in: 1...6, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .host(number, at: "192.0.2.\(Int.random(in: 1...4, using: &random))")
        case 1: return .segment(number, gateway: [nil, 1, 2].randomElement(using: &random)!)
        case 2:
            return .remoteMAC(
                number, "02:00:00:00:00:0\(Int.random(in: 1...3, using: &random))",
                at: "198.51.100.\(Int.random(in: 1...3, using: &random))")
        default:
            return .port(
                .vm(
                    Int.random(in: 1...9, using: &random), host: [nil, 1, 2].randomElement(using: &random)!,
                    id: PortID(
                        UInt128(Int.random(in: 1...5, using: &random)) << 88 | UInt128.random(in: 0...1, using: &random)
                    )))
        }
    }

    private static func randomDelta(_ topology: Topology, _ random: inout SplitMix64) -> TopologyDelta {
        let removed = topology.objects.keys.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
        var changed: [TopologyKey: TopologyObject] = [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let object = randomObject(&random)
            if !removed.contains(object.key) { changed[object.key] = object }
        }
        return TopologyDelta(changed: Array(changed.values), removed: Array(removed))
    }

    @Test("After any deltas the indexes are what they would be from scratch", arguments: 1...20)
    func incremental(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var topology = Topology()
        var ports = OwnPorts(host: HostID(1))
        var ends = TunnelEnds(host: HostID(1))
        for _ in 0..<60 {
            let delta = Self.randomDelta(topology, &random)
            let (before, endsBefore) = (Self.own(topology), ends.addresses)
            topology.apply(delta)
            let touched = ports.apply(delta)
            let changed = ends.apply(delta)
            let after = Self.own(topology)
            #expect(touched == Set(before.keys).union(after.keys).filter { before[$0] != after[$0] })
            #expect(Dictionary(uniqueKeysWithValues: ports.all.map { ($0.port.id, $0.port) }) == after)
            for part in Set(after.keys.map(HostInterfaces.part)) {
                let ids = after.keys.filter { HostInterfaces.part(of: $0) == part }
                #expect(ports.port(part: part) == (ids.count == 1 ? ids[0] : nil))
            }
            for (id, port) in after where after.values.count(where: { $0.number == port.number }) == 1 {
                #expect(ports[number: port.number]?.port.id == id)
            }
            #expect(ends.addresses == Self.ends(topology))
            #expect(changed == (endsBefore != ends.addresses))
        }
    }

    private static func own(_ topology: Topology) -> [PortID: DevicePort] {
        var result: [PortID: DevicePort] = [:]
        for case .port(let port) in topology.objects.values {
            if case .vm(let vm) = port.role, vm.host == HostID(1) { result[port.id] = port }
        }
        return result
    }

    private static func ends(_ topology: Topology) -> Set<IPAddress> {
        var result: Set<IPAddress> = []
        for object in topology.objects.values {
            switch object {
            case .host(let host) where host.id != HostID(1): result.insert(host.tunnelAddress)
            case .remoteMAC(let entry):
                if case .segment(let segment)? = topology[.segment(entry.segment)], segment.gatewayHost == HostID(1) {
                    result.insert(entry.tunnelIP)
                }
            default: break
            }
        }
        return result
    }

    @Test("A port in a large slice of others' ports is found without looking at them")
    func cost() {
        var objects = (1...10_000).map { TopologyObject.port(.vm($0 + 10, host: 2)) }
        objects.append(.port(.vm(1)))
        var ports = OwnPorts(host: HostID(1), topology: Topology(objects))
        #expect(ports.all.count == 1)
        let clock = ContinuousClock()
        let time = clock.measure {
            for number in 0..<1000 {
                _ = ports.apply(TopologyDelta(changed: [.port(.vm(number + 20_000, host: 2))]))
                _ = ports[number: 1]
            }
        }
        #expect(time < .milliseconds(500))
    }
}
