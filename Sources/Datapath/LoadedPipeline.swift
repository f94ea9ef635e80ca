import CForwardingPipeline
import CLibBPF

/// The datapath's programs in the kernel, with the tables they share with earlier and later versions.
///
/// Making one adopts what is pinned and right: all of it when the same object is loaded already, otherwise the tables
/// (never flushing one). What is missing is created, the programs are loaded and pinned. Interfaces that an earlier version
/// attached keep running that version until `attach` swaps theirs.
package final class LoadedPipeline: Sendable {
    package let pins: PinDirectory
    /// SHA-256 of the object.
    package let contentHash: String
    /// Names of the tables that were found pinned and adopted.
    package let adoptedTables: Set<String>
    /// The programs were found pinned, of this very object: nothing was loaded.
    package let adoptedPrograms: Bool
    let programs: [String: Program]
    let tables: [String: Table]

    /// One of the object's programs, loaded.
    struct Program: Sendable {
        let descriptor: Descriptor
        let id: UInt32
    }

    /// One of the object's tables, created or adopted.
    struct Table: Sendable {
        let descriptor: Descriptor
        let info: TableInfo
    }

    package var programNames: [String] { programs.keys.sorted() }
    package var tableNames: [String] { tables.keys.sorted() }

    /// - Parameters:
    ///   - pinDirectory: a directory on a BPF filesystem, made if missing.
    ///   - image: the object; the one built into this binary by default.
    /// - Throws: `incompatibleTable` before anything has changed; `loadFailed` with the verifier's last lines.
    package init(pinDirectory: String, image: ObjectImage? = nil) throws(DatapathError) {
        try Privileges.check()
        let image = if let image { image } else { try ObjectImage.embedded() }
        let pins = PinDirectory(pinDirectory)
        try pins.create()
        self.pins = pins
        contentHash = image.contentHash

        if !contentHash.isEmpty, let version = try LoadedVersion.load(from: pins), version.contentHash == contentHash,
            let loaded = try version.open(in: pins)
        {
            (programs, tables) = loaded
            adoptedTables = Set(tables.keys)
            adoptedPrograms = true
            return
        }
        let object = try Self.open(image)
        defer { bpf_object__close(object) }
        let adopted = try Self.adoptTables(of: object, from: pins)
        try Self.load(object)
        tables = try Self.pinTables(of: object, to: pins, adopted: adopted)
        programs = try Self.pinPrograms(of: object, to: pins)
        adoptedTables = adopted
        adoptedPrograms = false
        try fillContinuations()
        // Last: a start that was interrupted before this one loads again.
        let version = LoadedVersion(
            contentHash: contentHash, tables: tables.mapValues(\.info.id), programs: programs.mapValues(\.id))
        try version.save(to: pins)
    }

    // MARK: Steps

    static func open(_ image: ObjectImage) throws(DatapathError) -> OpaquePointer {
        let (outcome, log) = LibraryLog.capturing {
            image.bytes.withUnsafeBytes { bytes in
                let object = clibbpf_open(bytes.baseAddress, bytes.count, "tombolo")
                return (object, object == nil ? SystemError.current : SystemError(number: 0))
            }
        }
        guard let object = outcome.0 else {
            throw .unreadableObject(reason: outcome.1.description, log: log)
        }
        return object
    }

    private static func adoptTables(
        of object: OpaquePointer, from pins: PinDirectory
    ) throws(DatapathError) -> Set<String> {
        var pinned: [(name: String, map: OpaquePointer, descriptor: Descriptor)] = []
        for (name, map) in maps(of: object) {
            let path = pins.maps + "/" + name
            guard let descriptor = try PinDirectory.open(path) else { continue }
            let differences = try TableInfo(of: descriptor.number, table: name).differences(from: map)
            guard differences.isEmpty else {
                throw .incompatibleTable(name: name, path: path, differences: differences)
            }
            pinned.append((name, map, descriptor))
        }
        for (name, map, descriptor) in pinned {
            let result = bpf_map__reuse_fd(map, descriptor.number)
            guard result == 0 else {
                throw .system(operation: "adopt the table", target: name, error: SystemError(number: result))
            }
        }
        return Set(pinned.map(\.name))
    }

    static func load(_ object: OpaquePointer) throws(DatapathError) {
        let (result, log) = LibraryLog.capturing { bpf_object__load(object) }
        guard result == 0 else { throw .loadFailed(error: SystemError(number: result), log: log) }
    }

    private static func pinTables(
        of object: OpaquePointer, to pins: PinDirectory, adopted: Set<String>
    ) throws(DatapathError) -> [String: Table] {
        var tables: [String: Table] = [:]
        for (name, map) in maps(of: object) {
            let descriptor = try Descriptor.duplicate(of: bpf_map__fd(map), name)
            tables[name] = Table(
                descriptor: descriptor, info: try TableInfo(of: descriptor.number, table: name))
            if !adopted.contains(name) {
                try PinDirectory.pin(descriptor.number, at: pins.maps + "/" + name)
            }
        }
        return tables
    }

    private static func pinPrograms(
        of object: OpaquePointer, to pins: PinDirectory
    ) throws(DatapathError) -> [String: Program] {
        var programs: [String: Program] = [:]
        var next = bpf_object__next_program(object, nil)
        while let program = next {
            let name = String(cString: bpf_program__name(program))
            let descriptor = try Descriptor.duplicate(of: bpf_program__fd(program), name)
            programs[name] = Program(descriptor: descriptor, id: try programID(of: descriptor.number, name))
            try PinDirectory.pin(descriptor.number, replacing: pins.programs + "/" + name)
            next = bpf_object__next_program(object, program)
        }
        for name in try PinDirectory.names(in: pins.programs) where programs[name] == nil {
            try PinDirectory.remove(pins.programs + "/" + name)
        }
        return programs
    }

    /// The tables of an object. Constants (`.rodata`) are a map too, but belong to one version of the programs.
    static func maps(of object: OpaquePointer) -> [(name: String, map: OpaquePointer)] {
        var result: [(String, OpaquePointer)] = []
        var next = bpf_object__next_map(object, nil)
        while let map = next {
            if !bpf_map__is_internal(map) { result.append((String(cString: bpf_map__name(map)), map)) }
            next = bpf_object__next_map(object, map)
        }
        return result
    }

    static func programID(of descriptor: Int32, _ name: String) throws(DatapathError) -> UInt32 {
        var info = bpf_prog_info()
        var length = UInt32(MemoryLayout<bpf_prog_info>.size)
        let result = bpf_obj_get_info_by_fd(descriptor, &info, &length)
        guard result == 0 else {
            throw .system(operation: "ask the kernel about program", target: name, error: SystemError(number: result))
        }
        return info.id
    }

    /// Lets programs call each other (tail calls). Each slot is swapped in place, like the links.
    private func fillContinuations() throws(DatapathError) {
        guard let table = tables["continuations"] else { return }
        for (index, name) in [(UInt32(CONTINUATION_FLOOD.rawValue), "flood_copies")] {
            var index = index
            var descriptor = try program(name).descriptor.number
            let result = bpf_map_update_elem(table.descriptor.number, &index, &descriptor, UInt64(BPF_ANY))
            guard result == 0 else {
                throw .system(operation: "set the continuation", target: name, error: SystemError(number: result))
            }
        }
    }

    // MARK: Parts

    func program(_ name: String) throws(DatapathError) -> Program {
        guard let program = programs[name] else { throw .noSuchProgram(name: name, known: programNames) }
        return program
    }

    func table(_ name: String) throws(DatapathError) -> Table {
        guard let table = tables[name] else { throw .noSuchTable(name: name) }
        return table
    }

    /// Detaches all interfaces, unpins everything and removes the directory. What this value still holds open goes with it.
    package func removeAll() throws(DatapathError) { try pins.removeAll() }
}
