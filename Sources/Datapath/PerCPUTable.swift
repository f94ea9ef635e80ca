/// A table with a value of its own for each CPU: counters that no CPU waits for another to write.
package struct PerCPUTable<Key: BitwiseCopyable & Sendable, Value: BitwiseCopyable & Sendable>: Sendable {
    let handle: TableHandle

    package var name: String { handle.name }
    package var info: TableInfo { handle.info }

    init(_ handle: TableHandle) throws(DatapathError) {
        guard handle.info.isPerCPU else {
            throw .unsupportedTableType(
                table: handle.name, type: handle.info.type, operation: "access with a value per CPU")
        }
        try handle.check(Key.self, Value.self)
        self.handle = handle
    }

    /// Opens a table by its pin, without the programs: for those who only look.
    package init(pinned name: String, in pins: PinDirectory) throws(DatapathError) {
        try self.init(try pins.openTable(name))
    }

    /// One value per possible CPU (also those that are offline now), nil if there is no such key.
    package func lookup(_ key: Key) throws(DatapathError) -> [Value]? {
        guard let bytes = try handle.lookup(key) else { return nil }
        return bytes.withUnsafeBytes { $0.baseAddress.map(values(at:)) }
    }

    /// Gives every CPU the same value, such as zero.
    package func update(
        _ key: Key, everyCPU value: Value, _ mode: BPFTable<Key, Value>.UpdateMode = .insertOrReplace
    ) throws(DatapathError) {
        var bytes = [UInt8](repeating: 0, count: handle.valueBytes)
        bytes.withUnsafeMutableBytes { buffer in
            for offset in stride(from: 0, to: buffer.count, by: TableHandle.stride(info.valueSize)) {
                buffer.storeBytes(of: value, toByteOffset: offset, as: Value.self)
            }
        }
        try handle.update(key, bytes, flags: mode.rawValue)
    }

    /// - Returns: whether there was such an entry.
    @discardableResult
    package func delete(_ key: Key) throws(DatapathError) -> Bool { try handle.delete(key) }

    package func entries() throws(DatapathError) -> [(key: Key, values: [Value])] {
        var result: [(key: Key, values: [Value])] = []
        try handle.collect { key, value in result.append((key.loadUnaligned(as: Key.self), values(at: value))) }
        return result
    }

    /// Every entry with the sum over all CPUs; see `sum(_:)`.
    package func sums() throws(DatapathError) -> [(key: Key, value: Value)] {
        var result: [(key: Key, value: Value)] = []
        try handle.collect { key, value in
            result.append((key.loadUnaligned(as: Key.self), Self.sum(values(at: value))))
        }
        return result
    }

    /// The sum over all CPUs, nil if there is no such key. The value must be a `UInt64` or a struct of nothing but such;
    /// sums wrap around.
    package func sum(_ key: Key) throws(DatapathError) -> Value? { try lookup(key).flatMap(Self.sum) }

    private static func sum(_ values: [Value]) -> Value {
        precondition(MemoryLayout<Value>.size % 8 == 0, "sums are of 64-bit counters")
        var total = [UInt64](repeating: 0, count: MemoryLayout<Value>.size / 8)
        for value in values {
            withUnsafeBytes(of: value) { bytes in
                for word in total.indices {
                    total[word] &+= bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
                }
            }
        }
        return total.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
    }

    private func values(at pointer: UnsafeRawPointer) -> [Value] {
        stride(from: 0, to: handle.valueBytes, by: TableHandle.stride(info.valueSize)).map {
            pointer.loadUnaligned(fromByteOffset: $0, as: Value.self)
        }
    }
}
