import CForwardingPipeline
import CLibBPF
import ForwardingTables

/// The tables in ②'s terms: rows of bytes.
extension LoadedPipeline {
    /// Every row of a table as the kernel has it. A per-CPU table's value is not read: its rows have an empty one.
    package func rows(of table: TableID) throws(DatapathError) -> [TableRow] {
        let handle = try handle(table.name)
        let keySize = handle.info.keySize
        let valueSize = table.isPerCPU ? 0 : handle.info.valueSize
        var rows: [TableRow] = []
        try handle.collect { key, value in
            rows.append(
                TableRow(
                    table: table, key: [UInt8](UnsafeRawBufferPointer(start: key, count: keySize)),
                    value: [UInt8](UnsafeRawBufferPointer(start: value, count: valueSize))))
        }
        return rows
    }

    /// Writes a row, whether it was there or not; a row of a `createOnly` table only if it was not.
    package func write(_ row: TableRow) throws(DatapathError) {
        let handle = try handle(row.table.name)
        guard row.key.bytes.count == handle.info.keySize else {
            throw .sizeMismatch(
                table: row.table.name, part: .key, typeSize: row.key.bytes.count, tableSize: handle.info.keySize)
        }
        guard row.value.count == handle.info.valueSize else {
            throw .sizeMismatch(
                table: row.table.name, part: .value, typeSize: row.value.count, tableSize: handle.info.valueSize)
        }
        // A value per CPU: the row's for each of them.
        var value: [UInt8] = []
        value.reserveCapacity(handle.valueBytes)
        repeat {
            value += row.value
            value += [UInt8](
                repeating: 0,
                count: (row.table.isPerCPU ? TableHandle.stride(row.value.count) : row.value.count) - row.value.count)
        } while value.count < handle.valueBytes
        let flags = row.table.policy == .createOnly ? UInt64(BPF_NOEXIST) : UInt64(BPF_ANY)
        do throws(DatapathError) {
            try handle.update(keyBytes: row.key.bytes, value, flags: flags)
        } catch .entryExists {
            return
        }
    }

    /// - Returns: whether there was such a row.
    @discardableResult
    package func remove(_ key: TableKey) throws(DatapathError) -> Bool {
        try handle(key.table.name).delete(keyBytes: key.bytes)
    }
}
