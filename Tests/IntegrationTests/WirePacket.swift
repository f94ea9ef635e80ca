import Foundation
import LinuxNetworking

/// A frame as tshark reads it: values by tshark's field names, each with all its occurrences from the outside in.
struct WirePacket: Sendable {
    let fields: [String: [String]]

    subscript(_ field: String) -> [String] { fields[field] ?? [] }

    /// The first occurrence: the outermost header's. "" when there is none.
    func outer(_ field: String) -> String { self[field].first ?? "" }
    /// The last occurrence: the innermost header's.
    func inner(_ field: String) -> String { self[field].last ?? "" }
    func number(_ field: String) -> Int? { self[field].first.flatMap(Self.number) }
    func innerNumber(_ field: String) -> Int? { self[field].last.flatMap(Self.number) }

    private static func number(_ text: String) -> Int? {
        text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    }

    var isVXLAN: Bool { !self["vxlan.vni"].isEmpty }
    var vni: Int? { number("vxlan.vni") }
    var length: Int { number("frame.len") ?? 0 }

    func isEcho(request: Bool, identifier: UInt16? = nil) -> Bool {
        innerNumber("icmp.type") == (request ? 8 : 0)
            && (identifier == nil || innerNumber("icmp.ident") == identifier.map(Int.init))
    }

    private static let names = [
        "frame.len", "frame.protocols", "eth.src", "eth.dst", "eth.type", "vlan.id", "arp.opcode",
        "arp.src.proto_ipv4", "arp.dst.proto_ipv4", "arp.src.hw_mac", "ip.src", "ip.dst", "ip.ttl", "ip.len", "ip.id",
        "ip.proto", "ip.checksum.status", "ip.flags.df", "ip.flags.mf", "ip.dsfield.ecn", "ip.dsfield.dscp",
        "udp.srcport", "udp.dstport", "udp.length", "udp.checksum", "udp.checksum.status", "udp.payload",
        "vxlan.flags", "vxlan.vni", "vxlan.reserved8", "vxlan.gbp", "vxlan.reserved_16",
        "icmp.type", "icmp.code", "icmp.ident", "icmp.seq", "icmp.mtu", "icmp.checksum.status", "tcp.srcport",
        "tcp.dstport", "data.data",
    ]

    /// - Parameter filter: a display filter of Wireshark's.
    static func read(_ file: String, filter: String = "") async throws -> [WirePacket] {
        var arguments = [
            "-n", "-r", file, "-T", "json", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o",
            "ip.defragment:FALSE",
        ]
        for name in names { arguments += ["-e", name] }
        if !filter.isEmpty { arguments += ["-Y", filter] }
        let result = try await ProcessSpawner.run("tshark", arguments)
        guard result.isSuccess else {
            throw TestLab.Missing(description: "tshark: \(result.errorText)")
        }
        return try JSONDecoder().decode([Record].self, from: Data(result.output))
            .map { WirePacket(fields: $0._source.layers) }
    }

    private struct Record: Decodable {
        struct Source: Decodable {
            var layers: [String: [String]]
        }

        var _source: Source
    }
}
