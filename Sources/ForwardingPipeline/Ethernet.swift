import CForwardingPipeline

/// Offsets and types of an Ethernet II header; types are as loaded, in network byte order.
enum Ethernet {
    static let size = 14
    static let destination = 0
    static let source = 6
    static let type = 12

    static let ipv4: UInt16 = 0x0008
    static let arp: UInt16 = 0x0608
    static let vlan: UInt16 = 0x0081
    static let serviceVLAN: UInt16 = 0xa888
}

extension mac_address {
    /// The low 16 and the high 32 bits as they lie in memory: two compares instead of six.
    @inline(__always)
    var words: (UInt32, UInt16) {
        var copy = self
        return withUnsafeBytes(of: &copy) {
            ($0.loadUnaligned(fromByteOffset: 0, as: UInt32.self), $0.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
        }
    }

    @inline(__always)
    func isEqual(_ other: mac_address) -> Bool {
        let (a, b) = words
        let (c, d) = other.words
        return a == c && b == d
    }

    /// Broadcast included: the I/G bit is set.
    @inline(__always)
    var isMulticast: Bool { octets.0 & 1 != 0 }
}
