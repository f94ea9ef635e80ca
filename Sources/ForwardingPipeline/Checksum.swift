/// The Internet checksum (RFC 1071), in the byte order of the machine: the sum does not care.
enum Checksum {
    @inline(__always)
    static func fold(_ sum: UInt64) -> UInt16 {
        var folded = (sum & 0xffff_ffff) &+ (sum >> 32)
        folded = (folded & 0xffff) &+ ((folded >> 16) & 0xffff) &+ (folded >> 32)
        folded = (folded & 0xffff) &+ (folded >> 16)
        folded = (folded & 0xffff) &+ (folded >> 16)
        return ~UInt16(truncatingIfNeeded: folded)
    }

    /// RFC 1624, equation 3.
    @inline(__always)
    static func replacing(_ checksum: UInt16, old: UInt16, new: UInt16) -> UInt16 {
        fold(UInt64(~checksum) &+ UInt64(~old) &+ UInt64(new))
    }
}
