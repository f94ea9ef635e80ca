import Addresses
import CForwardingPipeline
import ForwardingTables
import PacketFormats
import PipelineSupport
import Testing

@Suite struct BridgingTests {
    let machine = Scenario().machine

    private func frame(to target: MACAddress, from source: MACAddress = Scenario.vmMAC, address: String = "10.1.0.3")
        -> [UInt8]
    {
        Packet.ethernet(source: source, destination: target)
            .ipv4(source: v4(address), destination: v4("10.1.0.4"))
            .udp(source: 1, destination: 2).payload([1, 2, 3])
    }

    @Test("S4-08: a known MAC gets the frame unchanged, here or through the site's tunnel")
    func knownUnicast() throws {
        let here = frame(to: Scenario.secondMAC)
        #expect(machine.run(.fromPort, here, on: Scenario.vm(1)).exit == .delivered(to: Scenario.second(1), here))
        let there = frame(to: Scenario.farMAC)
        let outcome = machine.run(.fromPort, there, on: Scenario.vm(1))
        let outer = try FrameLayers(outcome.bytes)
        #expect(outer.ipv4?.source == v4(Scenario.hereAddress))
        #expect(outer.ipv4?.destination == v4(Scenario.otherAddress))
        #expect(outer.vxlan?.vni == Scenario.networkVNI(1))
        #expect(Array(outcome.bytes[outer.payload]) == there)
    }

    @Test("S3-18 S3-24 S4-31: broadcast goes to each local port but the sender's and once to each other host")
    func flooding() throws {
        let broadcast = frame(to: .broadcast)
        let outcome = machine.run(.fromPort, broadcast, on: Scenario.vm(1))
        #expect(outcome.exits.count == 2)
        #expect(outcome.exits.first == .copied(to: Scenario.second(1), broadcast))
        guard case .copied(let interface, let bytes) = outcome.exits.last else { return }
        #expect(interface == Scenario.uplink)
        let outer = try FrameLayers(bytes)
        #expect(outer.ipv4?.destination == v4(Scenario.otherAddress))
        #expect(Array(bytes[outer.payload]) == broadcast)
        #expect(machine.counters(port: Scenario.vmPort(1)).flooded == 1)
    }

    @Test("a frame from another host is not sent to hosts again")
    func splitHorizon() {
        let broadcast = frame(to: .broadcast, from: Scenario.farMAC, address: "10.1.0.5")
        let packet = Scenario.fromPeer(
            broadcast, vni: Scenario.networkVNI(1), from: Scenario.otherAddress, to: Scenario.hereAddress)
        let outcome = machine.run(.fromUplink, packet, on: Scenario.uplink)
        #expect(outcome.exits == [.copied(to: Scenario.vm(1), broadcast), .copied(to: Scenario.second(1), broadcast)])
        let back = Scenario.fromPeer(
            frame(to: Scenario.farMAC), vni: Scenario.networkVNI(1), from: Scenario.otherAddress,
            to: Scenario.hereAddress)
        #expect(machine.run(.fromUplink, back, on: Scenario.uplink).exits == [])
        #expect(machine.drops(.splitHorizon, port: Scenario.uplinkPort) == 1)
    }

    @Test("S1-10: nothing broadcast and no unknown MAC crosses a peering")
    func peeringDoesNotFlood() {
        for (target, reason) in [(MACAddress.broadcast, DropReason.noFlood), (mac("02:00:00:00:00:77"), .unknownMAC)] {
            let packet = Scenario.fromPeer(
                frame(to: target, from: Scenario.peerMAC, address: "10.0.0.3"), vni: Scenario.peeringVNI(1))
            #expect(machine.run(.fromUplink, packet, on: Scenario.uplink).exits == [])
            #expect(machine.drops(reason, port: Scenario.uplinkPort) == 1)
        }
    }

    @Test("S3-12 S2-12 S1-10: ARP for a known address is answered on the spot, for nobody else's network")
    func addressResolution() throws {
        for (address, owner) in [
            ("10.1.0.1", Scenario.gatewayMAC), ("10.1.0.4", Scenario.secondMAC), ("10.1.0.5", Scenario.farMAC),
        ] {
            let request = Packet.ethernet(source: Scenario.vmMAC, destination: .broadcast)
                .arpRequest(senderIP: v4("10.1.0.3"), targetIP: v4(address))
            let expected = Packet.ethernet(source: owner, destination: Scenario.vmMAC)
                .arpReply(senderIP: v4(address), targetIP: v4("10.1.0.3"))
            #expect(
                machine.run(.fromPort, request, on: Scenario.vm(1)).exit == .redirected(to: Scenario.vm(1), expected))
        }
        let unknown = Packet.ethernet(source: Scenario.vmMAC, destination: .broadcast)
            .arpRequest(senderIP: v4("10.1.0.3"), targetIP: v4("10.2.0.3"))
        let flooded = machine.run(.fromPort, unknown, on: Scenario.vm(1))
        #expect(flooded.exits.allSatisfy { if case .copied = $0 { true } else { false } })
    }

    @Test("a probe for one's own address is not answered")
    func duplicateAddressDetection() {
        let probe = Packet.ethernet(source: Scenario.vmMAC, destination: .broadcast)
            .arpRequest(senderIP: .unspecified, targetIP: v4("10.1.0.3"))
        let outcome = machine.run(.fromPort, probe, on: Scenario.vm(1))
        #expect(!outcome.exits.contains { if case .redirected = $0 { true } else { false } })
        #expect(machine.allDrops(port: Scenario.vmPort(1)) == 0)
    }

    @Test("S3-11: a port speaks with its own MAC and addresses only")
    func spoofing() {
        let port = Scenario.vmPort(1)
        _ = machine.run(.fromPort, frame(to: Scenario.secondMAC, from: Scenario.farMAC), on: Scenario.vm(1))
        #expect(machine.drops(.spoofedMAC, port: port) == 1)
        _ = machine.run(.fromPort, frame(to: Scenario.secondMAC, address: "10.1.0.9"), on: Scenario.vm(1))
        #expect(machine.drops(.spoofedAddress, port: port) == 1)
        let arp = Packet.ethernet(source: Scenario.vmMAC, destination: .broadcast)
            .arpReply(senderIP: v4("10.1.0.1"), targetIP: v4("10.1.0.4"))
        _ = machine.run(.fromPort, arp, on: Scenario.vm(1))
        #expect(machine.drops(.spoofedARP, port: port) == 1)
        let server = Packet.ethernet(source: Scenario.vmMAC, destination: .broadcast)
            .ipv4(source: v4("10.1.0.3"), destination: v4("255.255.255.255"))
            .udp(source: 67, destination: 68).payload([UInt8](repeating: 0, count: 240))
        _ = machine.run(.fromPort, server, on: Scenario.vm(1))
        _ = machine.run(.fromPort, server, on: Scenario.vm(1), linear: 14)
        #expect(machine.drops(.spoofedDHCP, port: port) == 2, "not hidden in a fragment of the buffer either")
        let other = Packet.ethernet(
            source: Scenario.vmMAC, destination: .broadcast, etherType: EtherType(rawValue: 0x88b5)
        )
        .payload([1, 2, 3])
        _ = machine.run(.fromPort, other, on: Scenario.vm(1))
        #expect(machine.drops(.protocolNotAllowed, port: port) == 1)
        #expect(machine.allDrops(port: port) == 6)
    }

    @Test("S2-03: without port security any frame is bridged")
    func noPortSecurity() {
        let open = Scenario(portSecurity: false).machine
        let other = Packet.ethernet(
            source: Scenario.farMAC, destination: Scenario.secondMAC, etherType: EtherType(rawValue: 0x88b5)
        )
        .payload([UInt8](repeating: 7, count: 46))
        #expect(open.run(.fromPort, other, on: Scenario.vm(1)).exit == .delivered(to: Scenario.second(1), other))
    }

    @Test("S4-09: tagged frames of a VM are dropped and named, in the frame or beside it")
    func vlan() {
        let tagged = Packet.ethernet(
            source: Scenario.vmMAC, destination: Scenario.secondMAC, vlan: VLANTag(identifier: 5)
        )
        .payload([1, 2, 3, 4])
        _ = machine.run(.fromPort, tagged, on: Scenario.vm(1))
        _ = machine.run(.fromPort, frame(to: Scenario.secondMAC), on: Scenario.vm(1), vlanPresent: true)
        #expect(machine.drops(.vlanTagged, port: Scenario.vmPort(1)) == 2)
    }

    @Test("S2-27: DHCP requests go to the agent, within a budget that refills")
    func dhcp() {
        let discover = Packet.ethernet(source: Scenario.vmMAC, destination: .broadcast)
            .ipv4(source: .unspecified, destination: v4("255.255.255.255"))
            .udp(source: 68, destination: 67).payload([UInt8](repeating: 0, count: 300))
        machine.setClock(1_000_000_000)
        #expect(machine.run(.fromPort, discover, on: Scenario.vm(1)).exit == .punted(from: Scenario.vm(1), discover))
        for _ in 0..<100 { _ = machine.run(.fromPort, discover, on: Scenario.vm(1)) }
        let punted = machine.counters(port: Scenario.vmPort(1)).punted
        #expect(punted >= 1 && punted <= UInt64(PUNT_BURST))
        #expect(machine.drops(.puntRateLimited, port: Scenario.vmPort(1)) == 101 - punted)
        machine.setClock(2_000_000_000)
        _ = machine.run(.fromPort, discover, on: Scenario.vm(1))
        #expect(machine.counters(port: Scenario.vmPort(1)).punted == punted + 1)
        // Another port's budget is its own.
        #expect(machine.run(.fromPort, discover, on: Scenario.vm(2)).exit == .punted(from: Scenario.vm(2), discover))
    }

    @Test("an interface without a row drops all it gets")
    func unknownInterface() {
        #expect(machine.run(.fromPort, frame(to: Scenario.secondMAC), on: 99).verdict == 2)
        #expect(machine.drops(.unknownInterface, port: 99 | UInt32(UPLINK_PORT)) == 1)
    }
}
