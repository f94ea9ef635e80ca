import Addresses

/// The one's complement sum of RFC 1071, fed piece by piece. Pieces may have odd lengths.
package struct InternetChecksum: Sendable {
    private var sum: UInt64 = 0
    private var isOdd = false

    package init() {}

    private mutating func add(byte: UInt8) {
        sum &+= isOdd ? UInt64(byte) : UInt64(byte) << 8
        isOdd.toggle()
    }

    package mutating func add(_ number: UInt16) {
        add(byte: UInt8(number >> 8))
        add(byte: UInt8(number & 0xff))
    }

    package mutating func add(_ number: UInt32) {
        add(UInt16(number >> 16))
        add(UInt16(number & 0xffff))
    }

    /// That part of `range` which exists.
    package mutating func add(_ bytes: RawSpan, in range: Range<Int>) {
        let range = range.clamped(to: 0..<bytes.byteCount)
        bytes.withUnsafeBytes { buffer in
            for byte in buffer[range] { add(byte: byte) }
        }
    }

    package mutating func add(_ bytes: [UInt8]) {
        for byte in bytes { add(byte: byte) }
    }

    /// What UDP and TCP sum ahead of their own bytes (RFC 768, RFC 9293 3.1).
    package mutating func addPseudoHeader(
        source: IPv4Address, destination: IPv4Address, protocol number: IPProtocol, length: UInt16
    ) {
        add(source.value)
        add(destination.value)
        add(UInt16(number.rawValue))
        add(length)
    }

    private var folded: UInt16 {
        var folded = sum
        while folded > 0xffff { folded = (folded & 0xffff) + (folded >> 16) }
        return UInt16(truncatingIfNeeded: folded)
    }

    /// The checksum to send. Over bytes that contain a right checksum it is 0.
    package var value: UInt16 { ~folded }

    package static func of(_ bytes: RawSpan, in range: Range<Int>) -> UInt16 {
        var checksum = InternetChecksum()
        checksum.add(bytes, in: range)
        return checksum.value
    }

    package static func of(_ bytes: [UInt8]) -> UInt16 {
        var checksum = InternetChecksum()
        checksum.add(bytes)
        return checksum.value
    }

    /// The checksum of a UDP or TCP segment that occupies `range`, its checksum field counted as it stands:
    /// 0 when that field is right, the value to put there when it is zero.
    package static func transport(
        _ bytes: RawSpan, in range: Range<Int>, source: IPv4Address, destination: IPv4Address, protocol: IPProtocol
    ) -> UInt16 {
        let range = range.clamped(to: 0..<bytes.byteCount)
        var checksum = InternetChecksum()
        checksum.addPseudoHeader(
            source: source, destination: destination, protocol: `protocol`,
            length: UInt16(truncatingIfNeeded: range.count)
        )
        checksum.add(bytes, in: range)
        return checksum.value
    }

    /// The checksum after one 16-bit field changed (RFC 1624 equation 3).
    package static func updated(_ checksum: UInt16, from old: UInt16, to new: UInt16) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(~checksum)
        sum.add(~old)
        sum.add(new)
        return sum.value
    }
}
