/// What changes a host's tables into others. Keys are unique across both lists.
package struct TableDelta: Hashable, Sendable {
    /// New rows, and new values of old ones.
    package var changed: [TableRow]
    package var removed: [TableKey]
    /// A device's number may have changed hands: what goes must be gone before what comes is written.
    package var breaksBeforeMaking: Bool

    package init(changed: [TableRow] = [], removed: [TableKey] = [], breaksBeforeMaking: Bool = false) {
        self.changed = changed
        self.removed = removed
        self.breaksBeforeMaking = breaksBeforeMaking
    }

    package var isEmpty: Bool { changed.isEmpty && removed.isEmpty }

    /// For a fresh process that adopts the kernel's tables: touches only what is wrong and sweeps what is left over.
    ///
    /// Rows that nobody wants any more say nothing about whose they were, so they are taken away first.
    package static func between(actual: ForwardingTables, desired: ForwardingTables) -> TableDelta {
        var delta = TableDelta(breaksBeforeMaking: true)
        for row in desired.rows {
            guard let there = actual[row.key] else {
                delta.changed.append(row)
                continue
            }
            // What the datapath counts in is compared by nobody.
            if row.table.policy == .managed && there != row.value { delta.changed.append(row) }
        }
        for row in actual.rows where desired[row.key] == nil {
            switch row.table {
            case .drops:
                // The datapath's own; they live as long as their port's counters.
                guard let port = decoded(UInt32.self, from: Array(row.key.bytes.prefix(4))) else { continue }
                if desired[.portCounters(port)] == nil { delta.removed.append(row.key) }
            case .settings:
                // An array's element can't be removed, only emptied.
                let empty = [UInt8](repeating: 0, count: row.value.count)
                if row.value != empty { delta.changed.append(TableRow(key: row.key, value: empty)) }
            default: delta.removed.append(row.key)
            }
        }
        return delta
    }

    package static func between(actual: [TableRow], desired: [TableRow]) -> TableDelta {
        between(actual: ForwardingTables(actual), desired: ForwardingTables(desired))
    }
}

extension TableKey {
    package static func portCounters(_ port: UInt32) -> TableKey {
        TableKey(table: .portCounters, bytes: rawBytes(of: port))
    }
}
