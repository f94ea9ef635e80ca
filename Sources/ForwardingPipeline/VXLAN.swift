/// Offsets of a VXLAN packet over IPv4 without options (RFC 7348 §5).
enum VXLAN {
    static let ip = 14
    static let udp = 34
    static let header = 42
    static let inner = 50
    /// The I flag, as it lies in memory: the VNI is valid. All other bits are reserved.
    static let validVNI: UInt8 = 0x08
}
