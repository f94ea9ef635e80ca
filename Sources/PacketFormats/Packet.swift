import Addresses

/// Makes packets layer by layer, lengths and checksums right:
///
///     Packet.ethernet(source: a, destination: b).ipv4(source: x, destination: y)
///         .udp(source: 49152, destination: 4789).vxlan(vni: vni)
///         .ethernet(source: c, destination: d).ipv4(source: p, destination: q)
///         .icmpEchoRequest(identifier: 5, sequence: 1).payload([UInt8](repeating: 0, count: 56))
///
/// The type says which layer is on top, so only what may follow it can follow.
package enum Packet {
    package static func ethernet(
        source: MACAddress, destination: MACAddress, vlan: VLANTag? = nil, etherType: EtherType = .ipv4
    ) -> PacketBuilder<PacketLayer.Ethernet> {
        PacketBuilder(layers: [
            .ethernet(EthernetHeader(destination: destination, source: source, vlan: vlan, etherType: etherType))
        ])
    }

    /// Without an Ethernet header.
    package static func ipv4(
        source: IPv4Address, destination: IPv4Address, ttl: UInt8 = 64, dontFragment: Bool = false, tos: UInt8 = 0,
        identification: UInt16 = 0, moreFragments: Bool = false, fragmentOffset: Int = 0, options: [UInt8] = [],
        protocol: IPProtocol = .experiment
    ) -> PacketBuilder<PacketLayer.IPv4> {
        PacketBuilder(layers: [
            .ipv4(
                IPv4Header(
                    source: source, destination: destination, protocol: `protocol`, ttl: ttl, tos: tos,
                    identification: identification, dontFragment: dontFragment, moreFragments: moreFragments,
                    fragmentOffset: fragmentOffset, options: options
                ))
        ])
    }
}

/// The layers a `PacketBuilder` can have on top.
package enum PacketLayer {
    package enum Ethernet {}
    package enum IPv4 {}
    package enum UDP {}
    package enum TCP {}
    package enum ICMP {}
    package enum VXLAN {}
}

/// A packet being made; `Top` is the layer that was added last.
package struct PacketBuilder<Top>: Sendable {
    fileprivate let layers: [Layer]

    fileprivate func adding<Next>(_ layer: Layer) -> PacketBuilder<Next> {
        PacketBuilder<Next>(layers: layers + [layer])
    }

    /// The whole packet with this as what the top layer carries.
    package func payload(_ payload: [UInt8]) -> [UInt8] {
        var body = payload
        for index in layers.indices.reversed() {
            let below = index > 0 ? layers[index - 1] : nil
            body = layers[index].wrap(body, on: below)
        }
        return body
    }

    /// The whole packet with nothing more in it.
    package func bytes() -> [UInt8] { payload([]) }
}

private enum Layer: Sendable {
    case ethernet(EthernetHeader)
    case ipv4(IPv4Header)
    case udp(source: UInt16, destination: UInt16, hasChecksum: Bool)
    case tcp(TCPHeader)
    case icmp(ICMPv4Header)
    case vxlan(VXLANHeader)

    func wrap(_ payload: [UInt8], on below: Layer?) -> [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .ethernet(let header): header.append(to: &bytes)
        case .vxlan(let header): header.append(to: &bytes)
        case .icmp(let header): return header.message(payload: payload)
        case .ipv4(var header):
            header.payloadLength = payload.count
            header.append(to: &bytes)
        case .udp(let source, let destination, let hasChecksum):
            if hasChecksum, case .ipv4(let header) = below {
                return UDPHeader.datagram(
                    from: header.source, port: source, to: header.destination, port: destination, payload: payload
                )
            }
            UDPHeader(sourcePort: source, destinationPort: destination, payloadLength: payload.count)
                .append(to: &bytes)
        case .tcp(let header):
            if case .ipv4(let ip) = below {
                return header.segment(from: ip.source, to: ip.destination, payload: payload)
            }
            header.append(to: &bytes)
        }
        return bytes + payload
    }
}

extension PacketBuilder where Top == PacketLayer.Ethernet {
    package func ipv4(
        source: IPv4Address, destination: IPv4Address, ttl: UInt8 = 64, dontFragment: Bool = false, tos: UInt8 = 0,
        identification: UInt16 = 0, moreFragments: Bool = false, fragmentOffset: Int = 0, options: [UInt8] = [],
        protocol: IPProtocol = .experiment
    ) -> PacketBuilder<PacketLayer.IPv4> {
        let ip = Packet.ipv4(
            source: source, destination: destination, ttl: ttl, dontFragment: dontFragment, tos: tos,
            identification: identification, moreFragments: moreFragments, fragmentOffset: fragmentOffset,
            options: options, protocol: `protocol`
        )
        return PacketBuilder<PacketLayer.IPv4>(layers: with(.ipv4).layers + ip.layers)
    }

    /// The frame of an ARP request; the sender's MAC is the frame's source.
    package func arpRequest(senderIP: IPv4Address, targetIP: IPv4Address) -> [UInt8] {
        arp(
            ARPMessage(
                operation: .request, senderMAC: header?.source ?? .zero, senderIP: senderIP, targetIP: targetIP
            )
        )
    }

    /// The frame of an ARP reply; the MACs are the frame's.
    package func arpReply(senderIP: IPv4Address, targetIP: IPv4Address) -> [UInt8] {
        arp(
            ARPMessage(
                operation: .reply, senderMAC: header?.source ?? .zero, senderIP: senderIP,
                targetMAC: header?.destination ?? .zero, targetIP: targetIP
            )
        )
    }

    package func arp(_ message: ARPMessage) -> [UInt8] {
        with(.arp).payload(message.bytes())
    }

    private var header: EthernetHeader? {
        if case .ethernet(let header) = layers.last { header } else { nil }
    }

    private func with(_ etherType: EtherType) -> PacketBuilder {
        guard var header else { return self }
        header.etherType = etherType
        return PacketBuilder(layers: layers.dropLast() + [.ethernet(header)])
    }
}

extension PacketBuilder where Top == PacketLayer.IPv4 {
    /// Without a checksum the field is zero, as VXLAN sends it.
    package func udp(
        source: UInt16, destination: UInt16, checksum: Bool = true
    ) -> PacketBuilder<PacketLayer.UDP> {
        with(.udp).adding(.udp(source: source, destination: destination, hasChecksum: checksum))
    }

    package func tcp(
        source: UInt16, destination: UInt16, flags: TCPHeader.Flags = .syn, sequence: UInt32 = 0,
        acknowledgment: UInt32 = 0, window: UInt16 = 65535, options: [UInt8] = []
    ) -> PacketBuilder<PacketLayer.TCP> {
        let header = TCPHeader(
            sourcePort: source, destinationPort: destination, sequence: sequence, acknowledgment: acknowledgment,
            flags: flags, window: window, options: options
        )
        return with(.tcp).adding(.tcp(header))
    }

    /// Errors carry the quoted packet as their payload (`ICMPv4Error.quote`).
    package func icmp(_ header: ICMPv4Header) -> PacketBuilder<PacketLayer.ICMP> {
        with(.icmp).adding(.icmp(header))
    }

    package func icmpEchoRequest(identifier: UInt16, sequence: UInt16) -> PacketBuilder<PacketLayer.ICMP> {
        icmp(.echoRequest(identifier: identifier, sequence: sequence))
    }

    package func icmpEchoReply(identifier: UInt16, sequence: UInt16) -> PacketBuilder<PacketLayer.ICMP> {
        icmp(.echoReply(identifier: identifier, sequence: sequence))
    }

    private func with(_ number: IPProtocol) -> PacketBuilder {
        guard case .ipv4(var header) = layers.last else { return self }
        header.protocol = number
        return PacketBuilder(layers: layers.dropLast() + [.ipv4(header)])
    }
}

extension PacketBuilder where Top == PacketLayer.UDP {
    package func vxlan(vni: VNI) -> PacketBuilder<PacketLayer.VXLAN> {
        vxlan(VXLANHeader(vni: vni))
    }

    /// With any flags, reserved bits and VNI.
    package func vxlan(_ header: VXLANHeader) -> PacketBuilder<PacketLayer.VXLAN> {
        adding(.vxlan(header))
    }

    package func dhcp(_ message: DHCPv4Message) -> [UInt8] {
        payload(message.bytes())
    }
}

extension PacketBuilder where Top == PacketLayer.VXLAN {
    /// The inner frame's header. A frame that exists already goes in with `payload`.
    package func ethernet(
        source: MACAddress, destination: MACAddress, vlan: VLANTag? = nil, etherType: EtherType = .ipv4
    ) -> PacketBuilder<PacketLayer.Ethernet> {
        adding(
            .ethernet(EthernetHeader(destination: destination, source: source, vlan: vlan, etherType: etherType))
        )
    }
}
