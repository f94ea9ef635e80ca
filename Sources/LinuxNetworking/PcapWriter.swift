import CLinux
import Glibc

/// Writes Ethernet frames to a file that tcpdump and Wireshark read (pcap 2.4, nanoseconds).
package struct PcapWriter: Sendable {
    private static let snapshotLength: UInt32 = 262_144

    private let file: OwnedDescriptor
    private let path: String

    /// Makes the file, in place of one that was there.
    package init(path: String) throws(SystemError) {
        self.path = path
        file = OwnedDescriptor(owning: try check(clinux_open(path, 1), "create \(path)"))
        try write(Self.fileHeader())
    }

    /// `timestamp`: nanoseconds since 1970. `originalLength`: the frame's length on the wire, when it was cut.
    package func append(_ frame: [UInt8], timestamp: Int64, originalLength: Int? = nil) throws(SystemError) {
        try write(Self.record(frame, timestamp: timestamp, originalLength: originalLength ?? frame.count))
    }

    package func append(_ frame: CapturedFrame) throws(SystemError) {
        try append(frame.bytes, timestamp: frame.timestamp, originalLength: frame.originalLength)
    }

    static func fileHeader() -> [UInt8] {
        let nanosecondMagic: UInt32 = 0xa1b2_3c4d
        let ethernet: UInt32 = 1
        return words([nanosecondMagic, 4 << 16 | 2, 0, 0, snapshotLength, ethernet])
    }

    static func record(_ frame: [UInt8], timestamp: Int64, originalLength: Int) -> [UInt8] {
        let kept = frame.prefix(Int(snapshotLength))
        let second: Int64 = 1_000_000_000
        return words([
            UInt32(truncatingIfNeeded: timestamp / second), UInt32(truncatingIfNeeded: timestamp % second),
            UInt32(kept.count), UInt32(clamping: originalLength),
        ]) + kept
    }

    /// Little-endian, whatever the machine: readers tell by the magic number.
    private static func words(_ values: [UInt32]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }
    }

    /// A record goes out in one write, so a file that is read meanwhile ends with a whole one.
    private func write(_ bytes: [UInt8]) throws(SystemError) {
        let count = Glibc.write(file.rawValue, bytes, bytes.count)
        if count < 0 { throw SystemError(operation: "write \(path)", errno: errno) }
        if count != bytes.count { throw SystemError(operation: "write \(path)", errno: ENOSPC) }
    }
}
