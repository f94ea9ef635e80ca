import Addresses
import CForwardingPipeline
import ForwardingTables
import PacketFormats
import PipelineSupport

/// What must hold for every packet, garbage too. A broken rule ends the process, which is how libFuzzer learns of it.
struct Rules {
    let machine: Machine

    private static let remotes: Set<String> = [Scenario.remoteTunnelIP, Scenario.otherAddress]
    private static let locals: Set<String> = [Scenario.tunnelIP, Scenario.hereAddress]

    func check(_ input: PacketInput) {
        let before = account(of: input)
        let outcome = machine.run(
            input.program, input.frame, on: input.interface, linear: input.linear, segmentSize: input.segmentSize,
            vlanPresent: input.vlanPresent)
        let after = account(of: input)

        // Each packet that was received ends in exactly one counter; one that was not received, in none.
        let received = after.received - before.received
        let explained = after.explained - before.explained
        demand(received == explained, "\(received) packets were received, \(explained) explained")
        demand(
            received == (outcome.isPassed ? 0 : 1),
            "a packet with verdict \(outcome.verdict) was counted \(received) times")
        demand([-1, 2, 7].contains(outcome.verdict), "the verdict is \(outcome.verdict)")
        demand((outcome.verdict == 7) == (outcome.exits.contains { $0.isRedirect }), "verdict and exits differ")
        if outcome.isPassed { demand(outcome.exits.isEmpty, "a packet passed and left") }

        let tenant = tenant(of: input)
        for exit in outcome.exits { check(exit, input, tenant) }
    }

    /// A packet leaves to interfaces and tunnel ends of its own tenant only.
    private func check(_ exit: Machine.Exit, _ input: PacketInput, _ tenant: Int?) {
        let interface = exit.interface
        if case .punted = exit {
            demand(interface == input.interface && input.program == .fromPort, "punted from \(interface)")
            return
        }
        // To an unresolved next hop the kernel finds the way by itself, headers and all.
        var isUnresolved = false
        if case .unresolved = exit { isUnresolved = true }
        guard interface == Scenario.uplink || isUnresolved else {
            demand(interface / 10 == UInt32(tenant ?? 0), "delivered to \(interface) of another tenant")
            return
        }
        let bytes = exit.bytes
        guard bytes.count >= 64, bytes[12] == 0x08, bytes[13] == 0x00, bytes[14] == 0x45, bytes[23] == 17 else {
            return demand(false, "something else than UDP over IPv4 left by the uplink")
        }
        func address(_ offset: Int) -> String { bytes[offset..<offset + 4].map(String.init).joined(separator: ".") }
        demand(Self.locals.contains(address(26)), "the outer source is \(address(26))")
        demand(Self.remotes.contains(address(30)), "the outer destination is \(address(30))")
        demand(InternetChecksum.of(Array(bytes[14..<34])) == 0, "the outer checksum is wrong")
        demand(bytes[20] & 0x40 != 0, "the outer packet has no DF")
        demand(Int(bytes[16]) << 8 | Int(bytes[17]) == bytes.count - 14, "the outer length is wrong")
        demand(Array(bytes[36..<38]) == [0x12, 0xb5] && bytes[34] >= 0xc0, "the outer ports are wrong")
        demand(Array(bytes[42..<46]) == [0x08, 0, 0, 0] && bytes[49] == 0, "the VXLAN header is wrong")
        let vni = Self.vni(bytes)
        demand(Self.tenant(ofVNI: vni) != nil && Self.tenant(ofVNI: vni) == tenant, "VNI \(vni) is another tenant's")
    }

    // MARK: Who

    private func tenant(of input: PacketInput) -> Int? {
        if input.program == .fromPort { return Int(input.interface / 10) }
        guard input.frame.count >= 50 else { return nil }
        return Self.tenant(ofVNI: Self.vni(input.frame))
    }

    private static func vni(_ frame: [UInt8]) -> UInt32 {
        UInt32(frame[46]) << 16 | UInt32(frame[47]) << 8 | UInt32(frame[48])
    }

    private static func tenant(ofVNI vni: UInt32) -> Int? {
        (1...2).first { tenant in
            [
                Scenario.networkVNI(tenant), Scenario.serversVNI(tenant), Scenario.peeringVNI(tenant),
                Scenario.siteVNI(tenant),
            ]
            .contains { $0.value == vni }
        }
    }

    // MARK: Counting

    private func account(of input: PacketInput) -> (received: UInt64, explained: UInt64) {
        let port = input.program == .fromUplink ? Scenario.uplinkPort : Scenario.port(at: input.interface)
        let counters = machine.counters(port: port)
        return (
            counters.received,
            counters.delivered + counters.tunnelled + counters.flooded + counters.answered + counters.punted
                + machine.allDrops(port: port)
        )
    }

    private func demand(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { fatalError(message()) }
    }
}

extension Machine.Exit {
    fileprivate var isRedirect: Bool {
        switch self {
        case .redirected, .delivered, .unresolved: true
        case .copied, .punted: false
        }
    }

    fileprivate var interface: UInt32 {
        switch self {
        case .redirected(let interface, _), .delivered(let interface, _), .copied(let interface, _),
            .punted(let interface, _), .unresolved(let interface, _):
            interface
        }
    }
}
