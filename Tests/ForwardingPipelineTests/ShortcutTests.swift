import Addresses
import CForwardingPipeline
import ForwardingTables
import PacketFormats
import PipelineSupport
import SeededRandom
import Testing
import VirtualTopology

@Suite struct ShortcutTests {
    @Test("what the datapath remembers never answers otherwise than a walk, for garbage too")
    func sameAsWalking() {
        let (remembers, walks) = (Machine(Scenario().tables), Machine(Scenario().tables, takesShortcuts: false))
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            let arrival = Traffic.random(&random)
            let linear = Bool.random(using: &random) ? Int.random(in: 0...arrival.frame.count, using: &random) : nil
            let segmentSize: UInt32 = Int.random(in: 0..<8, using: &random) == 0 ? 1400 : 0
            let outcomes = [remembers, walks].map {
                $0.run(arrival.program, arrival.frame, on: arrival.interface, linear: linear, segmentSize: segmentSize)
            }
            #expect(outcomes[0].verdict == outcomes[1].verdict, "\(arrival.kind)")
            #expect(outcomes[0].exits == outcomes[1].exits, "\(arrival.kind)")
        }
        for port in [Scenario.vmPort(1), Scenario.vmPort(2), Scenario.uplinkPort] {
            #expect("\(remembers.counters(port: port))" == "\(walks.counters(port: port))")
            for reason in DropReason.allCases {
                #expect(remembers.drops(reason, port: port) == walks.drops(reason, port: port), "\(reason)")
            }
        }
    }

    @Test("a route that goes is forgotten with the write that takes it away")
    func forgets() throws {
        var state = ForwardingTablesState(host: Scenario().host, topology: Scenario().topology)
        let machine = Machine(state.tables)
        func isTunnelled() throws -> Bool {
            let outcome = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(1))
            return try FrameLayers(outcome.bytes).vxlan != nil
        }
        #expect(try isTunnelled())
        #expect(try isTunnelled())
        let routes = state.topology.objects.keys.filter { key in
            guard case .route = key else { return false }
            return true
        }
        for gone in state.update(.init(removed: Array(routes))).removed { machine.remove(gone) }
        #expect(try !isTunnelled())
        state = ForwardingTablesState(host: Scenario().host, topology: Scenario().topology)
        for row in state.tables.rows { machine.write(row) }
        #expect(try isTunnelled())
    }
}
