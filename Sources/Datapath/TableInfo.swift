import CForwardingPipeline
import CLibBPF

/// What the kernel says about a table (a BPF map).
package struct TableInfo: Hashable, Sendable {
    package let id: UInt32
    /// `enum bpf_map_type`.
    package let type: UInt32
    package let keySize: Int
    /// Bytes of one value; of one CPU's value for tables per CPU.
    package let valueSize: Int
    package let maximumEntries: UInt32
    package let flags: UInt32

    init(of descriptor: Int32, table: String) throws(DatapathError) {
        var info = bpf_map_info()
        var length = UInt32(MemoryLayout<bpf_map_info>.size)
        let result = bpf_obj_get_info_by_fd(descriptor, &info, &length)
        guard result == 0 else {
            throw .system(operation: "ask the kernel about table", target: table, error: SystemError(number: result))
        }
        id = info.id
        type = info.type
        keySize = Int(info.key_size)
        valueSize = Int(info.value_size)
        maximumEntries = info.max_entries
        flags = info.map_flags
    }

    /// How this pinned table differs from the object's definition of it; empty if it can be adopted.
    func differences(from definition: OpaquePointer) -> [TableDifference] {
        let pairs: [(TableDifference.Property, UInt32, UInt32)] = [
            (.type, type, bpf_map__type(definition).rawValue),
            (.keySize, UInt32(keySize), bpf_map__key_size(definition)),
            (.valueSize, UInt32(valueSize), bpf_map__value_size(definition)),
            (.maximumEntries, maximumEntries, bpf_map__max_entries(definition)),
            (.flags, flags, bpf_map__map_flags(definition)),
        ]
        return pairs.compactMap { property, pinned, wanted in
            pinned == wanted ? nil : TableDifference(property: property, pinned: pinned, wanted: wanted)
        }
    }

    var isPerCPU: Bool {
        [
            BPF_MAP_TYPE_PERCPU_HASH.rawValue, BPF_MAP_TYPE_PERCPU_ARRAY.rawValue,
            BPF_MAP_TYPE_LRU_PERCPU_HASH.rawValue,
        ].contains(type)
    }

    /// Hash tables are read bucket by bucket in one call, without an entry twice or missed.
    var isHash: Bool {
        [
            BPF_MAP_TYPE_HASH.rawValue, BPF_MAP_TYPE_LRU_HASH.rawValue, BPF_MAP_TYPE_PERCPU_HASH.rawValue,
            BPF_MAP_TYPE_LRU_PERCPU_HASH.rawValue,
        ].contains(type)
    }

    var holdsEntries: Bool {
        isHash
            || [
                BPF_MAP_TYPE_ARRAY.rawValue, BPF_MAP_TYPE_PERCPU_ARRAY.rawValue, BPF_MAP_TYPE_LPM_TRIE.rawValue,
            ].contains(type)
    }
}
