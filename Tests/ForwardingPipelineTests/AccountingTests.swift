import Addresses
import CForwardingPipeline
import ForwardingTables
import PacketFormats
import PipelineSupport
import SeededRandom
import Testing

@Suite struct AccountingTests {
    @Test(
        "no packet is unexplained: received = delivered + tunnelled + flooded + answered + punted + dropped, for garbage too"
    )
    func everyPacketIsAccountedFor() throws {
        let machine = Scenario().machine
        var random = SplitMix64(seed: 7)
        for _ in 0..<20_000 {
            let arrival = Traffic.random(&random)
            let linear = Bool.random(using: &random) ? Int.random(in: 0...arrival.frame.count, using: &random) : nil
            machine.setUnderlay(
                found: Int.random(in: 0..<4, using: &random) > 0, resolved: Int.random(in: 0..<4, using: &random) > 0)
            let outcome = machine.run(arrival.program, arrival.frame, on: arrival.interface, linear: linear)
            // No packet leaves to an endpoint that the topology does not name.
            for exit in outcome.exits {
                guard case .redirected(Scenario.uplink, let bytes) = exit else { continue }
                let outer = try FrameLayers(bytes)
                let remote = try #require(outer.ipv4?.destination)
                #expect([v4(Scenario.remoteTunnelIP), v4(Scenario.otherAddress)].contains(remote))
                #expect(InternetChecksum.of(Array(bytes[14..<34])) == 0)
            }
        }
        for port in [Scenario.vmPort(1), Scenario.vmPort(2), Scenario.uplinkPort] {
            let counters = machine.counters(port: port)
            let explained =
                counters.delivered + counters.tunnelled + counters.flooded + counters.answered + counters.punted
                + machine.allDrops(port: port)
            #expect(counters.received > 0)
            #expect(counters.received == explained, "port \(port)")
        }
    }
}
