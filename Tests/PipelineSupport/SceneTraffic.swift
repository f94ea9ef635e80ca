import Addresses
import ForwardingTables
import PacketFormats
import VirtualTopology

/// Packets for any scene's host: of its ports, of its tunnels, with addresses that somebody there has, mostly in order.
package struct SceneTraffic: Sendable {
    private typealias Link = Reference.Link

    private var ports: [(interface: UInt32, port: DevicePort, vm: VMPort)] = []
    private var macs: [MACAddress] = [.broadcast, MACAddress(0x0100_5e00_0001), MACAddress(0x0200_0000_0077)]
    private var linkMACs: [Link: [MACAddress]] = [:]
    private var addresses: [IPv4Address] = [v4("255.255.255.255"), v4("10.77.0.1"), v4("224.0.0.1"), .unspecified]
    /// Ends as this host sees them, VNI, and the link it names.
    private var tunnels: [(local: IPv4Address, remote: IPv4Address, vni: VNI, link: Link)] = []
    private let uplink: UInt32

    package init(_ scene: HostScene) {
        uplink = scene.uplink
        let objects = scene.topology.objects.values.sorted { "\($0.key)" < "\($1.key)" }
        var hosts: [IPv4Address] = []
        for case .host(let host) in objects where host.id != scene.host.hostID {
            if let address = host.tunnelAddress.v4 { hosts.append(address) }
        }
        for object in objects { read(object, scene, hosts) }
        macs += Set(linkMACs.values.joined()).sorted { $0.value < $1.value }
        addresses = Set(addresses).sorted { $0.value < $1.value }
    }

    private mutating func read(_ object: TopologyObject, _ scene: HostScene, _ hosts: [IPv4Address]) {
        guard let here = scene.host.tunnelAddress.v4 else { return }
        switch object {
        case .bridge(let bridge): tunnels += hosts.map { (here, $0, bridge.vni, .bridge(bridge.id)) }
        case .segment(let segment): tunnels += hosts.map { (here, $0, segment.siteVNI, .segment(segment.id)) }
        case .remoteMAC(let entry):
            linkMACs[.segment(entry.segment), default: []].append(entry.mac)
            if case .segment(let segment)? = scene.topology[.segment(entry.segment)], let local = segment.tunnelIP.v4,
                let remote = entry.tunnelIP.v4
            {
                tunnels.append((local, remote, segment.vni, .segment(segment.id)))
            }
        case .port(let port):
            switch port.role {
            case .vm(let vm):
                linkMACs[.bridge(vm.bridge), default: []].append(port.mac)
                addresses += vm.addresses.compactMap(\.v4)
                if let interface = scene.host.interfaces[port.id] { ports.append((interface.index, port, vm)) }
            case .router(let role):
                // Twice: most of the traffic goes by a router.
                linkMACs[role.attachment, default: []] += [port.mac, port.mac]
                addresses += role.addresses.compactMap(\.address.v4)
            }
        case .route(let route): addresses += [route.destination.first, route.nextHop].compactMap(\.v4)
        case .neighbour(let neighbour): addresses += [neighbour.address].compactMap(\.v4)
        case .host, .router: break
        }
    }

    // MARK: Making

    /// A packet in order, or nearly: what is out of order is one thing at a time.
    package func whole(_ random: inout some RandomNumberGenerator) -> Arrival {
        guard let place = ports.randomElement(using: &random), Int.random(in: 0..<5, using: &random) < 3 else {
            return fromUplink(&random)
        }
        let own = place.vm.addresses.first?.v4 ?? .unspecified
        let strange = Int.random(in: 0..<16, using: &random)
        let frame = frame(
            from: strange == 0 ? pick(macs, &random) : place.port.mac, strange == 1 ? pick(addresses, &random) : own,
            on: .bridge(place.vm.bridge), &random)
        return Arrival(program: .fromPort, frame: frame, interface: place.interface, kind: "of a port")
    }

    /// As above, half of the time with bytes changed or cut off.
    package func random(_ random: inout some RandomNumberGenerator, shortest: Int = 1) -> Arrival {
        var arrival = whole(&random)
        if Bool.random(using: &random) { Traffic.spoil(&arrival.frame, &random, shortest: shortest) }
        return arrival
    }

    private func pick<Value>(_ values: [Value], _ random: inout some RandomNumberGenerator) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private func frame(
        from source: MACAddress, _ address: IPv4Address, on link: Link, _ random: inout some RandomNumberGenerator
    ) -> [UInt8] {
        let known = linkMACs[link] ?? macs
        let target = Int.random(in: 0..<10, using: &random) > 0 ? pick(known, &random) : pick(macs, &random)
        let destination = pick(addresses, &random)
        let ethernet = Packet.ethernet(source: source, destination: target)
        let body = [UInt8](repeating: 0x61, count: pick([0, 1, 18, 20, 48, 120, 1300, 1350, 1400, 1480], &random))
        let ttl: UInt8 = pick([0, 1, 2, 3, 64, 64, 64, 64, 255], &random)
        let tos: UInt8 = pick([0, 0, 1, 2, 3, 0xb8], &random)
        let mark = Int.random(in: 0..<12, using: &random)
        let ip = ethernet.ipv4(
            source: address, destination: destination, ttl: ttl, dontFragment: .random(using: &random), tos: tos,
            moreFragments: mark == 0, fragmentOffset: mark <= 1 ? pick([0, 8, 1480], &random) : 0,
            options: mark == 2 ? [1, 1, 1, 0] : [])
        switch Int.random(in: 0..<16, using: &random) {
        case 0...3:
            return ip.udp(source: pick([5, 67, 68, 4789], &random), destination: pick([9, 67, 68, 4789], &random))
                .payload(body)
        case 4...6: return ip.tcp(source: 40000, destination: 80).payload(body)
        case 7...9: return ip.icmpEchoRequest(identifier: 5, sequence: 1).payload(body)
        case 10: return ip.icmp(ICMPv4Header(type: .init(rawValue: 3), code: 1)).payload(body)
        case 11: return ip.payload(body)
        case 12:
            return Packet.ethernet(source: source, destination: .broadcast).arpRequest(
                senderIP: address, targetIP: destination)
        case 13: return ethernet.arpReply(senderIP: address, targetIP: destination)
        case 14:
            return Packet.ethernet(source: source, destination: target, etherType: EtherType(rawValue: 0x88b5)).payload(
                body)
        default:
            return Packet.ethernet(source: source, destination: .broadcast)
                .ipv4(source: address, destination: v4("255.255.255.255"), ttl: ttl).udp(source: 68, destination: 67)
                .payload(body)
        }
    }

    private func fromUplink(_ random: inout some RandomNumberGenerator) -> Arrival {
        guard var tunnel = tunnels.randomElement(using: &random) else {
            return Arrival(
                program: .fromUplink, frame: [UInt8](repeating: 0, count: 60), interface: uplink, kind: "nothing")
        }
        let link = tunnel.link
        let inner = frame(from: pick(macs, &random), pick(addresses, &random), on: link, &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0: tunnel.vni = pick(tunnels, &random).vni
        case 1: tunnel.remote = pick(tunnels, &random).remote
        case 2: tunnel.local = pick(tunnels, &random).local
        case 3: tunnel.remote = v4("200.1.1.1")
        default: break
        }
        let flags: UInt8 = pick([0x08, 0x08, 0x08, 0x08, 0x08, 0xff, 0x00], &random)
        let frame = Packet.ethernet(source: Machine.underlayTarget, destination: Machine.underlaySource)
            .ipv4(
                source: tunnel.remote, destination: tunnel.local, dontFragment: true,
                tos: pick([0, 0, 0, 1, 2, 3], &random)
            )
            .udp(source: 51234, destination: 4789, checksum: .random(using: &random))
            .vxlan(VXLANHeader(flags: flags, identifier: tunnel.vni.value)).payload(inner)
        return Arrival(program: .fromUplink, frame: frame, interface: uplink, kind: "of a tunnel")
    }
}
