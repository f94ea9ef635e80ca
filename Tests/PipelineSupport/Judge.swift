import Addresses
import CForwardingPipeline
import ForwardingTables
import Resources
import VirtualTopology

/// What must hold for whatever the pipeline does with whatever packet, judged by the topology (`Reference`) and by the
/// RFCs, with nothing of the pipeline's own:
///
/// - invariant 1: what leaves, leaves to the tenant it came from;
/// - invariant 7: tunnels lead to the endpoints that the topology names, by the VNI that it names;
/// - invariant 8: a peering carries no broadcast, no ARP, no unknown destination;
/// - invariant 9: what is forwarded is not fragmented, and an outer packet has DF;
/// - routers take exactly one off the time to live each, and every checksum is right;
/// - nothing else of a forwarded packet changes.
package struct Judge {
    package let scene: HostScene
    let reference: Reference
    /// Links that routers join: as a rule a tenant's.
    private var domains: [Reference.Link: Int] = [:]
    private var interfaces: [UInt32: (port: DevicePort, link: Reference.Link)] = [:]
    /// Where this host may send to, and the link whose frames these tunnels carry.
    private var tunnels: [Reference.Tunnel: Reference.Link] = [:]
    private var peerings: Set<Reference.Tunnel> = []
    /// The addresses routers show in errors, by domain.
    private var faces: [Int: Set<UInt32>] = [:]
    private var stations: [Reference.Link: Set<Station>] = [:]

    private struct Station: Hashable { var mac: UInt64, address: UInt32 }

    package init(_ scene: HostScene) {
        self.scene = scene
        reference = Reference(scene)
        joinLinks()
        for port in reference.ports.values { read(port) }
        for segment in reference.segments.values { read(segment) }
    }

    private mutating func joinLinks() {
        for (number, link) in reference.vnis.keys.enumerated() { domains[link] = number }
        for ids in reference.routerPorts.values {
            let links = ids.compactMap { reference.ports[$0]?.link }
            guard let first = links.first.flatMap({ domains[$0] }) else { continue }
            let merged = Set(links.compactMap { domains[$0] })
            for (link, domain) in domains where merged.contains(domain) { domains[link] = first }
        }
    }

    private mutating func read(_ port: DevicePort) {
        let link = port.link
        guard let domain = domains[link], let own = scene.host.tunnelAddress.v4?.value else { return }
        switch port.role {
        case .router(let role):
            for case .v4(let address) in role.addresses.map(\.address) {
                faces[domain, default: []].insert(address.value)
                stations[link, default: []].insert(Station(mac: port.mac.value, address: address.value))
            }
        case .vm(let vm):
            if let interface = scene.host.interfaces[port.id]?.index { interfaces[interface] = (port, link) }
            for case .v4(let address) in vm.addresses {
                stations[link, default: []].insert(Station(mac: port.mac.value, address: address.value))
            }
            if let owner = vm.host, owner != scene.host.hostID, let there = reference.hosts[owner],
                let vni = reference.vnis[link]
            {
                tunnels[Reference.Tunnel(local: own, remote: there, vni: vni)] = link
            }
        }
    }

    private mutating func read(_ segment: Segment) {
        guard let gateway = segment.gatewayHost, let own = scene.host.tunnelAddress.v4?.value,
            let tunnelIP = segment.tunnelIP.v4?.value
        else { return }
        let link = Reference.Link.segment(segment.id)
        guard gateway == scene.host.hostID else {
            guard let there = reference.hosts[gateway] else { return }
            tunnels[Reference.Tunnel(local: own, remote: there, vni: segment.siteVNI.value)] = link
            return
        }
        for (station, remote) in reference.remoteMACs where station.link == link {
            let tunnel = Reference.Tunnel(local: tunnelIP, remote: remote, vni: segment.vni.value)
            tunnels[tunnel] = link
            peerings.insert(tunnel)
        }
    }

    // MARK: Where a packet came from

    /// A frame of a tenant on a link.
    struct Entry {
        var link: Reference.Link
        var domain: Int
        /// Without its outer headers.
        var frame: Frame
        var tunnel: Reference.Tunnel?
        /// The interface it came by, of a port.
        var interface: UInt32?
    }

    private func entry(_ arrival: Arrival) -> Entry? {
        let frame = Frame(arrival.frame[...])
        guard arrival.program == .fromUplink else {
            guard let (_, link) = interfaces[arrival.interface], let domain = domains[link] else { return nil }
            return Entry(link: link, domain: domain, frame: frame, tunnel: nil, interface: arrival.interface)
        }
        guard frame.count >= 64 else { return nil }
        let tunnel = Reference.Tunnel(local: frame.word(30), remote: frame.word(26), vni: frame.word(46) >> 8)
        guard let link = linkOfSender(tunnel), let domain = domains[link] else { return nil }
        return Entry(
            link: link, domain: domain, frame: Frame(arrival.frame[50...]), tunnel: tunnel, interface: nil)
    }

    /// The link a VNI names at this host, from whoever may send it: a host of the site, or a peer.
    private func linkOfSender(_ tunnel: Reference.Tunnel) -> Reference.Link? {
        if peerings.contains(tunnel) { return tunnels[tunnel] }
        guard tunnel.local == scene.host.tunnelAddress.v4?.value, reference.hosts.values.contains(tunnel.remote) else {
            return nil
        }
        return reference.vnis.first { $0.value == tunnel.vni }?.key
    }

    /// Whose counters the packet goes under; nil for an interface without any.
    package func counters(of arrival: Arrival) -> UInt32? {
        arrival.program == .fromUplink
            ? arrival.interface | UInt32(UPLINK_PORT) : interfaces[arrival.interface]?.port.number
    }

    // MARK: What it became

    /// Everything that is wrong; empty when all is well.
    package func violations(of arrival: Arrival, _ outcome: Machine.Outcome) -> [String] {
        var wrong: [String] = []
        func demand(_ condition: Bool, _ message: @autoclosure () -> String) {
            if !condition { wrong.append(message()) }
        }
        let redirects = outcome.exits.count(where: \.isRedirect)
        demand([-1, 2, 7].contains(outcome.verdict), "the verdict is \(outcome.verdict)")
        demand(
            (outcome.verdict == 7) == (redirects == 1) && redirects < 2,
            "\(redirects) redirects, verdict \(outcome.verdict)")
        demand(
            !outcome.isPassed || (outcome.exits.isEmpty && arrival.program == .fromUplink), "a packet passed and left")
        guard !outcome.exits.isEmpty else { return wrong }
        guard let entry = entry(arrival) else {
            return wrong + ["a packet of nobody left: \(outcome.exits.count) exits"]
        }
        for exit in outcome.exits { check(exit, entry, demand) }
        return wrong
    }

    private typealias Demand = (Bool, @autoclosure () -> String) -> Void

    private func check(_ exit: Machine.Exit, _ entry: Entry, _ demand: Demand) {
        if case .punted(let interface, let bytes) = exit {
            demand(
                entry.interface == interface && Frame(bytes[...]) == entry.frame, "punted from \(interface), or changed"
            )
            return
        }
        let interface = exit.interface
        if case .unresolved = exit { return tunnelled(exit.bytes, entry, demand) }
        if interface == scene.uplink { return tunnelled(exit.bytes, entry, demand) }
        guard let (port, link) = interfaces[interface] else {
            return demand(false, "delivered to \(interface), which is nobody's")
        }
        demand(domains[link] == entry.domain, "delivered to \(interface), another tenant's")
        demand(
            port.adminStateUp && reference.isLinkUp[link] == true || isAnswer(exit, entry),
            "delivered to \(interface), which is down")
        check(Frame(exit.bytes[...]), on: link, at: .interface(interface), entry, demand)
    }

    private func isAnswer(_ exit: Machine.Exit, _ entry: Entry) -> Bool { entry.interface == exit.interface }

    /// RFC 7348 §5, and the endpoints of the topology.
    private func tunnelled(_ bytes: [UInt8], _ entry: Entry, _ demand: Demand) {
        let outer = Frame(bytes[...])
        guard outer.count >= 64, outer.half(12) == 0x0800, outer.byte(14) == 0x45, outer.byte(23) == 17 else {
            return demand(false, "something else than UDP over IPv4 left by the uplink")
        }
        let tunnel = Reference.Tunnel(local: outer.word(26), remote: outer.word(30), vni: outer.word(46) >> 8)
        guard let link = tunnels[tunnel] else { return demand(false, "the topology names no \(tunnel)") }
        demand(domains[link] == entry.domain, "VNI \(tunnel.vni) is another tenant's")
        demand(outer.sum(14..<34) == 0xffff, "the outer checksum is wrong")
        demand(outer.half(20) == 0x4000, "the outer packet is not DF alone")
        demand(outer.byte(22) == 64, "the outer time to live is \(outer.byte(22))")
        demand(outer.half(16) == outer.count - 14 && outer.half(38) == outer.count - 34, "outer lengths are wrong")
        demand(outer.half(34) >= 0xc000 && outer.half(36) == 4789 && outer.half(40) == 0, "the UDP header is wrong")
        demand(outer.word(42) == 0x0800_0000 && outer.byte(49) == 0, "the VXLAN header is wrong")
        let inner = Frame(bytes[50...])
        // RFC 6040 §3 and RFC 2983: as inside, or nothing.
        demand(outer.byte(15) == (inner.half(12) == 0x0800 ? inner.byte(15) : 0), "the outer type of service is wrong")
        if peerings.contains(tunnel) {
            demand(inner.byte(0) & 1 == 0 && inner.half(12) != 0x0806, "a broadcast or ARP left by a peering")
            let known = Reference.Station(link: link, mac: MACAddress(inner.mac(0)))
            demand(reference.remoteMACs[known] == tunnel.remote, "the peer at \(tunnel.remote) has no such MAC")
        }
        if let came = entry.tunnel, inner.bytes.dropFirst(12) == entry.frame.bytes.dropFirst(12) {
            demand(peerings.contains(came) != peerings.contains(tunnel), "left by the scope of tunnels it came by")
        }
        check(inner, on: link, at: .tunnel(tunnel), entry, demand)
    }

    /// The frame that leaves beside the one that came.
    private func check(
        _ frame: Frame, on link: Reference.Link, at place: Reference.Place, _ entry: Entry, _ demand: Demand
    ) {
        if isBridged(frame, entry) {
            return demand(link == entry.link, "bridged to another network")
        }
        if frame.half(12) == 0x0806 {
            let station = Station(mac: frame.mac(22), address: frame.word(28))
            demand(place == entry.interface.map { .interface($0) }, "an ARP answer for somebody else")
            demand(frame.half(20) == 2 && frame.mac(6) == station.mac, "not an ARP answer")
            demand(stations[entry.link]?.contains(station) == true, "an ARP answer that is not true")
            return
        }
        guard frame.half(12) == 0x0800, frame.count >= 34, entry.frame.half(12) == 0x0800, entry.frame.count >= 34
        else {
            return demand(false, "a frame changed that is not IPv4")
        }
        if frame.word(26) == entry.frame.word(26) && frame.word(30) == entry.frame.word(30) {
            routed(frame, at: place, entry, demand)
        } else {
            answered(frame, entry, demand)
        }
    }

    /// The same bytes; congestion of the underlay may have been marked on them (RFC 6040 §4.2).
    private func isBridged(_ frame: Frame, _ entry: Entry) -> Bool {
        if frame == entry.frame { return true }
        guard entry.tunnel != nil, frame.half(12) == 0x0800, frame.count == entry.frame.count, frame.count >= 34 else {
            return false
        }
        return frame.bytes.prefix(15) == entry.frame.bytes.prefix(15)
            && (frame.byte(15) ^ entry.frame.byte(15)) & 0xfc == 0
            && frame.byte(22) == entry.frame.byte(22)
            && frame.bytes.dropFirst(26) == entry.frame.bytes.dropFirst(26)
    }

    private func routed(_ frame: Frame, at place: Reference.Place, _ entry: Entry, _ demand: Demand) {
        let old = entry.frame
        let target = MACAddress(old.mac(0))
        guard let way = reference.way(from: entry.link, to: target, destination: old.word(30)) else {
            return demand(false, "routed, and there is no way")
        }
        demand(way.place == place, "routed to \(place) instead of \(way.place)")
        demand(
            way.routers > 0 && MACAddress(frame.mac(6)) == way.source && MACAddress(frame.mac(0)) == way.target,
            "routed with wrong MACs")
        demand(
            Int(old.byte(22)) - Int(frame.byte(22)) == way.routers && frame.byte(22) > 0,
            "\(way.routers) routers made the time to live \(frame.byte(22)) of \(old.byte(22))")
        demand(frame.count == old.count, "routed \(frame.count) bytes of \(old.count)")
        let header = Int(frame.byte(14) & 15) * 4
        // Of a header with options a wrong sum is passed on as wrong as it was.
        let sum = header > 20 ? old.sum(14..<14 + header) : 0xffff
        demand(frame.sum(14..<14 + header) % 0xffff == sum % 0xffff, "routed with a wrong checksum")
        demand(
            frame.byte(14) == old.byte(14) && frame.word(16) == old.word(16) && frame.half(20) == old.half(20)
                && frame.byte(23) == old.byte(23) && frame.bytes.dropFirst(26) == old.bytes.dropFirst(26),
            "routing changed more than it should")
        demand(
            (frame.byte(15) ^ old.byte(15)) & (entry.tunnel == nil ? 0xff : 0xfc) == 0,
            "routing changed the class of service")
    }

    /// A router speaks for itself: an echo reply or an ICMP error, to the sender.
    private func answered(_ frame: Frame, _ entry: Entry, _ demand: Demand) {
        let old = entry.frame
        let asker = old.word(26)
        demand(frame.word(30) == asker, "an answer to somebody who asked nothing")
        demand(asker != 0 && asker >> 24 != 127 && asker >> 28 < 14, "an answer to a group or to nobody")
        demand(faces[entry.domain]?.contains(frame.word(26)) == true, "an answer that is from no router of the tenant")
        demand(frame.sum(14..<34) == 0xffff || frame.byte(14) != 0x45, "an answer with a wrong checksum")
        demand(
            frame.byte(23) == 1 && frame.byte(22) > 64 - 17 && frame.byte(22) <= 64,
            "an answer that is not ICMP, or too old")
        guard old.byte(23) != 1 || old.word(30) != frame.word(26) else {
            // Its sum is as right as the question's was.
            let isWhole = old.half(20) & 0x3fff == 0
            let length = min(14 + old.half(16), old.count)
            demand(
                !isWhole || frame.sum(34..<length) % 0xffff == old.sum(34..<length) % 0xffff,
                "an echo reply with a wrong checksum")
            demand(frame.bytes.dropFirst(38) == old.bytes.dropFirst(38), "an echo reply of something else")
            return
        }
        demand([3, 11].contains(frame.byte(34)), "an ICMP of type \(frame.byte(34))")
        let end = 14 + Int(frame.half(16))
        guard end == frame.count, end >= 42 + 28 else { return demand(false, "an error of \(frame.count) bytes") }
        demand(frame.sum(34..<end) == 0xffff, "an error with a wrong ICMP checksum")
        let quote = Frame(frame.bytes.dropFirst(42))
        demand(
            quote.byte(0) == old.byte(14) && quote.bytes.dropFirst(2).prefix(6) == old.bytes.dropFirst(16).prefix(6)
                && quote.bytes.dropFirst(12) == old.bytes.dropFirst(26).prefix(quote.count - 12),
            "an error about something else")
    }
}

extension DevicePort {
    fileprivate var link: Reference.Link {
        switch role {
        case .vm(let vm): .bridge(vm.bridge)
        case .router(let role): role.attachment
        }
    }
}

/// Bytes, and numbers in network byte order. Absent bytes are zero.
struct Frame: Equatable {
    let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var count: Int { bytes.count }

    func byte(_ offset: Int) -> UInt8 {
        let index = bytes.startIndex + offset
        return index < bytes.endIndex ? bytes[index] : 0
    }
    func half(_ offset: Int) -> Int { Int(byte(offset)) << 8 | Int(byte(offset + 1)) }
    func word(_ offset: Int) -> UInt32 { UInt32(half(offset)) << 16 | UInt32(half(offset + 2)) }
    func mac(_ offset: Int) -> UInt64 { UInt64(half(offset)) << 32 | UInt64(word(offset + 2)) }

    /// One's complement sum: 0xffff over what has a right checksum in it (RFC 1071).
    func sum(_ range: Range<Int>) -> UInt32 {
        var sum: UInt32 = 0
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
            sum += offset + 1 < range.upperBound ? UInt32(half(offset)) : UInt32(byte(offset)) << 8
        }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return sum
    }
}
