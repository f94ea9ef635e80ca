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

/// A MAC address: 48 bits as they lie in memory, so that two are compared at once.
struct MAC {
    let bits: UInt64

    @inline(__always)
    func isEqual(_ other: MAC) -> Bool { bits == other.bits }

    /// Broadcast included: the I/G bit is set.
    @inline(__always)
    var isMulticast: Bool { bits & 1 != 0 }
}
