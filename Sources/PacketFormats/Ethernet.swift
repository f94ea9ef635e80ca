import Addresses

/// IANA's "IEEE 802 numbers".
package struct EtherType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let ipv4 = EtherType(rawValue: 0x0800)
    package static let arp = EtherType(rawValue: 0x0806)
    package static let vlan = EtherType(rawValue: 0x8100)
    package static let ipv6 = EtherType(rawValue: 0x86dd)
    package static let serviceVLAN = EtherType(rawValue: 0x88a8)
}

/// An IEEE 802.1Q tag.
package struct VLANTag: Hashable, Sendable {
    /// 12 bits; 0 is a priority tag.
    package let identifier: UInt16
    /// 3 bits.
    package let priority: UInt8
    package let dropEligible: Bool

    /// Nil unless `identifier` lies in 0...4095 and `priority` in 0...7.
    package init?(identifier: UInt16, priority: UInt8 = 0, dropEligible: Bool = false) {
        guard identifier < 4096, priority < 8 else { return nil }
        self.identifier = identifier
        self.priority = priority
        self.dropEligible = dropEligible
    }

    package init(control: UInt16) {
        identifier = control & 0xfff
        priority = UInt8(control >> 13)
        dropEligible = control & 0x1000 != 0
    }

    package var control: UInt16 {
        UInt16(priority) << 13 | (dropEligible ? 0x1000 : 0) | identifier
    }
}

/// An Ethernet II header with at most one 802.1Q tag. Further tags are left to the payload.
package struct EthernetHeader: WireFormat {
    package var destination: MACAddress
    package var source: MACAddress
    package var vlan: VLANTag?
    /// Of what follows the tag. Values below 0x0600 are IEEE 802.3 lengths.
    package var etherType: EtherType
    /// Where the header was found; 0 in one that was made.
    package var offset = 0

    package init(destination: MACAddress, source: MACAddress, vlan: VLANTag? = nil, etherType: EtherType) {
        self.destination = destination
        self.source = source
        self.vlan = vlan
        self.etherType = etherType
    }

    /// 14 bytes, 18 with a tag.
    package var headerLength: Int { vlan == nil ? 14 : 18 }
    package var payloadOffset: Int { offset + headerLength }

    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> EthernetHeader {
        try bytes.require(14, at: offset, for: "Ethernet header")
        var header = EthernetHeader(
            destination: try bytes.mac(offset),
            source: try bytes.mac(offset + 6),
            etherType: EtherType(rawValue: try bytes.u16be(offset + 12))
        )
        if header.etherType == .vlan {
            try bytes.require(4, at: offset + 14, for: "802.1Q tag")
            header.vlan = VLANTag(control: try bytes.u16be(offset + 14))
            header.etherType = EtherType(rawValue: try bytes.u16be(offset + 16))
        }
        header.offset = offset
        return header
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(destination)
        bytes.append(source)
        if let vlan {
            bytes.append(be: EtherType.vlan.rawValue)
            bytes.append(be: vlan.control)
        }
        bytes.append(be: etherType.rawValue)
    }

    package func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }
}
