import ForwardingTables

@testable import Datapath

/// The tables in the kernel as anybody can read them from the pins, without the agent.
struct PinnedRows: Hashable {
    var rows: Set<TableRow> = []

    /// Of the tables that the control plane decides about.
    init(_ directory: String) throws {
        for table in TableID.allCases where table.policy == .managed {
            try PinDirectory(directory).openTable(table.name).collect { key, value in
                rows.insert(
                    TableRow(
                        table: table, key: [UInt8](UnsafeRawBufferPointer(start: key, count: table.keySize)),
                        value: [UInt8](UnsafeRawBufferPointer(start: value, count: table.valueSize))))
            }
        }
    }
}
