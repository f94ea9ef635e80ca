import CForwardingPipeline
import CLibBPF

/// A table of the datapath, typed by the C layouts it shares with the programs.
///
/// Keys are compared by the kernel byte by byte: a key type must have no padding that isn't a named, zeroed field.
package struct BPFTable<Key: BitwiseCopyable & Sendable, Value: BitwiseCopyable & Sendable>: Sendable {
    let handle: TableHandle

    package var name: String { handle.name }
    package var info: TableInfo { handle.info }

    /// When an update may happen.
    package enum UpdateMode: UInt64, Sendable {
        case insertOrReplace = 0  // BPF_ANY
        case insertOnly = 1  // BPF_NOEXIST
        case replaceOnly = 2  // BPF_EXIST
    }

    init(_ handle: TableHandle) throws(DatapathError) {
        guard !handle.info.isPerCPU else {
            throw .unsupportedTableType(
                table: handle.name, type: handle.info.type, operation: "access without a value per CPU")
        }
        try handle.check(Key.self, Value.self)
        self.handle = handle
    }

    /// Opens a table by its pin, without the programs: for those who only look.
    package init(pinned name: String, in pins: PinDirectory) throws(DatapathError) {
        try self.init(try pins.openTable(name))
    }

    package func lookup(_ key: Key) throws(DatapathError) -> Value? {
        guard let bytes = try handle.lookup(key) else { return nil }
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
    }

    /// - Throws: `tableFull`; `entryExists` or `noSuchEntry` if the mode forbids the update.
    package func update(
        _ key: Key, _ value: Value, _ mode: UpdateMode = .insertOrReplace
    ) throws(DatapathError) {
        try withUnsafePointer(to: value) { (pointer) throws(DatapathError) in
            try handle.update(key, pointer, flags: mode.rawValue)
        }
    }

    /// - Returns: whether there was such an entry.
    @discardableResult
    package func delete(_ key: Key) throws(DatapathError) -> Bool { try handle.delete(key) }

    /// Every entry once, in no particular order. Entries that others add or remove meanwhile may or may not be seen.
    package func forEach(_ body: (Key, Value) -> Void) throws(DatapathError) {
        try handle.collect { key, value in
            body(key.loadUnaligned(as: Key.self), value.loadUnaligned(as: Value.self))
        }
    }

    package func entries() throws(DatapathError) -> [(key: Key, value: Value)] {
        var result: [(key: Key, value: Value)] = []
        try handle.collect { key, value in
            result.append((key.loadUnaligned(as: Key.self), value.loadUnaligned(as: Value.self)))
        }
        return result
    }

    /// Counts by reading all entries.
    package func count() throws(DatapathError) -> Int {
        var count = 0
        try handle.collect { _, _ in count += 1 }
        return count
    }
}

extension PinDirectory {
    func openTable(_ name: String) throws(DatapathError) -> TableHandle {
        guard let descriptor = try Self.open(maps + "/" + name) else { throw .noSuchTable(name: name) }
        return try TableHandle(
            name: name, descriptor: descriptor, info: try TableInfo(of: descriptor.number, table: name))
    }
}

extension LoadedPipeline {
    /// - Throws: `sizeMismatch` if the types aren't those the programs were compiled with.
    package func table<Key: BitwiseCopyable & Sendable, Value: BitwiseCopyable & Sendable>(
        _ name: String, key: Key.Type = Key.self, value: Value.Type = Value.self
    ) throws(DatapathError) -> BPFTable<Key, Value> {
        try BPFTable(try handle(name))
    }

    package func perCPUTable<Key: BitwiseCopyable & Sendable, Value: BitwiseCopyable & Sendable>(
        _ name: String, key: Key.Type = Key.self, value: Value.Type = Value.self
    ) throws(DatapathError) -> PerCPUTable<Key, Value> {
        try PerCPUTable(try handle(name))
    }

    func handle(_ name: String) throws(DatapathError) -> TableHandle {
        let table = try table(name)
        return try TableHandle(name: name, descriptor: table.descriptor, info: table.info)
    }
}
