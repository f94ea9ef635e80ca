/// What differs between two states of one packet, field by field, for people: `ttl 64 -> 63`.
///
/// A tunnel's headers that came or went are told as such; the fields are then those of the frame inside.
package enum HeaderChanges {
    package static func between(_ old: [UInt8], _ new: [UInt8], lengths: (old: Int, new: Int)) -> [String] {
        guard let before = try? FrameLayers.parse(old.span.bytes), let after = try? FrameLayers.parse(new.span.bytes)
        else { return old == new ? [] : ["the packet's bytes"] }
        if before.vxlan == nil, let header = after.vxlan, lengths.new > lengths.old {
            let inner = Array(new[after.payload])
            return ["encapsulated by \(lengths.new - lengths.old) bytes: \(tunnel(after, header))"]
                + fields(before, old.count, try? FrameLayers.parse(inner.span.bytes), inner.count)
        }
        if let header = before.vxlan, after.vxlan == nil, lengths.new < lengths.old {
            let inner = Array(old[before.payload])
            return ["decapsulated by \(lengths.old - lengths.new) bytes: \(tunnel(before, header))"]
                + fields(try? FrameLayers.parse(inner.span.bytes), inner.count, after, new.count)
        }
        return fields(before, lengths.old, after, lengths.new)
    }

    private static func tunnel(_ outer: FrameLayers, _ vxlan: VXLANHeader) -> String {
        let ends = outer.ipv4.map { "\($0.source) > \($0.destination) " } ?? ""
        return "\(outer.ethernet.source) > \(outer.ethernet.destination), \(ends)vni \(vxlan.identifier)"
    }

    private static func fields(_ old: FrameLayers?, _ oldLength: Int, _ new: FrameLayers?, _ newLength: Int) -> [String]
    {
        guard let old, let new else { return [] }
        let before = named(old) + [("length", "\(oldLength)")]
        let after = named(new) + [("length", "\(newLength)")]
        var changes: [String] = []
        for (name, value) in after {
            guard let was = before.first(where: { $0.0 == name })?.1 else {
                changes.append("\(name) \(value)")
                continue
            }
            if was != value { changes.append("\(name) \(was) -> \(value)") }
        }
        return changes
    }

    private static func named(_ layers: FrameLayers) -> [(String, String)] {
        var fields = [
            ("destination MAC", "\(layers.ethernet.destination)"), ("source MAC", "\(layers.ethernet.source)"),
        ]
        if let arp = layers.arp {
            fields += [
                ("ARP operation", "\(arp.operation.rawValue)"), ("ARP sender", "\(arp.senderMAC) \(arp.senderIP)"),
                ("ARP target", "\(arp.targetMAC) \(arp.targetIP)"),
            ]
        }
        if let ip = layers.ipv4 {
            fields += [
                ("source", "\(ip.source)"), ("destination", "\(ip.destination)"), ("ttl", "\(ip.ttl)"),
                ("tos", "\(ip.tos)"), ("protocol", "\(ip.protocol.rawValue)"),
            ]
        }
        if let icmp = layers.icmp { fields.append(("ICMP type", "\(icmp.type.rawValue) code \(icmp.code)")) }
        if let vxlan = layers.vxlan { fields.append(("vni", "\(vxlan.identifier)")) }
        return fields
    }
}
