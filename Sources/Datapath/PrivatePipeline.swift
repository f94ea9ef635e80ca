import CForwardingPipeline
import CLibBPF

/// The programs once more in the kernel, for one process alone: nothing of it is pinned or attached, and it ends with this
/// value. It reads the tables that are pinned; those named as its own are new and empty, so nobody else sees what is
/// written to them.
final class PrivatePipeline {
    private var programs: [String: Descriptor] = [:]
    private var tables: [String: TableHandle] = [:]

    /// - Throws: `noSuchTable` where nothing is pinned; `incompatibleTable` when another version's layout is.
    init(_ image: ObjectImage, sharing pins: PinDirectory, except own: Set<String>) throws(DatapathError) {
        try Privileges.check()
        let object = try LoadedPipeline.open(image)
        defer { bpf_object__close(object) }
        // libbpf duplicates what it reuses.
        for (name, map) in LoadedPipeline.maps(of: object) where !own.contains(name) {
            let path = pins.maps + "/" + name
            guard let descriptor = try PinDirectory.open(path) else { throw .noSuchTable(name: name) }
            let differences = try TableInfo(of: descriptor.number, table: name).differences(from: map)
            guard differences.isEmpty else {
                throw .incompatibleTable(name: name, path: path, differences: differences)
            }
            let result = bpf_map__reuse_fd(map, descriptor.number)
            guard result == 0 else {
                throw .system(operation: "share the table", target: name, error: SystemError(number: result))
            }
        }
        try LoadedPipeline.load(object)
        for (name, map) in LoadedPipeline.maps(of: object) {
            let descriptor = try Descriptor.duplicate(of: bpf_map__fd(map), name)
            tables[name] = try TableHandle(
                name: name, descriptor: descriptor, info: try TableInfo(of: descriptor.number, table: name))
        }
        var next = bpf_object__next_program(object, nil)
        while let program = next {
            let name = String(cString: bpf_program__name(program))
            programs[name] = try Descriptor.duplicate(of: bpf_program__fd(program), name)
            next = bpf_object__next_program(object, program)
        }
    }

    func program(_ name: String) throws(DatapathError) -> Descriptor {
        guard let program = programs[name] else { throw .noSuchProgram(name: name, known: programs.keys.sorted()) }
        return program
    }

    func table(_ name: String) throws(DatapathError) -> TableHandle {
        guard let table = tables[name] else { throw .noSuchTable(name: name) }
        return table
    }

    /// Lets its programs continue each other.
    func setContinuation(_ index: UInt32, to name: String) throws(DatapathError) {
        var (index, program) = (index, try program(name).number)
        let result = bpf_map_update_elem(try table("continuations").descriptor.number, &index, &program, 0)
        guard result == 0 else {
            throw .system(operation: "set the continuation", target: name, error: SystemError(number: result))
        }
    }
}
