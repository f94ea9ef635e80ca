import Addresses

/// A VXLAN header (RFC 7348 section 5): 8 bytes, then the inner Ethernet frame. Reserved bits are kept as found, since
/// they are ignored when received and zero when sent.
package struct VXLANHeader: WireFormat {
    package static let headerLength = 8
    /// The I flag: the VNI is valid.
    package static let vniFlag: UInt8 = 0x08

    package var flags: UInt8
    /// The 24 bits after the flags.
    package var reserved1: UInt32
    /// 24 bits. On the wire it may be 0.
    package var identifier: UInt32
    /// The 8 bits after the VNI.
    package var reserved2: UInt8
    /// Where the header was found; 0 in one that was made.
    package var offset = 0

    package init(flags: UInt8, reserved1: UInt32 = 0, identifier: UInt32, reserved2: UInt8 = 0) {
        self.flags = flags
        self.reserved1 = reserved1 & 0xff_ffff
        self.identifier = identifier & 0xff_ffff
        self.reserved2 = reserved2
    }

    package init(vni: VNI) {
        self.init(flags: Self.vniFlag, identifier: vni.value)
    }

    package var payloadOffset: Int { offset + Self.headerLength }
    package var hasVNI: Bool { flags & Self.vniFlag != 0 }
    /// Nil without the I flag, and for VNI 0.
    package var vni: VNI? { hasVNI ? VNI(identifier) : nil }

    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> VXLANHeader {
        try bytes.require(headerLength, at: offset, for: "VXLAN header")
        let first = try bytes.u32be(offset)
        let second = try bytes.u32be(offset + 4)
        var header = VXLANHeader(
            flags: UInt8(first >> 24),
            reserved1: first,
            identifier: second >> 8,
            reserved2: UInt8(second & 0xff)
        )
        header.offset = offset
        return header
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(be: UInt32(flags) << 24 | reserved1 & 0xff_ffff)
        bytes.append(be: identifier << 8 | UInt32(reserved2))
    }

    package func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }
}
