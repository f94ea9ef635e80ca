import Addresses
import CForwardingPipeline
import ForwardingTables
import PacketFormats
import PipelineSupport
import Resources
import Testing
import VirtualTopology

@Suite struct TunnelTests {
    let machine = Scenario().machine
    let reply = Packet.ethernet(source: Scenario.peerMAC, destination: Scenario.peeringMAC)
        .ipv4(source: v4("10.0.0.3"), destination: v4("10.1.0.3"), ttl: 63)
        .icmpEchoReply(identifier: 5, sequence: 1).payload([1, 2, 3, 4])

    private func arrive(_ packet: [UInt8], linear: Int? = nil) -> Machine.Outcome {
        machine.run(.fromUplink, packet, on: Scenario.uplink, linear: linear)
    }

    private func fromPeer(_ header: VXLANHeader? = nil, vni: Int = 10001, from: String = Scenario.remoteTunnelIP)
        -> [UInt8]
    {
        Scenario.fromPeer(reply, vni: VNI(vni)!, from: from, header: header)
    }

    @Test(
        "S4-23 S0-31: the UDP source port lies in 49152-65535, is stable per flow, and 1001 flows differ in 95 of 100")
    func sourcePorts() throws {
        var ports: Set<UInt16> = []
        for flow in 0..<1001 {
            let packet = Packet.ethernet(source: Scenario.vmMAC, destination: Scenario.gatewayMAC)
                .ipv4(source: v4("10.1.0.3"), destination: v4("10.0.0.3"))
                .udp(source: UInt16(20000 + flow), destination: 80).payload([1])
            let first = try FrameLayers(machine.run(.fromPort, packet, on: Scenario.vm(1)).bytes).udp?.sourcePort
            let second = try FrameLayers(machine.run(.fromPort, packet, on: Scenario.vm(1)).bytes).udp?.sourcePort
            #expect(first == second)
            #expect((first ?? 0) >= 49152)
            ports.insert(first ?? 0)
        }
        #expect(ports.count >= 950)
    }

    @Test("S4-24 S4-25 S4-27: sent with zero checksum, the I flag alone and zero reserved bits")
    func sentHeader() throws {
        let bytes = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(1)).bytes
        #expect(Array(bytes[40..<42]) == [0, 0])
        #expect(Array(bytes[42..<50]) == [0x08, 0, 0, 0, 0, 0x27, 0x11, 0])
    }

    @Test("S4-25 S4-27: reserved bits are ignored when received, a missing I flag is not")
    func receivedFlags() {
        for header in [
            VXLANHeader(flags: 0x08, identifier: 10001), VXLANHeader(flags: 0xff, identifier: 10001),
            VXLANHeader(flags: 0x08, reserved1: 0xffffff, identifier: 10001, reserved2: 0xff),
        ] {
            #expect(arrive(fromPeer(header)).exit != nil, "\(header)")
        }
        #expect(arrive(fromPeer(VXLANHeader(flags: 0xf7, identifier: 10001))).exits == [])
        #expect(machine.drops(.vxlanFlags, port: Scenario.uplinkPort) == 1)
    }

    @Test("S4-24: a zero and a right checksum are accepted")
    func checksums() {
        #expect(arrive(Scenario.fromPeer(reply, vni: Scenario.peeringVNI(1), checksum: true)).exit != nil)
        #expect(arrive(fromPeer()).exit != nil)
    }

    @Test("S0-07 S4-26 S4-30: an unknown VNI is dropped and named")
    func unknownVNI() {
        #expect(arrive(fromPeer(vni: 9)).exits == [])
        #expect(machine.drops(.unknownVNI, port: Scenario.uplinkPort) == 1)
        // The network's own VNI is the site's business; the tunnel IP does not take it.
        #expect(arrive(fromPeer(vni: Int(Scenario.networkVNI(1).value))).exits == [])
        #expect(machine.drops(.unknownVNI, port: Scenario.uplinkPort) == 2)
    }

    @Test("S0-06: a sender that the control plane did not name for the VNI is dropped and named")
    func unknownSource() {
        #expect(arrive(fromPeer(from: "200.1.1.1")).exits == [])
        #expect(machine.drops(.unknownTunnelSource, port: Scenario.uplinkPort) == 1)
    }

    @Test("S0-07: VXLAN to an address of the host that is no tunnel IP is dropped and named; to others it passes")
    func unknownTunnelIP() {
        var host = Scenario().host
        host.addresses.append(ip("203.0.113.1"))
        let machine = Machine(ForwardingTables(topology: Scenario().topology, host: host))
        let packet = Scenario.fromPeer(reply, vni: Scenario.peeringVNI(1), to: "203.0.113.1")
        #expect(machine.run(.fromUplink, packet, on: Scenario.uplink).verdict == 2)
        #expect(machine.drops(.unknownTunnelIP, port: Scenario.uplinkPort) == 1)
        let foreign = Scenario.fromPeer(reply, vni: Scenario.peeringVNI(1), to: "203.0.113.2")
        #expect(machine.run(.fromUplink, foreign, on: Scenario.uplink).isPassed)
    }

    @Test("S4-32: tagged inner frames and fragments of outer packets are dropped and named")
    func taggedAndFragmented() {
        let tagged = Packet.ethernet(
            source: Scenario.peerMAC, destination: Scenario.peeringMAC, vlan: VLANTag(identifier: 7)
        ).ipv4(source: v4("10.0.0.3"), destination: v4("10.1.0.3")).udp(source: 1, destination: 2).payload([1])
        #expect(arrive(Scenario.fromPeer(tagged, vni: Scenario.peeringVNI(1))).exits == [])
        #expect(machine.drops(.innerVLANTagged, port: Scenario.uplinkPort) == 1)
        let fragment = Packet.ethernet(source: Machine.underlayTarget, destination: Machine.underlaySource)
            .ipv4(source: v4(Scenario.remoteTunnelIP), destination: v4(Scenario.tunnelIP), moreFragments: true)
            .udp(source: 51234, destination: 4789, checksum: false)
            .vxlan(vni: Scenario.peeringVNI(1)).payload(reply)
        #expect(arrive(fragment).exits == [])
        #expect(machine.drops(.outerFragment, port: Scenario.uplinkPort) == 1)
    }

    @Test("S4-33: congestion marks survive the tunnel; a packet that can't carry one is dropped and named")
    func congestion() throws {
        for (outer, inner, expected) in [
            (0, 0, 0), (3, 1, 3), (3, 2, 3), (3, 3, 3), (2, 1, 1), (1, 2, 1), (1, 0, 0), (1, 3, 3), (0, 2, 2),
        ]
            as [(UInt8, UInt8, UInt8)]
        {
            let packet = Packet.ethernet(source: Scenario.peerMAC, destination: Scenario.peeringMAC)
                .ipv4(source: v4("10.0.0.3"), destination: v4("10.1.0.3"), tos: inner)
                .udp(source: 1, destination: 2).payload([1, 2, 3])
            let outcome = arrive(Scenario.fromPeer(packet, vni: Scenario.peeringVNI(1), tos: outer))
            #expect(outcome.bytes[15] & 3 == expected)
            #expect(InternetChecksum.of(Array(outcome.bytes[14..<34])) == 0)
        }
        #expect(arrive(Scenario.fromPeer(reply, vni: Scenario.peeringVNI(1), tos: 3)).exits == [])
        #expect(machine.drops(.ecnCongestion, port: Scenario.uplinkPort) == 1)
        let marked = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3", tos: 0xb9), on: Scenario.vm(1))
        #expect(marked.bytes[15] == 0xb9)
    }

    @Test("truncated and malformed outer packets are dropped and named, wherever they end")
    func malformed() {
        let whole = fromPeer()
        for length in 0..<whole.count {
            let outcome = arrive(Array(whole.prefix(length)))
            #expect(outcome.exits == [])
        }
        var wrongChecksum = whole
        wrongChecksum[24] ^= 1
        #expect(arrive(wrongChecksum).exits == [])
        #expect(machine.drops(.outerMalformed, port: Scenario.uplinkPort) > 0)
    }

    @Test(
        "tunnel packets with IPv4 options, or whose UDP and IP lengths differ, are dropped and named; options of others pass"
    )
    func optionsAndLengths() {
        func outer(_ port: UInt16, options: [UInt8]) -> [UInt8] {
            Packet.ethernet(source: Machine.underlayTarget, destination: Machine.underlaySource)
                .ipv4(source: v4(Scenario.remoteTunnelIP), destination: v4(Scenario.tunnelIP), options: options)
                .udp(source: 51234, destination: port, checksum: false).vxlan(vni: Scenario.peeringVNI(1)).payload(
                    reply)
        }
        #expect(arrive(outer(4789, options: [1, 1, 1, 0])).verdict == 2)
        #expect(arrive(outer(4789, options: [UInt8](repeating: 1, count: 40)), linear: 14).verdict == 2)
        #expect(arrive(outer(4790, options: [1, 1, 1, 0])).isPassed)
        var short = fromPeer()
        short[39] -= 1
        #expect(arrive(short).exits == [])
        #expect(machine.drops(.outerMalformed, port: Scenario.uplinkPort) == 3)
    }

    @Test("headers in fragments of the buffer are pulled together first")
    func nonLinear() {
        #expect(arrive(fromPeer(), linear: 14).exit != nil)
        let out = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(1), linear: 14)
        #expect(out.bytes.count == 148)
    }

    @Test("S4-33 S4-23: class of service and flow are found in fragments of the buffer, too")
    func nonLinearEncapsulation() throws {
        let ping = Scenario.ping(to: "10.0.0.3", tos: 0xb9)
        let (whole, parts) = (
            machine.run(.fromPort, ping, on: Scenario.vm(1)),
            machine.run(.fromPort, ping, on: Scenario.vm(1), linear: 14)
        )
        #expect(whole.bytes == parts.bytes)
        // From a host of the site, by the gateway to the peer: only the outer headers are pulled.
        let inner = Packet.ethernet(source: Scenario.peeringMAC, destination: Scenario.peerMAC)
            .ipv4(source: v4("10.1.0.3"), destination: v4("10.0.0.3"), tos: 2)
            .udp(source: 5, destination: 9).payload([UInt8](repeating: 0x61, count: 40))
        let arrived = Scenario.fromPeer(
            inner, vni: Scenario.siteVNI(1), from: Scenario.otherAddress, to: Scenario.hereAddress)
        let (first, second) = (arrive(arrived), arrive(arrived, linear: 0))
        #expect(try FrameLayers(first.bytes).ipv4?.tos == 2)
        #expect(first.bytes == second.bytes)
    }

    @Test("invariant 8: ARP does not cross a peering, not even one for the peer alone, from a host of the site")
    func unicastARP() throws {
        let ask = Packet.ethernet(source: Scenario.peeringMAC, destination: Scenario.peerMAC)
            .arpRequest(senderIP: v4("192.168.123.1"), targetIP: v4("192.168.123.2"))
        #expect(
            arrive(
                Scenario.fromPeer(ask, vni: Scenario.siteVNI(1), from: Scenario.otherAddress, to: Scenario.hereAddress)
            ).exits == [])
        #expect(machine.drops(.noFlood, port: Scenario.uplinkPort) == 1)
    }

    @Test("S0-31: an echo request of 98 bytes is one of 148 in the tunnel")
    func overhead() {
        #expect(machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(1)).bytes.count == 148)
    }

    @Test("S0-24: a remote MAC that changes moves the next packet; one that goes drops it")
    func remoteMACMoves() throws {
        var state = ForwardingTablesState(host: Scenario().host, topology: Scenario().topology)
        let key = TopologyKey.remoteMAC(SegmentID(1004), Scenario.peerMAC)
        guard case .remoteMAC(var entry) = state.topology[key] else {
            Issue.record("the scenario has no such remote MAC")
            return
        }
        entry.tunnelIP = ip("200.100.100.9")
        let tenant = 1
        for row in state.update(.init(changed: [.remoteMAC(entry)])).changed { machine.write(row) }
        let moved = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(tenant))
        #expect(try FrameLayers(moved.bytes).ipv4?.destination == v4("200.100.100.9"))
        for gone in state.update(.init(removed: [key])).removed { machine.remove(gone) }
        let lost = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(tenant))
        #expect(try FrameLayers(lost.bytes).vxlan == nil)
    }

    @Test("S0-08: no route to the remote tunnel IP is a named drop; an unresolved next hop is left to the kernel")
    func underlay() {
        machine.setUnderlay(found: false)
        #expect(machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(1)).exits == [])
        #expect(machine.drops(.noUnderlayRoute, port: Scenario.vmPort(1)) == 1)
        machine.setUnderlay(found: true, resolved: false)
        guard case .unresolved = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(1)).exit else {
            Issue.record("the kernel was not asked to resolve the next hop")
            return
        }
    }
}
