import Datapath
import ForwardingTables

/// A table of the kernel's, read by its pin: no agent is needed.
package struct TableReport: Codable, Sendable, Hashable {
    package var table: String
    package var entries: Int
    package var capacity: Int
    /// Nil when only the fill was asked for.
    package var rows: [Row]?

    package struct Row: Codable, Sendable, Hashable {
        package var key: String
        package var value: String
    }

    /// - Throws: when no datapath is pinned in the directory, or another version's.
    package static func fills(pinDirectory: String) throws -> [TableReport] {
        let pins = try self.pins(pinDirectory)
        return try TableID.allCases.map { table in
            let fill = try pins.fill(of: table)
            return TableReport(table: table.name, entries: fill.entries, capacity: fill.capacity)
        }
    }

    /// - Parameter match: only rows whose line holds it; the number of entries is the table's all the same.
    package init(_ table: TableID, match: String?, pinDirectory: String) throws {
        let pins = try Self.pins(pinDirectory)
        let capacity = try pins.capacity(of: table)
        let rows = ForwardingTables(try pins.rows(of: table)).sortedRows
        self.init(table: table.name, entries: rows.count, capacity: capacity, rows: [])
        self.rows = rows.compactMap { row in
            if let match, !row.description.contains(match) { return nil }
            // The printer's line is "table key -> value", or without the arrow when there is no value.
            let line = row.description.dropFirst(table.name.count + 1)
            let key = "\(row.key)".dropFirst(table.name.count + 1)
            return Row(key: String(key), value: String(line.dropFirst(key.count + " -> ".count)))
        }
    }

    private init(table: String, entries: Int, capacity: Int, rows: [Row]? = nil) {
        self.table = table
        self.entries = entries
        self.capacity = capacity
        self.rows = rows
    }

    private static func pins(_ path: String) throws -> PinDirectory {
        let pins = PinDirectory(path)
        guard try pins.holdsDatapath else { throw NoDatapath(path: path) }
        return pins
    }

    package struct NoDatapath: Error, CustomStringConvertible {
        var path: String

        package var description: String {
            "no datapath is pinned in \(path): no agent has run here since the last purge"
        }
    }
}
