import CForwardingPipeline

/// The IPv4 header (RFC 791) at a fixed offset of a packet, whose first 20 bytes were found reachable.
struct IPv4 {
    static let size = 20
    static let icmp: UInt8 = 1
    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17
    /// Don't fragment, as it lies in memory.
    static let dontFragment: UInt16 = 0x0040

    let packet: Packet
    let offset: Int

    @inline(__always)
    init(_ packet: Packet, at offset: Int = Ethernet.size) {
        self.packet = packet
        self.offset = offset
    }

    @inline(__always)
    var versionAndLength: UInt8 { packet.load(offset) }
    /// In bytes, 20...60.
    @inline(__always)
    var headerLength: Int { Int(versionAndLength & 0x0f) &* 4 }
    @inline(__always)
    var typeOfService: UInt8 { packet.load(offset + 1) }
    @inline(__always)
    var totalLength: UInt32 { UInt32(packet.load(offset + 2, as: UInt16.self).bigEndianValue) }
    /// Flags and offset as they lie in memory.
    @inline(__always)
    var fragmentWord: UInt16 { packet.load(offset + 6) }
    /// More fragments follow, or this is not the first.
    @inline(__always)
    var isFragment: Bool { fragmentWord & 0xff3f != 0 }
    @inline(__always)
    var isLaterFragment: Bool { fragmentWord & 0xff1f != 0 }
    @inline(__always)
    var timeToLive: UInt8 { packet.load(offset + 8) }
    @inline(__always)
    var protocolNumber: UInt8 { packet.load(offset + 9) }
    /// As they lie in memory.
    @inline(__always)
    var source: UInt32 { packet.load(offset + 12) }
    @inline(__always)
    var destination: UInt32 { packet.load(offset + 16) }

    /// Version, header length and total length agree with each other and with what arrived.
    @inline(__always)
    func isWellFormed(frameLength: UInt32) -> Bool {
        versionAndLength >> 4 == 4 && headerLength >= 20 && totalLength >= UInt32(truncatingIfNeeded: headerLength)
            && totalLength &+ UInt32(Ethernet.size) <= frameLength
    }

    /// RFC 1624: the checksum follows the field, without a look at the other fields.
    @inline(__always)
    func decrementTimeToLive() {
        packet.store(timeToLive &- 1, offset + 8)
        let sum = UInt32(packet.load(offset + 10, as: UInt16.self)) &+ 1
        packet.store(UInt16(truncatingIfNeeded: sum &+ (sum >> 16)), offset + 10)
    }

    @inline(__always)
    func setTimeToLive(_ value: UInt8) {
        let old = packet.load(offset + 8, as: UInt16.self)
        packet.store(value, offset + 8)
        updateChecksum(old: old, new: packet.load(offset + 8, as: UInt16.self))
    }

    @inline(__always)
    func setTypeOfService(_ value: UInt8) {
        let old = packet.load(offset, as: UInt16.self)
        packet.store(value, offset + 1)
        updateChecksum(old: old, new: packet.load(offset, as: UInt16.self))
    }

    @inline(__always)
    private func updateChecksum(old: UInt16, new: UInt16) {
        let checksum = packet.load(offset + 10, as: UInt16.self)
        packet.store(Checksum.replacing(checksum, old: old, new: new), offset + 10)
    }

    /// RFC 1812 §5.2.2: a router verifies the checksum. (Of a header with options it is left to the receiver.)
    @inline(__always)
    func mayBeRouted(frameLength: UInt32) -> Bool {
        isWellFormed(frameLength: frameLength) && (headerLength != IPv4.size || checksumIsRight)
    }

    /// The sum over a header of 20 bytes that claims to be right is 0xffff.
    @inline(__always)
    var checksumIsRight: Bool {
        var sum: UInt64 = 0
        sum &+= UInt64(packet.load(offset, as: UInt32.self))
        sum &+= UInt64(packet.load(offset + 4, as: UInt32.self))
        sum &+= UInt64(packet.load(offset + 8, as: UInt32.self))
        sum &+= UInt64(packet.load(offset + 12, as: UInt32.self))
        sum &+= UInt64(packet.load(offset + 16, as: UInt32.self))
        return Checksum.fold(sum) == 0
    }
}

/// An IPv4 address as the tables hold it: ::ffff:a.b.c.d. `raw` is the address as it lies in memory.
@inline(__always)
func mapped(_ raw: UInt32) -> ip_address {
    ip_address(high: 0, low: UInt64(raw) << 32 | 0xffff_0000)
}

extension ip_address {
    /// The IPv4 address in it, as it lies in memory.
    @inline(__always)
    var rawIPv4: UInt32 { UInt32(truncatingIfNeeded: low >> 32) }

    @inline(__always)
    func isEqual(_ other: ip_address) -> Bool { low == other.low && high == other.high }
}

/// Whether an ICMP error may go to this source (RFC 1122 §3.2.2): not zero, loopback, multicast or broadcast.
@inline(__always)
func isUnicastSource(_ raw: UInt32) -> Bool {
    let first = raw & 0xff
    return raw != 0 && first != 127 && first < 224
}
