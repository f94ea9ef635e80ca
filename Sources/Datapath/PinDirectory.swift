import CForwardingPipeline
import CLibBPF
import CLinux
import Glibc

/// Where the datapath outlives its agent: pins of tables, programs and links in one directory of a BPF filesystem.
///
///     DIR/maps/NAME            adopted by every later start
///     DIR/programs/NAME        the programs loaded last
///     DIR/links/IFNAME-INDEX   one per interface we are attached to
///     DIR/version              which object that is: `LoadedVersion`
///
/// All that is in these three directories is ours; this is how a fresh process knows its kernel objects.
package struct PinDirectory: Hashable, Sendable {
    package let path: String

    var maps: String { path + "/maps" }
    var programs: String { path + "/programs" }
    var links: String { path + "/links" }
    var version: String { path + "/version" }

    package init(_ path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    private static let fileSystemMagic: Int64 = 0xcafe_4a11  // BPF_FS_MAGIC

    /// Mounts a BPF filesystem on an existing directory, unless one is there.
    package static func mountFileSystem(at path: String) throws(DatapathError) {
        if clinux_filesystem_type(path) == fileSystemMagic { return }
        let result = clinux_mount("bpf", path, "bpf")
        guard result >= 0 else {
            throw .system(
                operation: "mount a BPF filesystem on", target: path, error: SystemError(number: result))
        }
    }

    package static func unmountFileSystem(at path: String) throws(DatapathError) {
        let result = clinux_unmount(path, 0)
        guard result >= 0 else {
            throw .system(operation: "unmount", target: path, error: SystemError(number: result))
        }
    }

    /// Makes the directories where they are missing.
    func create() throws(DatapathError) {
        guard path.hasPrefix("/") else { throw .invalidPinDirectory(path: path, reason: "the path isn't absolute") }
        var ancestors = [path]
        while let last = ancestors.last, access(last, F_OK) != 0, let slash = last.lastIndex(of: "/"),
            slash > last.startIndex
        {
            ancestors.append(String(last[..<slash]))
        }
        guard let existing = ancestors.popLast() else { return }
        guard clinux_filesystem_type(existing) == Self.fileSystemMagic else {
            throw .invalidPinDirectory(path: path, reason: "\(existing) is not on a BPF filesystem")
        }
        for directory in ancestors.reversed() + [maps, programs, links] {
            if mkdir(directory, 0o700) == 0 || errno == EEXIST { continue }
            if errno == EPERM, directory.split(separator: "/").last?.contains(".") == true {
                throw .invalidPinDirectory(path: path, reason: "BPF filesystems allow no dot in names")
            }
            throw .system(operation: "make the directory", target: directory, error: .current)
        }
    }

    /// Pins an object, in place of what is pinned there (at no moment there is nothing).
    static func pin(_ descriptor: Int32, replacing path: String) throws(DatapathError) {
        let new = path + "~new"
        if unlink(new) != 0, errno != ENOENT {
            throw .system(operation: "remove the left-over", target: new, error: .current)
        }
        try pin(descriptor, at: new)
        guard rename(new, path) == 0 else {
            throw .system(operation: "put a pin in place at", target: path, error: .current)
        }
    }

    static func pin(_ descriptor: Int32, at path: String) throws(DatapathError) {
        let result = bpf_obj_pin(descriptor, path)
        guard result == 0 else {
            throw .system(operation: "pin at", target: path, error: SystemError(number: result))
        }
    }

    /// - Returns: nil if nothing is pinned there.
    static func open(_ path: String) throws(DatapathError) -> Descriptor? {
        let number = bpf_obj_get(path)
        if number >= 0 { return Descriptor(owning: number) }
        if number == -ENOENT { return nil }
        throw .system(operation: "open the pin", target: path, error: SystemError(number: number))
    }

    static func remove(_ path: String) throws(DatapathError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw .system(operation: "remove the pin", target: path, error: .current)
        }
    }

    /// Names in a directory, sorted; none if the directory doesn't exist.
    static func names(in directory: String) throws(DatapathError) -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw .system(operation: "list", target: directory, error: .current)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == 0 { break }
                throw .system(operation: "list", target: directory, error: .current)
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Unpins one table, so that the next start makes it anew: the answer to `incompatibleTable`. Its entries are lost
    /// once no attached program uses it.
    package func removeTable(_ name: String) throws(DatapathError) { try Self.remove(maps + "/" + name) }

    /// Detaches every interface, unpins everything and removes the directory. A directory that isn't there is fine.
    ///
    /// Needs no loaded pipeline, so it also clears what another version left.
    package func removeAll() throws(DatapathError) {
        for name in try Self.names(in: links) { try PinnedLink.remove(links + "/" + name) }
        for name in [version, version + "~new"] { try Self.remove(name) }
        // Programs before tables, so that nothing runs with a table missing from the directory.
        for directory in [programs, maps] {
            for name in try Self.names(in: directory) { try Self.remove(directory + "/" + name) }
        }
        for directory in [links, programs, maps] {
            guard rmdir(directory) == 0 || errno == ENOENT else {
                throw .system(operation: "remove the directory", target: directory, error: .current)
            }
        }
        let foreign = try Self.names(in: path)
        guard foreign.isEmpty else { throw .foreignFiles(path: path, names: foreign) }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw .system(operation: "remove the directory", target: path, error: .current)
        }
    }
}
