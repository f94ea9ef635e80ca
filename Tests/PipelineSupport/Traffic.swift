import Addresses
import PacketFormats

/// A packet that enters the scenario's host.
package struct Arrival: Sendable {
    package var program: Machine.Program
    package var frame: [UInt8]
    package var interface: UInt32
    /// What it is an example of; of a spoiled packet, what it was.
    package var kind: String

    package init(program: Machine.Program, frame: [UInt8], interface: UInt32, kind: String) {
        self.program = program
        self.frame = frame
        self.interface = interface
        self.kind = kind
    }
}

/// Packets for the scenario's host: one of each kind that the pipeline treats differently, and what becomes of them when
/// bytes change and ends are cut off.
package enum Traffic {
    /// Well-formed frames, each with what it is an example of.
    package static let examples: [Arrival] = fromPorts + fromUplink

    /// An example, half of the time spoiled: up to four bytes changed, or cut short.
    ///
    /// - Parameter shortest: no packet is cut to fewer bytes.
    package static func random(_ random: inout some RandomNumberGenerator, shortest: Int = 1) -> Arrival {
        var arrival = examples[Int.random(in: 0..<examples.count, using: &random)]
        if Bool.random(using: &random) { spoil(&arrival.frame, &random, shortest: shortest) }
        return arrival
    }

    /// Changes up to four bytes, and sometimes cuts the end off.
    package static func spoil(_ frame: inout [UInt8], _ random: inout some RandomNumberGenerator, shortest: Int = 1) {
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            // Headers are where it matters; payloads are hit now and then.
            let reach = Bool.random(using: &random) ? min(96, frame.count) : frame.count
            frame[Int.random(in: 0..<reach, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
        }
        if Int.random(in: 0..<4, using: &random) == 0, frame.count > shortest {
            frame.removeLast(Int.random(in: 0...frame.count - shortest, using: &random))
        }
    }

    private typealias Scene = Scenario

    private static let fromPorts: [Arrival] = {
        let router = Packet.ethernet(source: Scene.vmMAC, destination: Scene.gatewayMAC)
        let all = Packet.ethernet(source: Scene.vmMAC, destination: .broadcast)
        let near = Packet.ethernet(source: Scene.vmMAC, destination: Scene.secondMAC)
        let far = Packet.ethernet(source: Scene.vmMAC, destination: Scene.farMAC)
        let own = v4("10.1.0.3")
        let other = EtherType(rawValue: 0x88b5)
        let text = [UInt8](repeating: 0x61, count: 48)
        func to(_ address: String, ttl: UInt8 = 64) -> PacketBuilder<PacketLayer.IPv4> {
            router.ipv4(source: own, destination: v4(address), ttl: ttl)
        }
        let frames: [(String, [UInt8])] = [
            ("echo to the peer", Scene.ping(to: "10.0.0.3")),
            ("echo to the peer, marked", Scene.ping(to: "10.0.0.3", tos: 0xb9)),
            ("echo to another subnet", Scene.ping(to: "10.2.0.3")),
            ("echo to the gateway", Scene.ping(to: "10.1.0.1")),
            ("echo to the router's peering address", Scene.ping(to: "192.168.123.1", ttl: 1)),
            ("echo to nowhere", Scene.ping(to: "172.16.0.1")),
            ("echo to nobody", Scene.ping(to: "10.2.0.99")),
            ("echo that expires", Scene.ping(to: "10.0.0.3", ttl: 1)),
            ("echo too big for the tunnel", Scene.ping(to: "10.0.0.3", size: 1500 - 28 + 1)),
            ("echo from a stolen address", Scene.ping(to: "10.0.0.3", from: "10.1.0.9")),
            ("traceroute", to("10.0.0.3", ttl: 1).udp(source: 40000, destination: 33434).payload(text)),
            ("datagram for the router", to("10.1.0.1").udp(source: 40000, destination: 53).payload(text)),
            ("segment for the peer", to("10.0.0.3").tcp(source: 40000, destination: 80).payload(text)),
            ("segment for the router", to("10.1.0.1").tcp(source: 40000, destination: 179).payload(text)),
            (
                "later fragment",
                router.ipv4(source: own, destination: v4("10.0.0.3"), fragmentOffset: 64).payload(text)
            ),
            (
                "options",
                router.ipv4(source: own, destination: v4("172.16.0.1"), options: [1, 1, 1, 0])
                    .udp(source: 1, destination: 2).payload(text)
            ),
            ("neighbour on this host", near.ipv4(source: own, destination: v4("10.1.0.4")).payload(text)),
            ("neighbour on another host", far.ipv4(source: own, destination: v4("10.1.0.5")).payload(text)),
            (
                "itself",
                Packet.ethernet(source: Scene.vmMAC, destination: Scene.vmMAC).ipv4(source: own, destination: own)
                    .payload(text)
            ),
            (
                "unknown MAC",
                Packet.ethernet(source: Scene.vmMAC, destination: mac("02:00:00:00:00:77"))
                    .ipv4(source: own, destination: v4("10.1.0.7")).payload(text)
            ),
            (
                "broadcast",
                all.ipv4(source: own, destination: v4("10.1.0.255")).udp(source: 9, destination: 9).payload(text)
            ),
            ("ARP for the gateway", all.arpRequest(senderIP: own, targetIP: v4("10.1.0.1"))),
            ("ARP for a neighbour", all.arpRequest(senderIP: own, targetIP: v4("10.1.0.5"))),
            ("ARP for nobody", all.arpRequest(senderIP: own, targetIP: v4("10.1.0.77"))),
            ("ARP probe", all.arpRequest(senderIP: .unspecified, targetIP: own)),
            ("ARP announcement", all.arpRequest(senderIP: own, targetIP: own)),
            ("ARP reply to another host", far.arpReply(senderIP: own, targetIP: v4("10.1.0.5"))),
            ("ARP for a stolen address", near.arpReply(senderIP: v4("10.1.0.1"), targetIP: v4("10.1.0.4"))),
            (
                "DHCP discover",
                all.ipv4(source: .unspecified, destination: v4("255.255.255.255")).udp(source: 68, destination: 67)
                    .payload([UInt8](repeating: 0, count: 300))
            ),
            (
                "DHCP offer",
                all.ipv4(source: own, destination: v4("255.255.255.255")).udp(source: 67, destination: 68).payload(text)
            ),
            (
                "another protocol, to another host",
                Packet.ethernet(source: Scene.vmMAC, destination: Scene.farMAC, etherType: other).payload(text)
            ),
            (
                "another protocol, to all",
                Packet.ethernet(source: Scene.vmMAC, destination: .broadcast, etherType: other).payload(text)
            ),
            (
                "tagged",
                Packet.ethernet(source: Scene.vmMAC, destination: Scene.gatewayMAC, vlan: VLANTag(identifier: 5))
                    .ipv4(source: own, destination: v4("10.0.0.3")).payload(text)
            ),
        ]
        return (1...2).flatMap { tenant in
            frames.map { Arrival(program: .fromPort, frame: $0.1, interface: Scene.vm(tenant), kind: $0.0) }
        }
    }()

    private static let fromUplink: [Arrival] = {
        let text = [UInt8](repeating: 0x62, count: 48)
        let own = v4("10.1.0.3")
        let peer = v4("10.0.0.3")
        func inner(to address: IPv4Address, ttl: UInt8 = 63, tos: UInt8 = 0) -> PacketBuilder<PacketLayer.IPv4> {
            Packet.ethernet(source: Scene.peerMAC, destination: Scene.peeringMAC)
                .ipv4(source: peer, destination: address, ttl: ttl, tos: tos)
        }
        func reply(tos: UInt8 = 0) -> [UInt8] {
            inner(to: own, tos: tos).icmpEchoReply(identifier: 5, sequence: 1).payload(text)
        }
        func host(_ inner: [UInt8], _ tenant: Int) -> [UInt8] {
            Scene.fromPeer(
                inner, vni: Scene.networkVNI(tenant), from: Scene.otherAddress, to: Scene.hereAddress)
        }
        let fromFar = Packet.ethernet(source: Scene.farMAC, destination: Scene.vmMAC)
        let fromFarToAll = Packet.ethernet(source: Scene.farMAC, destination: .broadcast)
        let outside = Packet.ethernet(source: Machine.underlayTarget, destination: Machine.underlaySource)

        var frames: [(String, [UInt8])] = [
            ("unknown VNI", Scene.fromPeer(reply(), vni: VNI(9)!)),
            ("unknown sender", Scene.fromPeer(reply(), vni: Scene.peeringVNI(1), from: "200.1.1.1")),
            ("a foreign tunnel IP", Scene.fromPeer(reply(), vni: Scene.peeringVNI(1), to: "203.0.113.2")),
            (
                "all reserved bits",
                Scene.fromPeer(
                    reply(), vni: Scene.peeringVNI(1),
                    header: VXLANHeader(flags: 0xff, reserved1: 0xffffff, identifier: 10001, reserved2: 0xff))
            ),
            (
                "no I flag",
                Scene.fromPeer(
                    reply(), vni: Scene.peeringVNI(1), header: VXLANHeader(flags: 0xf7, identifier: 10001))
            ),
            (
                "options of an outer packet",
                outside.ipv4(source: v4(Scene.remoteTunnelIP), destination: v4(Scene.tunnelIP), options: [1, 1, 1, 0])
                    .udp(source: 51234, destination: 4789, checksum: false).vxlan(vni: Scene.peeringVNI(1))
                    .payload(reply())
            ),
            ("with a checksum", Scene.fromPeer(reply(), vni: Scene.peeringVNI(1), checksum: true)),
            ("congestion", Scene.fromPeer(reply(tos: 2), vni: Scene.peeringVNI(1), tos: 3)),
            ("congestion that can't be carried", Scene.fromPeer(reply(), vni: Scene.peeringVNI(1), tos: 3)),
            (
                "tagged in the tunnel",
                Scene.fromPeer(
                    Packet.ethernet(
                        source: Scene.peerMAC, destination: Scene.peeringMAC, vlan: VLANTag(identifier: 7)
                    ).ipv4(source: peer, destination: own).payload(text), vni: Scene.peeringVNI(1))
            ),
            (
                "fragment of an outer packet",
                outside.ipv4(source: v4(Scene.remoteTunnelIP), destination: v4(Scene.tunnelIP), moreFragments: true)
                    .udp(source: 51234, destination: 4789, checksum: false).vxlan(vni: Scene.peeringVNI(1))
                    .payload(reply())
            ),
            (
                "broadcast of a peer",
                Scene.fromPeer(
                    Packet.ethernet(source: Scene.peerMAC, destination: .broadcast)
                        .ipv4(source: peer, destination: v4("255.255.255.255")).payload(text),
                    vni: Scene.peeringVNI(1))
            ),
            (
                "ARP of a peer",
                Scene.fromPeer(
                    Packet.ethernet(source: Scene.peerMAC, destination: .broadcast)
                        .arpRequest(senderIP: v4("192.168.123.2"), targetIP: v4("192.168.123.1")),
                    vni: Scene.peeringVNI(1))
            ),
            (
                "the host's own traffic",
                outside.ipv4(source: v4("192.168.192.1"), destination: v4(Scene.hereAddress))
                    .tcp(source: 40000, destination: 22).payload(text)
            ),
            (
                "ARP of the underlay",
                Packet.ethernet(source: Machine.underlayTarget, destination: .broadcast)
                    .arpRequest(senderIP: v4("192.168.192.1"), targetIP: v4(Scene.hereAddress))
            ),
        ]
        for tenant in 1...2 {
            let vni = Scene.peeringVNI(tenant)
            frames += [
                ("reply of the peer", Scene.fromPeer(reply(), vni: vni)),
                (
                    "packet of the peer that expires",
                    Scene.fromPeer(
                        inner(to: own, ttl: 1).icmpEchoRequest(identifier: 5, sequence: 1).payload(text), vni: vni)
                ),
                (
                    "peer's echo to the router",
                    Scene.fromPeer(
                        inner(to: v4("192.168.123.1")).icmpEchoRequest(identifier: 5, sequence: 2).payload(text),
                        vni: vni)
                ),
                ("peer's packet for nobody", Scene.fromPeer(inner(to: v4("10.1.0.77")).payload(text), vni: vni)),
                (
                    "frame of another host",
                    host(fromFar.ipv4(source: v4("10.1.0.5"), destination: own).payload(text), tenant)
                ),
                (
                    "broadcast of another host",
                    host(
                        fromFarToAll.ipv4(source: v4("10.1.0.5"), destination: v4("10.1.0.255")).payload(text), tenant)
                ),
                (
                    "ARP of another host",
                    host(fromFarToAll.arpRequest(senderIP: v4("10.1.0.5"), targetIP: v4("10.1.0.77")), tenant)
                ),
                ("ARP reply of another host", host(fromFar.arpReply(senderIP: v4("10.1.0.5"), targetIP: own), tenant)),
                (
                    "another protocol of another host",
                    host(
                        Packet.ethernet(
                            source: Scene.farMAC, destination: Scene.vmMAC, etherType: EtherType(rawValue: 0x88b5)
                        ).payload(text), tenant)
                ),
            ]
        }
        return frames.map { Arrival(program: .fromUplink, frame: $0.1, interface: Scene.uplink, kind: $0.0) }
    }()
}
