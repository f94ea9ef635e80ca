import Addresses

// Checked reads of network-order numbers. An offset outside the span is an error, never a trap.
// The loads are sound: `require` has just proved that the bytes are inside, integers have no invalid bit patterns,
// and the loads of more than a byte are the unaligned ones.
extension RawSpan {
    /// Throws unless `count` bytes lie at `offset`.
    package func require(_ count: Int, at offset: Int, for field: @autoclosure () -> String) throws(PacketError) {
        let available = offset < 0 || offset > byteCount ? 0 : byteCount - offset
        guard offset >= 0, count >= 0, count <= available else {
            throw .truncated(field: field(), needed: count, available: available)
        }
    }

    package func u8(_ offset: Int) throws(PacketError) -> UInt8 {
        try require(1, at: offset, for: "octet")
        return unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    package func u16be(_ offset: Int) throws(PacketError) -> UInt16 {
        try require(2, at: offset, for: "16-bit number")
        return UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    package func u32be(_ offset: Int) throws(PacketError) -> UInt32 {
        try require(4, at: offset, for: "32-bit number")
        return UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    package func u64be(_ offset: Int) throws(PacketError) -> UInt64 {
        try require(8, at: offset, for: "64-bit number")
        return UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    package func mac(_ offset: Int) throws(PacketError) -> MACAddress {
        try require(6, at: offset, for: "MAC address")
        return MACAddress(UInt64(try u16be(offset)) << 32 | UInt64(try u32be(offset + 2)))
    }

    package func ipv4(_ offset: Int) throws(PacketError) -> IPv4Address {
        IPv4Address(try u32be(offset))
    }

    package func ipv6(_ offset: Int) throws(PacketError) -> IPv6Address {
        try require(16, at: offset, for: "IPv6 address")
        return IPv6Address(UInt128(try u64be(offset)) << 64 | UInt128(try u64be(offset + 8)))
    }

    /// A copy of `count` bytes.
    package func array(_ offset: Int, count: Int) throws(PacketError) -> [UInt8] {
        try require(count, at: offset, for: "octets")
        return array(in: offset..<offset + count)
    }

    /// A copy of that part of `range` which exists.
    package func array(in range: Range<Int>) -> [UInt8] {
        let range = range.clamped(to: 0..<byteCount)
        return withUnsafeBytes { Array($0[range]) }
    }
}

extension [UInt8] {
    package mutating func append(be number: some FixedWidthInteger & UnsignedInteger) {
        var shift = number.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    package mutating func append(_ address: MACAddress) {
        append(be: UInt16(truncatingIfNeeded: address.value >> 32))
        append(be: UInt32(truncatingIfNeeded: address.value))
    }

    package mutating func append(_ address: IPv4Address) { append(be: address.value) }
    package mutating func append(_ address: IPv6Address) { append(be: address.value) }

    /// Writes over two bytes that are already there.
    mutating func set(be number: UInt16, at offset: Int) {
        self[offset] = UInt8(number >> 8)
        self[offset + 1] = UInt8(number & 0xff)
    }
}
