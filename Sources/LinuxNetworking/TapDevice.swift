import CLinux
import Glibc

/// A TAP device as a hypervisor holds one: frames written here come out of the link, and the other way round.
/// The link goes with the last reference.
package final class TapDevice: Sendable {
    /// struct virtio_net_hdr, in front of every frame when `hasVirtualHeader`.
    package static let virtualHeaderLength = 10

    package let name: String
    package let hasVirtualHeader: Bool
    private let descriptor: OwnedDescriptor

    private init(name: String, hasVirtualHeader: Bool, descriptor: OwnedDescriptor) {
        self.name = name
        self.hasVirtualHeader = hasVirtualHeader
        self.descriptor = descriptor
    }

    /// `name` may be a pattern such as "tap%d". `offloads`: as a virtual machine with modern drivers, it accepts
    /// TCP super-packets and unfinished checksums; needs the virtual header.
    package static func create(
        name: String, in namespace: NetworkNamespace? = nil, virtualHeader: Bool = false, offloads: Bool = false
    ) throws -> TapDevice {
        guard (1...15).contains(name.utf8.count) else {
            throw SystemError(operation: "create tap \"\(name)\"", errno: EINVAL)
        }
        var buffer = [CChar](repeating: 0, count: 16)
        for (index, byte) in name.utf8.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        let open = {
            try check(clinux_tap_open(&buffer, virtualHeader ? 1 : 0, offloads ? 1 : 0), "create tap \(name)")
        }
        let opened = if let namespace { try namespace.perform(open) } else { try open() }
        let actual = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return TapDevice(
            name: actual, hasVirtualHeader: virtualHeader, descriptor: OwnedDescriptor(owning: opened)
        )
    }

    /// Puts a frame into the host as if the machine behind the device had sent it.
    package func write(_ frame: [UInt8]) throws(SystemError) {
        if Glibc.write(descriptor.rawValue, frame, frame.count) < 0 {
            throw SystemError(operation: "write a frame of \(frame.count) bytes to tap \(name)", errno: errno)
        }
    }

    /// The next frame that the host sent to the device; nil when none comes within the time.
    package func read(timeoutMilliseconds: Int32) throws(SystemError) -> [UInt8]? {
        let ready = try check(
            clinux_wait_readable(descriptor.rawValue, timeoutMilliseconds), "wait for tap \(name)"
        )
        if ready == 0 { return nil }
        var buffer = [UInt8](repeating: 0, count: 65536 + 256)
        let count = Glibc.read(descriptor.rawValue, &buffer, buffer.count)
        if count < 0 {
            if errno == EAGAIN { return nil }
            throw SystemError(operation: "read from tap \(name)", errno: errno)
        }
        return Array(buffer.prefix(count))
    }
}
