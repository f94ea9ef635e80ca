/// Names one row of one table: the key byte for byte as the kernel compares it. Reserved bytes are zero.
package struct TableKey: Hashable, Sendable {
    package var table: TableID
    package var bytes: [UInt8]

    package init(table: TableID, bytes: [UInt8]) {
        self.table = table
        self.bytes = bytes
    }
}

/// A key and its value, byte for byte. `TableEntry` is the same in fields.
package struct TableRow: Hashable, Sendable {
    package var key: TableKey
    package var value: [UInt8]

    package init(key: TableKey, value: [UInt8]) {
        self.key = key
        self.value = value
    }

    package init(table: TableID, key: [UInt8], value: [UInt8]) {
        self.init(key: TableKey(table: table, bytes: key), value: value)
    }

    package var table: TableID { key.table }
}
