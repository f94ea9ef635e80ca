import CLinux
import Glibc

/// A network namespace, held open. Named ones are those of `ip netns`: bind mounts under /run/netns.
package final class NetworkNamespace: Sendable, Hashable, CustomStringConvertible {
    package static let directory = "/run/netns"

    /// The name it was made or opened under; nil when it was found another way.
    package let name: String?
    let descriptor: OwnedDescriptor
    private let device: UInt64
    /// Unique among the namespaces that exist at the same time.
    package let inode: UInt64

    private init(name: String?, path: String) throws(SystemError) {
        let descriptor = OwnedDescriptor(owning: try check(clinux_open(path, 0), "open network namespace \(path)"))
        var identity = clinux_file_identity()
        try check(clinux_open_file_identity(descriptor.rawValue, &identity), "look at network namespace \(path)")
        self.name = name
        self.descriptor = descriptor
        device = identity.device
        inode = identity.inode
    }

    /// The one the calling thread is in.
    package static var current: NetworkNamespace {
        get throws(SystemError) { try NetworkNamespace(name: nil, path: "/proc/thread-self/ns/net") }
    }

    /// The one a process (its main thread) is in.
    package static func ofProcess(_ process: pid_t) throws(SystemError) -> NetworkNamespace {
        try NetworkNamespace(name: nil, path: "/proc/\(process)/ns/net")
    }

    package static func open(named name: String) throws(SystemError) -> NetworkNamespace {
        try NetworkNamespace(name: name, path: try path(name))
    }

    /// Runs `body` on a thread of its own inside the namespace and waits for it. Sockets opened and processes
    /// started there belong to the namespace for good. `body` must not wait for other tasks.
    package func perform<Value>(_ body: () throws -> Value) throws -> Value {
        try onDedicatedThread {
            try check(
                clinux_enter_network_namespace(descriptor.rawValue), "enter network namespace \(description)"
            )
            return try body()
        }
    }

    package var description: String { name ?? "net:[\(inode)]" }

    package static func == (left: NetworkNamespace, right: NetworkNamespace) -> Bool {
        left.inode == right.inode && left.device == right.device
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(inode)
    }
}

extension NetworkNamespace {
    /// Makes a namespace with a name. Its loopback is down, as with `ip netns add`. EEXIST when the name is taken.
    @discardableResult
    package static func create(named name: String) throws -> NetworkNamespace {
        let path = try path(name)
        try prepareDirectory()
        // What is left of a name whose mount is gone (a crash between mount and unlink) is not a namespace.
        if !exists(named: name) { unlink(path) }
        close(try check(clinux_open(path, 3), "create network namespace \(name)"))
        do {
            try onDedicatedThread {
                try check(clinux_unshare_network(), "create network namespace \(name)")
                try check(
                    clinux_bind_mount("/proc/thread-self/ns/net", path, 0), "mount network namespace \(name)"
                )
            }
        } catch {
            unlink(path)
            throw error
        }
        return try open(named: name)
    }

    /// Takes the name away. The namespace itself ends when no process, socket or `NetworkNamespace` uses it any more.
    package static func delete(named name: String) throws(SystemError) {
        let path = try path(name)
        let result = clinux_unmount(path, 1)
        // EINVAL: a file without a mount; the file still goes.
        if result < 0 && result != -EINVAL {
            throw SystemError(operation: "unmount network namespace \(name)", errno: -result)
        }
        if unlink(path) < 0 { throw SystemError(operation: "delete network namespace \(name)", errno: errno) }
    }

    package static func exists(named name: String) -> Bool {
        guard let path = try? path(name) else { return false }
        let namespaceFilesystem: Int64 = 0x6e73_6673
        return clinux_filesystem_type(path) == namespaceFilesystem
    }

    /// The names of all named namespaces, sorted.
    package static func list() throws(SystemError) -> [String] {
        do {
            return try directoryEntries(directory).filter { exists(named: $0) }.sorted()
        } catch  where error.errno == ENOENT {
            return []
        }
    }

    /// The processes whose main thread is in the namespace.
    package func processes() throws(SystemError) -> [pid_t] {
        try directoryEntries("/proc").compactMap { pid_t($0) }.filter { process in
            var identity = clinux_file_identity()
            // A process that has ended meanwhile (ENOENT, ESRCH) is in no namespace.
            guard clinux_file_identity("/proc/\(process)/ns/net", &identity) == 0 else { return false }
            return identity.inode == inode && identity.device == device
        }.sorted()
    }

    private static func path(_ name: String) throws(SystemError) -> String {
        guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= 255, !name.utf8.contains(UInt8(ascii: "/"))
        else { throw SystemError(operation: "use \"\(name)\" as a network namespace's name", errno: EINVAL) }
        return "\(directory)/\(name)"
    }

    /// As iproute2 does: the directory is a shared mount, so that deleting a name in one mount namespace deletes it
    /// in all of them; otherwise a daemon with its own mounts would keep a deleted namespace alive.
    private static func prepareDirectory() throws(SystemError) {
        if mkdir(directory, 0o755) < 0 && errno != EEXIST {
            throw SystemError(operation: "make \(directory)", errno: errno)
        }
        // Two processes may come here at the same time for the first time.
        let lock = OwnedDescriptor(owning: try check(clinux_open(directory, 0), "open \(directory)"))
        if flock(lock.rawValue, LOCK_EX) < 0 { throw SystemError(operation: "lock \(directory)", errno: errno) }
        let shared = clinux_make_mount_shared(directory)
        if shared == 0 { return }
        if shared != -EINVAL { throw SystemError(operation: "share \(directory)", errno: -shared) }
        // Not a mount point yet.
        try check(clinux_bind_mount(directory, directory, 1), "mount \(directory)")
        try check(clinux_make_mount_shared(directory), "share \(directory)")
    }
}
