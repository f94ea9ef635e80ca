import CLibBPF
import Glibc

/// What is loaded and pinned: of which object, and which kernel objects exactly. A start that finds its own object loaded
/// goes on with these programs; it neither loads nor swaps any.
///
/// It is the text of a symbolic link, `DIR/version`, that leads nowhere: a BPF filesystem has no files with content, and a
/// link is put in place in one step. The kernel's ids tell whether a pin is still what it was when this was written.
struct LoadedVersion: Hashable {
    var contentHash: String
    /// The kernel's ids by name.
    var tables: [String: UInt32]
    var programs: [String: UInt32]

    init(contentHash: String, tables: [String: UInt32], programs: [String: UInt32]) {
        self.contentHash = contentHash
        self.tables = tables
        self.programs = programs
    }

    // MARK: Text

    /// `HASH map:fdb=12 … program:from_port=34 …`
    var text: String {
        let words =
            tables.map { "map:\($0.key)=\($0.value)" }.sorted()
            + programs.map { "program:\($0.key)=\($0.value)" }.sorted()
        return ([contentHash] + words).joined(separator: " ")
    }

    /// Nil for what this version never writes.
    init?(text: String) {
        var words = text.split(separator: " ")[...]
        guard let hash = words.popFirst() else { return nil }
        self.init(contentHash: String(hash), tables: [:], programs: [:])
        for word in words {
            let parts = word.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let equals = parts[1].lastIndex(of: "="),
                let id = UInt32(parts[1][parts[1].index(after: equals)...])
            else { return nil }
            let name = String(parts[1][..<equals])
            switch parts[0] {
            case "map": tables[name] = id
            case "program": programs[name] = id
            default: return nil
            }
        }
    }

    // MARK: Kept with the pins

    /// - Returns: nil when nothing says what is loaded.
    static func load(from pins: PinDirectory) throws(DatapathError) -> LoadedVersion? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(pins.version, &buffer, buffer.count)
        guard count >= 0 else {
            if errno == ENOENT || errno == EINVAL { return nil }
            throw .system(operation: "read", target: pins.version, error: .current)
        }
        return LoadedVersion(text: String(decoding: buffer.prefix(count), as: UTF8.self))
    }

    func save(to pins: PinDirectory) throws(DatapathError) {
        let new = pins.version + "~new"
        try PinDirectory.remove(new)
        guard symlink(text, new) == 0, rename(new, pins.version) == 0 else {
            throw .system(operation: "write", target: pins.version, error: .current)
        }
    }

    // MARK: Opening

    /// The programs and tables, if all are still pinned.
    func open(
        in pins: PinDirectory
    ) throws(DatapathError) -> (programs: [String: LoadedPipeline.Program], tables: [String: LoadedPipeline.Table])? {
        var opened: (programs: [String: LoadedPipeline.Program], tables: [String: LoadedPipeline.Table]) = ([:], [:])
        for (name, id) in tables {
            guard let descriptor = try PinDirectory.open(pins.maps + "/" + name) else { return nil }
            let info = try TableInfo(of: descriptor.number, table: name)
            guard info.id == id else { return nil }
            opened.tables[name] = LoadedPipeline.Table(descriptor: descriptor, info: info)
        }
        for (name, id) in programs {
            guard let descriptor = try PinDirectory.open(pins.programs + "/" + name) else { return nil }
            guard try LoadedPipeline.programID(of: descriptor.number, name) == id else { return nil }
            opened.programs[name] = LoadedPipeline.Program(descriptor: descriptor, id: id)
        }
        return opened
    }
}
