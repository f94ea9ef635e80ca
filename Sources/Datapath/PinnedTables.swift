import CForwardingPipeline
import CLibBPF
import ForwardingTables

/// The kernel's tables by their pins: for who looks, also while no agent runs.
extension PinDirectory {
    /// How full a table is.
    package struct Fill: Hashable, Sendable {
        package var entries: Int
        package var capacity: Int
    }

    /// Whether a datapath is pinned here.
    package var holdsDatapath: Bool {
        get throws(DatapathError) { try !Self.names(in: maps).isEmpty }
    }

    /// Every row of a table as the kernel has it; of a per-CPU table the sums over all CPUs, which are of 64-bit counters.
    package func rows(of table: TableID) throws(DatapathError) -> [TableRow] {
        let handle = try handle(of: table)
        let stride = TableHandle.stride(table.valueSize)
        var rows: [TableRow] = []
        try handle.collect { key, value in
            rows.append(
                TableRow(
                    table: table, key: [UInt8](UnsafeRawBufferPointer(start: key, count: table.keySize)),
                    value: table.isPerCPU
                        ? Self.sum(value, of: handle.valueBytes / stride, stride)
                        : [UInt8](UnsafeRawBufferPointer(start: value, count: table.valueSize))))
        }
        return rows
    }

    /// By reading the table; a system call for each megabyte of a hash table, for each row of a trie.
    package func fill(of table: TableID) throws(DatapathError) -> Fill {
        let handle = try handle(of: table)
        var entries = 0
        try handle.countEntries { entries += $0 }
        return Fill(entries: entries, capacity: Int(handle.info.maximumEntries))
    }

    package func capacity(of table: TableID) throws(DatapathError) -> Int {
        Int(try handle(of: table).info.maximumEntries)
    }

    /// - Throws: `sizeMismatch` when another version's table is pinned.
    private func handle(of table: TableID) throws(DatapathError) -> TableHandle {
        let handle = try openTable(table.name)
        guard handle.info.keySize == table.keySize else {
            throw .sizeMismatch(
                table: table.name, part: .key, typeSize: table.keySize, tableSize: handle.info.keySize)
        }
        guard handle.info.valueSize == table.valueSize else {
            throw .sizeMismatch(
                table: table.name, part: .value, typeSize: table.valueSize, tableSize: handle.info.valueSize)
        }
        return handle
    }

    private static func sum(_ value: UnsafeRawPointer, of cpus: Int, _ stride: Int) -> [UInt8] {
        var total = [UInt64](repeating: 0, count: stride / 8)
        for cpu in 0..<cpus {
            for word in total.indices {
                total[word] &+= value.loadUnaligned(fromByteOffset: cpu * stride + word * 8, as: UInt64.self)
            }
        }
        return total.withUnsafeBytes { [UInt8]($0) }
    }
}
