import CForwardingPipeline
import CLibBPF
import Glibc

/// A table of the kernel, untyped: the system calls, and the sizes they go by. `BPFTable` and `PerCPUTable` put types on it.
struct TableHandle: Sendable {
    let name: String
    let descriptor: Descriptor
    let info: TableInfo
    /// Bytes of one value as system calls carry it: for tables per CPU every possible CPU's, each rounded up to 8.
    let valueBytes: Int

    init(name: String, descriptor: Descriptor, info: TableInfo) throws(DatapathError) {
        self.name = name
        self.descriptor = descriptor
        self.info = info
        valueBytes = info.isPerCPU ? Self.stride(info.valueSize) * (try Self.possibleCPUs()) : info.valueSize
    }

    static func stride(_ valueSize: Int) -> Int { (valueSize + 7) & ~7 }

    static func possibleCPUs() throws(DatapathError) -> Int {
        let count = libbpf_num_possible_cpus()
        guard count > 0 else {
            throw .system(operation: "count", target: "the possible CPUs", error: SystemError(number: count))
        }
        return Int(count)
    }

    func check<Key, Value>(_ key: Key.Type, _ value: Value.Type) throws(DatapathError) {
        guard info.holdsEntries else {
            throw .unsupportedTableType(table: name, type: info.type, operation: "reading entries")
        }
        guard MemoryLayout<Key>.size == info.keySize else {
            throw .sizeMismatch(
                table: name, part: .key, typeSize: MemoryLayout<Key>.size, tableSize: info.keySize)
        }
        guard MemoryLayout<Value>.size == info.valueSize else {
            throw .sizeMismatch(
                table: name, part: .value, typeSize: MemoryLayout<Value>.size, tableSize: info.valueSize)
        }
    }

    // MARK: One entry

    /// - Returns: the value's bytes, nil if there is no such key.
    func lookup<Key: BitwiseCopyable>(_ key: Key) throws(DatapathError) -> [UInt8]? {
        var value = [UInt8](repeating: 0, count: valueBytes)
        let result = withUnsafePointer(to: key) { bpf_map_lookup_elem(descriptor.number, $0, &value) }
        if result == -ENOENT { return nil }
        guard result == 0 else { throw failure("look up in", result) }
        return value
    }

    func update<Key: BitwiseCopyable>(
        _ key: Key, _ value: UnsafeRawPointer, flags: UInt64
    ) throws(DatapathError) {
        try check(update: withUnsafePointer(to: key) { bpf_map_update_elem(descriptor.number, $0, value, flags) })
    }

    func update(keyBytes key: [UInt8], _ value: [UInt8], flags: UInt64) throws(DatapathError) {
        try check(update: bpf_map_update_elem(descriptor.number, key, value, flags))
    }

    private func check(update result: Int32) throws(DatapathError) {
        switch result {
        case 0: return
        case -E2BIG: throw .tableFull(name: name, maximumEntries: info.maximumEntries)
        // An LPM trie says ENOSPC when it is full.
        case -ENOSPC where info.type == BPF_MAP_TYPE_LPM_TRIE.rawValue:
            throw .tableFull(name: name, maximumEntries: info.maximumEntries)
        case -EEXIST: throw .entryExists(table: name)
        case -ENOENT: throw .noSuchEntry(table: name)
        default: throw failure("update", result)
        }
    }

    /// - Returns: whether there was such an entry.
    func delete<Key: BitwiseCopyable>(_ key: Key) throws(DatapathError) -> Bool {
        try check(delete: withUnsafePointer(to: key) { bpf_map_delete_elem(descriptor.number, $0) })
    }

    func delete(keyBytes key: [UInt8]) throws(DatapathError) -> Bool {
        try check(delete: bpf_map_delete_elem(descriptor.number, key))
    }

    private func check(delete result: Int32) throws(DatapathError) -> Bool {
        if result == -ENOENT { return false }
        guard result == 0 else { throw failure("delete from", result) }
        return true
    }

    // MARK: All entries

    /// Calls `body` with pointers to the key and the value of every entry, each once. Entries added or removed meanwhile
    /// may or may not be seen; no other is missed.
    func collect(_ body: (UnsafeRawPointer, UnsafeRawPointer) -> Void) throws(DatapathError) {
        if info.isHash { try collectBuckets(body) } else { try collectKeys(body) }
    }

    /// Tells how many entries there are, in parts. Of a trie the keys alone are asked for.
    func countEntries(_ more: (Int) -> Void) throws(DatapathError) {
        guard info.type == BPF_MAP_TYPE_LPM_TRIE.rawValue else { return try collect { _, _ in more(1) } }
        var key = [UInt8](repeating: 0, count: info.keySize)
        var seen: Set<[UInt8]> = []
        while true {
            var next = [UInt8](repeating: 0, count: info.keySize)
            let result =
                seen.isEmpty
                ? bpf_map_get_next_key(descriptor.number, nil, &next)
                : bpf_map_get_next_key(descriptor.number, key, &next)
            if result == -ENOENT { return }
            guard result == 0 else { throw failure("read", result) }
            key = next
            if seen.insert(key).inserted { more(1) }
        }
    }

    /// Hash tables: the kernel hands out whole buckets, so concurrent changes can't make it start anew.
    private func collectBuckets(_ body: (UnsafeRawPointer, UnsafeRawPointer) -> Void) throws(DatapathError) {
        // About a megabyte of values at a time; more if one bucket alone has more entries.
        var capacity = max(64, min(4096, 1 << 20 / max(1, valueBytes)))
        var keys = [UInt8](repeating: 0, count: capacity * info.keySize)
        var values = [UInt8](repeating: 0, count: capacity * valueBytes)
        var position: UInt32 = 0  // the bucket to go on from; opaque
        var isFirst = true
        while true {
            var count = UInt32(capacity)
            var next = position
            let result =
                if isFirst {
                    bpf_map_lookup_batch(descriptor.number, nil, &next, &keys, &values, &count, nil)
                } else {
                    bpf_map_lookup_batch(descriptor.number, &position, &next, &keys, &values, &count, nil)
                }
            if result == -ENOSPC {
                capacity *= 2
                keys = [UInt8](repeating: 0, count: capacity * info.keySize)
                values = [UInt8](repeating: 0, count: capacity * valueBytes)
                continue
            }
            guard result == 0 || result == -ENOENT else { throw failure("read", result) }
            each(Int(count), keys, values, body)
            if result == -ENOENT { return }
            position = next
            isFirst = false
        }
    }

    /// Tries and arrays: key after key. If the key we stand on is deleted the kernel starts from the beginning; the keys
    /// already seen then tell us to go past them.
    private func collectKeys(_ body: (UnsafeRawPointer, UnsafeRawPointer) -> Void) throws(DatapathError) {
        var key = [UInt8](repeating: 0, count: info.keySize)
        var value = [UInt8](repeating: 0, count: valueBytes)
        var seen: Set<[UInt8]> = []
        while true {
            var next = [UInt8](repeating: 0, count: info.keySize)
            let result =
                if seen.isEmpty {
                    bpf_map_get_next_key(descriptor.number, nil, &next)
                } else {
                    bpf_map_get_next_key(descriptor.number, key, &next)
                }
            if result == -ENOENT { return }
            guard result == 0 else { throw failure("read", result) }
            key = next
            guard seen.insert(key).inserted else { continue }
            let found = bpf_map_lookup_elem(descriptor.number, key, &value)
            if found == -ENOENT { continue }  // deleted since
            guard found == 0 else { throw failure("read", found) }
            each(1, key, value, body)
        }
    }

    private func each(
        _ count: Int, _ keys: [UInt8], _ values: [UInt8], _ body: (UnsafeRawPointer, UnsafeRawPointer) -> Void
    ) {
        keys.withUnsafeBytes { keys in
            values.withUnsafeBytes { values in
                guard let keys = keys.baseAddress, let values = values.baseAddress else { return }
                for index in 0..<count { body(keys + index * info.keySize, values + index * valueBytes) }
            }
        }
    }

    private func failure(_ operation: String, _ result: Int32) -> DatapathError {
        .system(operation: operation, target: "table \(name)", error: SystemError(number: result))
    }
}
