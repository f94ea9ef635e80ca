import Addresses
import CForwardingPipeline
import Datapath
import ForwardingTables
import PacketFormats
import Resources

/// A packet as the command line describes it. What is left out is taken from the kernel's tables.
package struct TracedPacket: Sendable {
    package enum Kind: String, CaseIterable, Sendable { case icmp, tcp, udp, arp }

    package var fromMAC: MACAddress?
    package var toMAC: MACAddress?
    package var from: IPv4Address?
    package var to: IPv4Address?
    package var kind = Kind.icmp
    package var ttl: UInt8 = 64
    package var sourcePort: UInt16 = 49152
    package var destinationPort: UInt16 = 80
    /// Of the frame, in bytes; the payload fills it up.
    package var length = 98
    /// From an uplink: the VNI it comes by; nil: no tunnel packet.
    package var vni: UInt32?
    /// The tunnel's ends: the sender's and this host's.
    package var tunnelFrom: IPv4Address?
    package var tunnelTo: IPv4Address?

    package init() {}

    /// What the description lacks, named by its option.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    /// The frame that enters by a device port.
    package func frame(onPort interface: UInt32, pins: PinDirectory) throws -> [UInt8] {
        var own: interface_entry?
        for row in try pins.rows(of: .interfaces) {
            if case .interface(interface, let entry)? = TableEntry(row) { own = entry }
        }
        guard let own, own.kind == INTERFACE_PORT.rawValue else {
            guard fromMAC != nil, from != nil, toMAC != nil else {
                throw Missing(
                    description:
                        "interface \(interface) is no port's in the tables: give --from-mac, --from and --to-mac")
            }
            return try inner(bridge: nil, fromMAC: fromMAC, from: from, pins)
        }
        return try inner(
            bridge: own.bridge, fromMAC: fromMAC ?? own.mac.address, from: from ?? own.address.address?.v4, pins)
    }

    /// The frame that enters by an uplink: in a tunnel when there is a VNI.
    package func frame(onUplink mac: MACAddress, pins: PinDirectory) throws -> [UInt8] {
        let outside = MACAddress("02:00:00:00:00:01") ?? .zero
        guard let vni else {
            return try plain(fromMAC: fromMAC ?? outside, toMAC: toMAC ?? mac, from: try need(from, "--from"))
        }
        guard vni < 1 << 24 else { throw Missing(description: "--vni has 24 bits") }
        let candidates = try pins.rows(of: .tunnelSources).compactMap { row -> (tunnel_source_key, tunnel_source)? in
            guard case .tunnelSource(let key, let value)? = TableEntry(row), key.vni == vni,
                tunnelFrom == nil || key.remote.address?.v4 == tunnelFrom,
                tunnelTo == nil || key.local.address?.v4 == tunnelTo
            else { return nil }
            return (key, value)
        }
        let known = candidates.count == 1 ? candidates.first : nil
        let ends = "\(candidates.count) tunnels have this VNI"
        let remote = try need(tunnelFrom ?? known?.0.remote.address?.v4, "--tunnel-from (\(ends))")
        let local = try need(tunnelTo ?? known?.0.local.address?.v4, "--tunnel-to (\(ends))")
        let frame = try inner(bridge: known?.1.bridge, fromMAC: fromMAC, from: try need(from, "--from"), pins)
        return Packet.ethernet(source: outside, destination: mac)
            .ipv4(source: remote, destination: local, dontFragment: true)
            .udp(source: 49152, destination: UInt16(VXLAN_PORT), checksum: false)
            .vxlan(VXLANHeader(flags: VXLANHeader.vniFlag, identifier: vni)).payload(frame)
    }

    // MARK: What was left out

    private func need<Value>(_ value: Value?, _ option: String) throws -> Value {
        guard let value else { throw Missing(description: "nothing says what to take for \(option): give it") }
        return value
    }

    private func inner(
        bridge: UInt32?, fromMAC: MACAddress?, from: IPv4Address?, _ pins: PinDirectory
    ) throws -> [UInt8] {
        let from = try need(from, "--from")
        let owner = try fromMAC ?? bridge.flatMap { try neighbour($0, from, pins) ?? routers(on: $0, pins).first }
        let source = try need(owner, "--from-mac")
        if kind == .arp { return try plain(fromMAC: source, toMAC: toMAC ?? .broadcast, from: from) }
        let target = try toMAC ?? bridge.flatMap { try self.target(on: $0, pins) }
        return try plain(
            fromMAC: source, toMAC: try need(target, "--to-mac (the network has no router, or several)"), from: from)
    }

    /// The MAC that a VM would take: the destination's on its own network, else the router's.
    private func target(on bridge: UInt32, _ pins: PinDirectory) throws -> MACAddress? {
        if let to, to.isBroadcast { return .broadcast }
        if let to, let known = try neighbour(bridge, to, pins) { return known }
        let routers = try routers(on: bridge, pins)
        return routers.count == 1 ? routers.first : nil
    }

    private func neighbour(_ bridge: UInt32, _ address: IPv4Address, _ pins: PinDirectory) throws -> MACAddress? {
        for row in try pins.rows(of: .bridgeNeighbours) {
            guard case .bridgeNeighbour(let key, let mac)? = TableEntry(row), key.device == bridge,
                key.address.address?.v4 == address
            else { continue }
            return mac.address
        }
        return nil
    }

    private func routers(on bridge: UInt32, _ pins: PinDirectory) throws -> [MACAddress] {
        try pins.rows(of: .fdb).compactMap { row in
            guard case .fdb(let key, let value)? = TableEntry(row), key.bridge == bridge,
                UInt32(value.kind) == DESTINATION_ROUTER.rawValue
            else { return nil }
            return key.mac.address
        }
    }

    // MARK: The bytes

    private func plain(fromMAC: MACAddress, toMAC: MACAddress, from: IPv4Address) throws -> [UInt8] {
        let to = try need(to, "--to")
        let ethernet = Packet.ethernet(source: fromMAC, destination: toMAC)
        let ip = ethernet.ipv4(source: from, destination: to, ttl: ttl, dontFragment: true)
        switch kind {
        case .arp: return ethernet.arpRequest(senderIP: from, targetIP: to)
        case .icmp: return ip.icmpEchoRequest(identifier: 1, sequence: 1).payload(try filler(after: 42))
        case .udp:
            return ip.udp(source: sourcePort, destination: destinationPort).payload(try filler(after: 42))
        case .tcp:
            return ip.tcp(source: sourcePort, destination: destinationPort).payload(try filler(after: 54))
        }
    }

    private func filler(after headers: Int) throws -> [UInt8] {
        guard (headers...PipelineTracer.longestFrame).contains(length) else {
            throw Missing(description: "--length of this packet is \(headers) to \(PipelineTracer.longestFrame) bytes")
        }
        return [UInt8](repeating: 0, count: length - headers)
    }
}
