import CLinux
import Glibc

/// Kernel settings under /proc/sys. Those of `net` are the calling thread's namespace's: use them inside
/// `NetworkNamespace.perform`.
package enum Sysctl {
    /// `name` as sysctl(8) writes it: `net.ipv4.conf.eth0.rp_filter`. A dot within a link's name is written `/`.
    package static func write(_ name: String, _ value: String) throws(SystemError) {
        let path = path(name)
        let file = OwnedDescriptor(owning: try check(existing(path), "set \(name)"))
        let bytes = Array(value.utf8)
        let count = Glibc.write(file.rawValue, bytes, bytes.count)
        if count < 0 { throw SystemError(operation: "set \(name) to \(value)", errno: errno) }
        if count != bytes.count { throw SystemError(operation: "set \(name) to \(value)", errno: EIO) }
    }

    /// The value without the line's end.
    package static func read(_ name: String) throws(SystemError) -> String {
        let file = OwnedDescriptor(owning: try check(clinux_open(path(name), 0), "read \(name)"))
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file.rawValue, &buffer, buffer.count)
        if count < 0 { throw SystemError(operation: "read \(name)", errno: errno) }
        var value = buffer.prefix(count)
        while value.last == UInt8(ascii: "\n") { value.removeLast() }
        return String(decoding: value, as: UTF8.self)
    }

    /// Nothing is created under /proc, so "write from scratch" opens what exists.
    private static func existing(_ path: String) -> Int32 { clinux_open(path, 1) }

    static func path(_ name: String) -> String {
        let swapped = name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "."): UInt8(ascii: "/")
            case UInt8(ascii: "/"): UInt8(ascii: ".")
            default: byte
            }
        }
        return "/proc/sys/" + String(decoding: swapped, as: UTF8.self)
    }
}
