/// Frames in a capture file as tcpdump writes it (pcap 2.4, either byte order, micro- or nanoseconds, Ethernet).
package enum PcapFile {
    /// The frames in their order, each as much as was captured.
    package static func frames(_ bytes: [UInt8]) throws(PacketError) -> [[UInt8]] {
        func number(_ offset: Int, isBig: Bool) -> UInt32 {
            let word = bytes[offset..<offset + 4]
            return (isBig ? Array(word) : word.reversed()).reduce(0) { $0 << 8 | UInt32($1) }
        }
        guard bytes.count >= 24 else {
            throw .truncated(field: "pcap header", needed: 24, available: bytes.count)
        }
        let magics: [UInt32] = [0xa1b2_c3d4, 0xa1b2_3c4d]
        let isBig = magics.contains(number(0, isBig: true))
        guard isBig || magics.contains(number(0, isBig: false)) else {
            throw .invalid(field: "pcap header", rule: "is a capture as tcpdump -w writes it (pcapng is not read)")
        }
        guard number(20, isBig: isBig) & 0xffff == 1 else {
            throw .invalid(field: "link type", rule: "is Ethernet (1), not \(number(20, isBig: isBig) & 0xffff)")
        }
        var frames: [[UInt8]] = []
        var offset = 24
        while offset < bytes.count {
            guard bytes.count - offset >= 16 else {
                throw .truncated(
                    field: "header of packet \(frames.count + 1)", needed: 16, available: bytes.count - offset)
            }
            let length = Int(number(offset + 8, isBig: isBig))
            offset += 16
            guard bytes.count - offset >= length else {
                throw .truncated(
                    field: "packet \(frames.count + 1)", needed: length, available: bytes.count - offset)
            }
            frames.append(Array(bytes[offset..<offset + length]))
            offset += length
        }
        return frames
    }
}
