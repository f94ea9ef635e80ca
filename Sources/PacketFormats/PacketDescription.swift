import Addresses

/// Frames as `tcpdump -n -S` (with `-e` for the link layer) prints them: one line per frame, and one more for each
/// frame inside a VXLAN packet. IPv6 is described down to its next header.
///
///     fa:16:3e:9c:26:9e > fa:16:3e:4e:0c:4f, ethertype IPv4 (0x0800), length 148: 200.200.200.3.51234 >
///     200.100.100.3.4789: VXLAN, flags [I] (0x08), vni 10001
///     02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:02, ethertype IPv4 (0x0800), length 98: 10.1.0.3 > 10.0.0.3: ICMP …
///
/// Any bytes can be described: what is cut off or malformed is named in brackets, as in `[|udp]`.
package enum PacketDescription {
    /// `linkLayer`: MAC addresses, EtherType and frame length ahead of each frame.
    package static func describe(_ frame: [UInt8], linkLayer: Bool = true) -> String {
        describe(frame.span.bytes, linkLayer: linkLayer)
    }

    package static func describe(_ frame: RawSpan, linkLayer: Bool = true) -> String {
        PacketDescriber(linkLayer: linkLayer).frame(frame, at: 0, depth: 0)
    }

    /// An IPv4 packet without an Ethernet header.
    package static func describeIPv4(_ packet: [UInt8]) -> String {
        "IP " + PacketDescriber(linkLayer: false).ipv4(packet.span.bytes, at: 0, depth: 0)
    }
}

struct PacketDescriber {
    let linkLayer: Bool
    /// VXLAN in VXLAN is described so many levels deep.
    private static let maximumDepth = 4

    init(linkLayer: Bool) {
        self.linkLayer = linkLayer
    }

    func frame(_ bytes: RawSpan, at offset: Int, depth: Int) -> String {
        guard let header = try? EthernetHeader.parse(bytes, at: offset) else { return "[|ether]" }
        let payload = payload(of: header, in: bytes, depth: depth)
        guard linkLayer else {
            return switch header.etherType {
            case .ipv4: "IP \(payload)"
            case .ipv6: "IP6 \(payload)"
            case .arp: "ARP, \(payload)"
            default: "ethertype \(Self.name(of: header.etherType)), length \(bytes.byteCount - header.payloadOffset)"
            }
        }
        let length = bytes.byteCount - offset
        var text = "\(header.source) > \(header.destination), "
        if let vlan = header.vlan {
            text += "ethertype \(Self.name(of: .vlan)), length \(length): vlan \(vlan.identifier), p \(vlan.priority), "
            if vlan.dropEligible { text += "DEI, " }
            text += "ethertype \(Self.name(of: header.etherType)), "
        } else {
            text += "ethertype \(Self.name(of: header.etherType)), length \(length): "
        }
        return text + payload
    }

    private func payload(of header: EthernetHeader, in bytes: RawSpan, depth: Int) -> String {
        switch header.etherType {
        case .ipv4: ipv4(bytes, at: header.payloadOffset, depth: depth)
        case .ipv6: Self.ipv6(bytes, at: header.payloadOffset)
        case .arp: Self.arp(bytes, at: header.payloadOffset)
        default: ""
        }
    }

    func ipv4(_ bytes: RawSpan, at offset: Int, depth: Int) -> String {
        guard let header = try? IPv4Header.parse(bytes, at: offset) else { return "[|ip]" }
        let hosts = "\(header.source) > \(header.destination)"
        if header.fragmentOffset > 0 { return "\(hosts): \(Self.name(of: header.protocol))" }
        let range = header.payloadRange(in: bytes.byteCount)
        switch header.protocol {
        case .udp: return udp(bytes, in: range, of: header, depth: depth)
        case .tcp: return Self.tcp(bytes, in: range, of: header)
        case .icmp: return "\(hosts): ICMP \(Self.icmp(bytes, in: range, length: header.payloadLength))"
        default: return "\(hosts): \(Self.name(of: header.protocol)) \(header.payloadLength)"
        }
    }

    private func udp(_ bytes: RawSpan, in range: Range<Int>, of ip: IPv4Header, depth: Int) -> String {
        guard let header = try? UDPHeader.parse(bytes, at: range.lowerBound), range.count >= UDPHeader.headerLength
        else { return "\(ip.source) > \(ip.destination): [|udp]" }
        let ends = "\(ip.source).\(header.sourcePort) > \(ip.destination).\(header.destinationPort): "
        let ports = [header.sourcePort, header.destinationPort]
        if ports.contains(UDPHeader.vxlanPort), depth < Self.maximumDepth {
            guard let vxlan = try? VXLANHeader.parse(bytes, at: header.payloadOffset) else { return ends + "[|vxlan]" }
            let flags = "flags [\(vxlan.hasVNI ? "I" : "invalid")] (0x\(Self.hexadecimal(vxlan.flags, digits: 2)))"
            let inner = frame(bytes, at: vxlan.payloadOffset, depth: depth + 1)
            return "\(ends)VXLAN, \(flags), vni \(vxlan.identifier)\n\(inner)"
        }
        if ports.contains(UDPHeader.dhcpServerPort) || ports.contains(UDPHeader.dhcpClientPort),
            let message = try? DHCPv4Message.parse(bytes, at: header.payloadOffset)
        {
            let kind = message.operation == .bootRequest ? "Request from \(message.clientMAC)" : "Reply"
            return "\(ends)BOOTP/DHCP, \(kind), length \(header.payloadLength)"
        }
        return "\(ends)UDP, length \(header.payloadLength)"
    }

    private static func tcp(_ bytes: RawSpan, in range: Range<Int>, of ip: IPv4Header) -> String {
        guard let header = try? TCPHeader.parse(bytes, at: range.lowerBound), range.count >= header.headerLength
        else { return "\(ip.source) > \(ip.destination): [|tcp]" }
        let length = max(ip.payloadLength - header.headerLength, 0)
        var text = "\(ip.source).\(header.sourcePort) > \(ip.destination).\(header.destinationPort): "
        text += "Flags [\(header.flags.letters)]"
        if length > 0 || !header.flags.isDisjoint(with: [.syn, .fin, .rst]) {
            text += ", seq \(header.sequence)"
            if length > 0 { text += ":\(header.sequence &+ UInt32(truncatingIfNeeded: length))" }
        }
        if header.flags.contains(.ack) { text += ", ack \(header.acknowledgment)" }
        text += ", win \(header.window)"
        if header.flags.contains(.urg) { text += ", urg \(header.urgentPointer)" }
        let options = options(header.options)
        if !options.isEmpty { text += ", options [\(options.joined(separator: ","))]" }
        return text + ", length \(length)"
    }

    private static func options(_ options: [UInt8]) -> [String] {
        var names: [String] = []
        var index = 0
        while index < options.count {
            let kind = options[index]
            if kind == 0 { return names + ["eol"] }
            if kind == 1 {
                names.append("nop")
                index += 1
                continue
            }
            guard index + 1 < options.count, options[index + 1] >= 2, index + Int(options[index + 1]) <= options.count
            else { return names + ["bad"] }
            let value = options[index + 2..<index + Int(options[index + 1])]
            let numbers = stride(from: value.startIndex, to: value.endIndex, by: 4).map {
                value[$0..<min($0 + 4, value.endIndex)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            switch (kind, value.count) {
            case (2, 2): names.append("mss \(numbers[0])")
            case (3, 1): names.append("wscale \(numbers[0])")
            case (4, 0): names.append("sackOK")
            case (8, 8): names.append("TS val \(numbers[0]) ecr \(numbers[1])")
            default: names.append("unknown-\(kind)")
            }
            index += Int(options[index + 1])
        }
        return names
    }

    private static func icmp(_ bytes: RawSpan, in range: Range<Int>, length: Int) -> String {
        guard let header = try? ICMPv4Header.parse(bytes, at: range.lowerBound),
            range.count >= ICMPv4Header.headerLength
        else { return "[|icmp]" }
        let text =
            switch header.type {
            case .echoRequest: "echo request, id \(header.identifier), seq \(header.sequence)"
            case .echoReply: "echo reply, id \(header.identifier), seq \(header.sequence)"
            case .timeExceeded where header.code == 0: "time exceeded in-transit"
            case .timeExceeded where header.code == 1: "ip reassembly time exceeded"
            case .destinationUnreachable: unreachable(header, in: bytes)
            default: "type-#\(header.type.rawValue), code \(header.code)"
            }
        return "\(text), length \(length)"
    }

    private static func unreachable(_ header: ICMPv4Header, in bytes: RawSpan) -> String {
        guard let quoted = try? IPv4Header.parse(bytes, at: header.payloadOffset) else {
            return "unreachable, code \(header.code) [|ip]"
        }
        let destination = quoted.destination
        switch header.code {
        case ICMPv4Header.Unreachable.protocol:
            return "\(destination) protocol \(quoted.protocol.rawValue) unreachable"
        case ICMPv4Header.Unreachable.port:
            guard let port = try? bytes.u16be(quoted.payloadOffset + 2) else { return "\(destination) unreachable" }
            return "\(destination) \(name(of: quoted.protocol)) port \(port) unreachable"
        case ICMPv4Header.Unreachable.fragmentationNeeded:
            let mtu = header.nextHopMTU ?? 0
            return "\(destination) unreachable - need to frag" + (mtu == 0 ? "" : " (mtu \(mtu))")
        default:
            guard let words = unreachableWords[header.code] else {
                return "\(destination) unreachable, code \(header.code)"
            }
            return "\(words.before)\(destination) unreachable\(words.after)"
        }
    }

    /// Around "10.0.0.3 unreachable", for the codes that say nothing more of the quoted packet.
    private static let unreachableWords: [UInt8: (before: String, after: String)] = [
        0: ("net ", ""), 1: ("host ", ""), 5: ("", " - source route failed"), 6: ("net ", " - unknown"),
        7: ("host ", " - unknown"), 8: ("", " - source host isolated"), 9: ("net ", " - admin prohibited"),
        10: ("host ", " - admin prohibited"), 11: ("net ", " - tos prohibited"), 12: ("host ", " - tos prohibited"),
        13: ("host ", " - admin prohibited filter"), 14: ("host ", " - host precedence violation"),
        15: ("host ", " - precedence cutoff"),
    ]

    private static func arp(_ bytes: RawSpan, at offset: Int) -> String {
        guard let message = try? ARPMessage.parse(bytes, at: offset) else { return "[|arp]" }
        let length = bytes.byteCount - offset
        switch message.operation {
        case .request:
            let target = message.targetMAC.isZero ? "" : " (\(message.targetMAC))"
            return "Request who-has \(message.targetIP)\(target) tell \(message.senderIP), length \(length)"
        case .reply: return "Reply \(message.senderIP) is-at \(message.senderMAC), length \(length)"
        default: return "Unknown (\(message.operation.rawValue)), length \(length)"
        }
    }

    private static func ipv6(_ bytes: RawSpan, at offset: Int) -> String {
        guard let header = try? IPv6Header.parse(bytes, at: offset) else { return "[|ip6]" }
        return
            "\(header.source) > \(header.destination): \(name(of: header.nextHeader)), length \(header.payloadLength)"
    }

    private static func name(of number: IPProtocol) -> String {
        switch number {
        case .icmp: "icmp"
        case .tcp: "tcp"
        case .udp: "udp"
        case .icmpv6: "ICMP6"
        case .gre: "gre"
        default: "ip-proto-\(number.rawValue)"
        }
    }

    private static func name(of type: EtherType) -> String {
        let number = "(0x\(hexadecimal(type.rawValue, digits: 4)))"
        return switch type {
        case .ipv4: "IPv4 \(number)"
        case .ipv6: "IPv6 \(number)"
        case .arp: "ARP \(number)"
        case .vlan: "802.1Q \(number)"
        case .serviceVLAN: "802.1Q-QinQ \(number)"
        default: "Unknown \(number)"
        }
    }

    private static func hexadecimal(_ number: some FixedWidthInteger, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(digits - text.count, 0)) + text
    }
}

extension TCPHeader.Flags {
    /// tcpdump's letters.
    var letters: String {
        let all: [(TCPHeader.Flags, String)] = [
            (.fin, "F"), (.syn, "S"), (.rst, "R"), (.psh, "P"), (.ack, "."), (.urg, "U"), (.ece, "E"), (.cwr, "W"),
        ]
        let letters = all.filter { contains($0.0) }.map(\.1).joined()
        return letters.isEmpty ? "none" : letters
    }
}
