import VirtualTopology

/// A host's tables: translation ②'s result, or what was read from the kernel.
package struct ForwardingTables: Hashable, Sendable {
    package private(set) var values: [TableKey: [UInt8]]

    package init(_ rows: some Sequence<TableRow> = []) {
        values = [:]
        for row in rows { values[row.key] = row.value }
    }

    /// From scratch.
    package init(topology: Topology, host: HostView) {
        self = ForwardingTablesState(host: host, topology: topology).tables
    }

    package subscript(key: TableKey) -> [UInt8]? {
        get { values[key] }
        set { values[key] = newValue }
    }

    package var count: Int { values.count }
    package var isEmpty: Bool { values.isEmpty }

    /// In no particular order; `sorted` is for eyes.
    package var rows: some Sequence<TableRow> { values.lazy.map { TableRow(key: $0.key, value: $0.value) } }

    package mutating func apply(_ delta: TableDelta) {
        for key in delta.removed { values[key] = nil }
        for row in delta.changed { values[row.key] = row.value }
    }
}
