import Addresses
import CForwardingPipeline
import ForwardingTables
import PacketFormats
import PipelineSupport
import Testing

@Suite struct RoutingTests {
    let machine = Scenario().machine

    @Test("S0-08 S0-27 S4-20 S4-21: a packet for the peer leaves in VXLAN from the tunnel IP, routed by the underlay")
    func encapsulation() throws {
        let frame = Scenario.ping(to: "10.0.0.3")
        let outcome = machine.run(.fromPort, frame, on: Scenario.vm(1))
        guard case .redirected(let interface, let bytes) = outcome.exit else {
            Issue.record("\(outcome)")
            return
        }
        #expect(interface == Scenario.uplink)
        #expect(bytes.count == frame.count + 50)
        let outer = try FrameLayers(bytes)
        #expect(outer.ethernet.source == Machine.underlaySource)
        #expect(outer.ethernet.destination == Machine.underlayTarget)
        #expect(outer.ipv4?.source == v4(Scenario.tunnelIP))
        #expect(outer.ipv4?.destination == v4(Scenario.remoteTunnelIP))
        #expect(outer.ipv4?.dontFragment == true)
        #expect(outer.udp?.destinationPort == 4789)
        #expect(outer.vxlan?.vni == VNI(10001))
        let inner = try outer.inner(of: bytes)
        #expect(inner.ethernet.source == Scenario.peeringMAC)
        #expect(inner.ethernet.destination == Scenario.peerMAC)
        #expect(inner.ipv4?.ttl == 63)
        #expect(inner.ipv4?.source == v4("10.1.0.3"))
        #expect(InternetChecksum.of(Array(bytes[14..<34])) == 0)
        #expect(InternetChecksum.of(Array(bytes[64..<84])) == 0)
        #expect(machine.counters(port: Scenario.vmPort(1)).tunnelled == 1)
    }

    @Test("S0-30: tenants with equal MACs and addresses are told apart by VNI alone, in both directions")
    func tenantsApart() throws {
        for tenant in 1...2 {
            let out = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3"), on: Scenario.vm(tenant))
            #expect(try FrameLayers(out.bytes).vxlan?.vni == Scenario.peeringVNI(tenant))

            let reply = Packet.ethernet(source: Scenario.peerMAC, destination: Scenario.peeringMAC)
                .ipv4(source: v4("10.0.0.3"), destination: v4("10.1.0.3"), ttl: 63)
                .icmpEchoReply(identifier: 5, sequence: 1).payload([1, 2, 3, 4])
            let back = machine.run(
                .fromUplink, Scenario.fromPeer(reply, vni: Scenario.peeringVNI(tenant)), on: Scenario.uplink)
            guard case .delivered(let interface, let bytes) = back.exit else {
                Issue.record("\(back)")
                return
            }
            #expect(interface == Scenario.vm(tenant))
            let frame = try FrameLayers(bytes)
            #expect(frame.ethernet.source == Scenario.gatewayMAC)
            #expect(frame.ethernet.destination == Scenario.vmMAC)
            #expect(frame.ipv4?.ttl == 62)
        }
    }

    @Test("S2-05: two subnets of one host are routed on it, with the gateway's MAC and one step of TTL")
    func localRouting() throws {
        let outcome = machine.run(.fromPort, Scenario.ping(to: "10.2.0.3"), on: Scenario.vm(1))
        guard case .redirected(let interface, let bytes) = outcome.exit else {
            Issue.record("\(outcome)")
            return
        }
        #expect(interface == Scenario.server(1))
        let frame = try FrameLayers(bytes)
        #expect(frame.ethernet.source == Scenario.serverGatewayMAC)
        #expect(frame.ethernet.destination == Scenario.serverMAC)
        #expect(frame.ipv4?.ttl == 63)
    }

    @Test(
        "S2-13: echo to a router's addresses is answered by the datapath",
        arguments: ["10.1.0.1", "10.2.0.1", "192.168.123.1"])
    func echo(address: String) throws {
        let outcome = machine.run(.fromPort, Scenario.ping(to: address, ttl: 1), on: Scenario.vm(1))
        let frame = try FrameLayers(outcome.bytes)
        #expect(frame.ethernet.destination == Scenario.vmMAC)
        #expect(frame.ethernet.source == Scenario.gatewayMAC)
        #expect(frame.ipv4?.source == v4(address))
        #expect(frame.ipv4?.destination == v4("10.1.0.3"))
        #expect(frame.icmp?.type.rawValue == 0)
        #expect(InternetChecksum.of(Array(outcome.bytes[14..<34])) == 0)
        #expect(InternetChecksum.of(Array(outcome.bytes[34...])) == 0)
        #expect(machine.counters(port: Scenario.vmPort(1)).answered == 1)
    }

    @Test("S1-16: an expired packet is answered by the router's face it came in by")
    func timeExceeded() throws {
        let outcome = machine.run(.fromPort, Scenario.ping(to: "10.0.0.3", ttl: 1), on: Scenario.vm(1))
        let frame = try FrameLayers(outcome.bytes)
        #expect(frame.ipv4?.source == v4("10.1.0.1"))
        #expect(frame.icmp?.type.rawValue == 11)
        #expect(InternetChecksum.of(Array(outcome.bytes[14..<34])) == 0)
        #expect(InternetChecksum.of(Array(outcome.bytes[34...])) == 0)
        #expect(machine.drops(.ttlExceeded, port: Scenario.vmPort(1)) == 1)

        // From the other site it enters by the peering port, and goes back the way it came.
        let expired = Packet.ethernet(source: Scenario.peerMAC, destination: Scenario.peeringMAC)
            .ipv4(source: v4("10.0.0.3"), destination: v4("10.1.0.3"), ttl: 1)
            .icmpEchoRequest(identifier: 5, sequence: 1).payload([UInt8](repeating: 0, count: 32))
        let back = machine.run(
            .fromUplink, Scenario.fromPeer(expired, vni: Scenario.peeringVNI(1)), on: Scenario.uplink)
        let outer = try FrameLayers(back.bytes)
        #expect(outer.vxlan?.vni == VNI(10001))
        let inner = try outer.inner(of: back.bytes)
        #expect(inner.ipv4?.source == v4("192.168.123.1"))
        #expect(inner.ipv4?.destination == v4("10.0.0.3"))
        #expect(inner.icmp?.type.rawValue == 11)
    }

    @Test("S3-36: what does not fit is answered with fragmentation needed and the MTU that fits")
    func fragmentationNeeded() throws {
        let tight = Scenario(mtu: 1500, underlayMTU: 1500).machine
        let fits = tight.run(.fromPort, Scenario.ping(to: "10.0.0.3", size: 1450 - 28), on: Scenario.vm(1))
        #expect(try FrameLayers(fits.bytes).vxlan?.vni == VNI(10001))
        let outcome = tight.run(.fromPort, Scenario.ping(to: "10.0.0.3", size: 1451 - 28), on: Scenario.vm(1))
        let frame = try FrameLayers(outcome.bytes)
        #expect(frame.icmp?.type.rawValue == 3)
        #expect(frame.icmp?.code == 4)
        #expect(Array(outcome.bytes[38..<42]) == [0, 0, UInt8(1450 >> 8), UInt8(1450 & 0xff)])
        #expect(InternetChecksum.of(Array(outcome.bytes[34...])) == 0)
        #expect(tight.drops(.packetTooBig, port: Scenario.vmPort(1)) == 1)
        // A super-packet is judged by the segments it will be cut into.
        let segments = Packet.ethernet(source: Scenario.vmMAC, destination: Scenario.gatewayMAC)
            .ipv4(source: v4("10.1.0.3"), destination: v4("10.0.0.3"), dontFragment: true)
            .tcp(source: 1, destination: 2).payload([UInt8](repeating: 0, count: 8000))
        #expect(
            try FrameLayers(tight.run(.fromPort, segments, on: Scenario.vm(1), segmentSize: 1410).bytes).vxlan != nil)
        #expect(
            try FrameLayers(tight.run(.fromPort, segments, on: Scenario.vm(1), segmentSize: 1411).bytes).icmp?.code == 4
        )
    }

    @Test(
        "S1-16: an error about a packet still marked as encapsulated is whole, though the kernel won't cut it short",
        arguments: [0, 12, 32, 400])
    func errorFromTunnel(size: Int) throws {
        let expired = Packet.ethernet(source: Scenario.peerMAC, destination: Scenario.peeringMAC)
            .ipv4(source: v4("10.0.0.3"), destination: v4("10.1.0.3"), ttl: 1)
            .udp(source: 5, destination: 33434).payload([UInt8](repeating: 0x62, count: size))
        let back = machine.run(
            .fromUplink, Scenario.fromPeer(expired, vni: Scenario.peeringVNI(1)), on: Scenario.uplink,
            encapsulated: true)
        let inner = Array(back.bytes[50...])
        let frame = try FrameLayers(inner)
        #expect(frame.icmp?.type == .timeExceeded)
        #expect(InternetChecksum.of(Array(inner[14..<34])) == 0)
        let length = Int(try #require(frame.ipv4).payloadLength)
        #expect(InternetChecksum.of(Array(inner[34..<34 + length])) == 0)
        #expect(inner.count == 34 + length)
        let quoted = min(length - 8, expired.count - 14)
        #expect(quoted >= 28)
        #expect(Array(inner[42..<42 + quoted]) == Array(expired[14..<14 + quoted]))
    }

    @Test("S3-36: answers are made of packets whose headers and payload lie in fragments of the buffer, too")
    func answersToFragmentedBuffers() throws {
        let tight = Scenario(mtu: 1500, underlayMTU: 1500).machine
        let segments = Packet.ethernet(source: Scenario.vmMAC, destination: Scenario.gatewayMAC)
            .ipv4(source: v4("10.1.0.3"), destination: v4("10.0.0.3"), dontFragment: true)
            .tcp(source: 1, destination: 2).payload([UInt8](repeating: 0, count: 8000))
        let outcome = tight.run(.fromPort, segments, on: Scenario.vm(1), linear: 14, segmentSize: 1411)
        #expect(try FrameLayers(outcome.bytes).icmp?.nextHopMTU == 1450)
        #expect(InternetChecksum.of(Array(outcome.bytes[34...])) == 0)
        let echo = tight.run(.fromPort, Scenario.ping(to: "10.1.0.1"), on: Scenario.vm(1), linear: 14)
        #expect(try FrameLayers(echo.bytes).icmp?.type == .echoReply)
    }

    @Test("RFC 1812 §5.2.2: a router forwards and answers nothing whose header checksum is wrong")
    func wrongChecksum() {
        for destination in ["10.0.0.3", "10.2.0.3", "10.1.0.1", "172.16.0.1"] {
            var ping = Scenario.ping(to: destination)
            ping[24] ^= 0x10
            #expect(machine.run(.fromPort, ping, on: Scenario.vm(1)).exits == [])
        }
        #expect(machine.drops(.malformedIP, port: Scenario.vmPort(1)) == 4)
        // A bridge is no router: it looks at no checksum.
        var near = Packet.ethernet(source: Scenario.vmMAC, destination: Scenario.secondMAC)
            .ipv4(source: v4("10.1.0.3"), destination: v4("10.1.0.4")).payload([1, 2])
        near[24] ^= 0x10
        #expect(machine.run(.fromPort, near, on: Scenario.vm(1)).bytes == near)
    }

    @Test("no route and no neighbour are answered and counted apart")
    func unreachable() throws {
        let nowhere = machine.run(.fromPort, Scenario.ping(to: "172.16.0.1"), on: Scenario.vm(1))
        #expect(try FrameLayers(nowhere.bytes).icmp?.code == 0)
        #expect(machine.drops(.noRoute, port: Scenario.vmPort(1)) == 1)
        let nobody = machine.run(.fromPort, Scenario.ping(to: "10.2.0.99"), on: Scenario.vm(1))
        #expect(try FrameLayers(nobody.bytes).icmp?.code == 1)
        #expect(machine.drops(.noNeighbour, port: Scenario.vmPort(1)) == 1)
    }

    @Test("no error is sent about an error, a later fragment or a packet of nobody")
    func noErrorAboutErrors() {
        let error = Packet.ethernet(source: Scenario.vmMAC, destination: Scenario.gatewayMAC)
            .ipv4(source: v4("10.1.0.3"), destination: v4("172.16.0.1"))
            .icmp(ICMPv4Header(type: .init(rawValue: 3), code: 1)).payload([UInt8](repeating: 0x45, count: 28))
        #expect(machine.run(.fromPort, error, on: Scenario.vm(1)).exits == [])
        let fragment = Packet.ethernet(source: Scenario.vmMAC, destination: Scenario.gatewayMAC)
            .ipv4(source: v4("10.1.0.3"), destination: v4("172.16.0.1"), fragmentOffset: 8)
            .payload([UInt8](repeating: 0, count: 64))
        #expect(machine.run(.fromPort, fragment, on: Scenario.vm(1)).exits == [])
        #expect(machine.drops(.noRoute, port: Scenario.vmPort(1)) == 2)
    }
}
