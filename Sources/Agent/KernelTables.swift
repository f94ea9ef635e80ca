import Datapath
import ForwardingTables

/// Where the rows are kept: the kernel, or what stands for it in a test.
package protocol TableStore: Sendable {
    func rows(of table: TableID) throws(DatapathError) -> [TableRow]
    func write(_ row: TableRow) throws(DatapathError)
    @discardableResult func remove(_ key: TableKey) throws(DatapathError) -> Bool
    /// Around writes that belong together: meanwhile, and of what was before, the datapath remembers nothing.
    func beginChange() throws(DatapathError)
    func endChange() throws(DatapathError)
}

extension LoadedPipeline: TableStore {}

/// Brings the kernel's tables to what is desired, and knows what they still lack.
///
/// A row that the kernel refuses (its table is full) is kept in mind and tried again; the others are written. So one
/// tenant's thousand routes too many cost that tenant these routes, and nobody else anything. A row that can't be
/// removed stops everything: what comes after it might be another tenant's, under the same number.
package struct KernelTables: Sendable {
    /// What the first look at the kernel's tables found.
    package struct Adoption: Hashable, Sendable {
        /// Rows that were as they should be.
        package var right: Int
        /// Rows that had to be written or removed.
        package var mended: Int
    }

    private let store: any TableStore
    /// The tables may differ from what was written last: read them before writing.
    private var mustReadBack = true
    /// Desired rows that the kernel does not have, with the reason.
    package private(set) var unwritten: [TableKey: DatapathError] = [:]
    package private(set) var adoption: Adoption?

    package init(_ store: any TableStore) { self.store = store }

    /// - Parameters:
    ///   - pending: the changes since the last call, in order; ignored when the tables have to be read anyway.
    ///   - desired: what `pending` leads to.
    /// - Throws: when nobody can say any more what the tables hold. The next call finds out.
    package mutating func converge(_ pending: [TableDelta], to desired: ForwardingTables) throws(DatapathError) {
        do throws(DatapathError) {
            if mustReadBack {
                try readAndMend(desired)
                mustReadBack = false
            } else {
                for delta in pending { try write(delta) }
                try retry(desired)
            }
        } catch {
            mustReadBack = true
            throw error
        }
    }

    private mutating func readAndMend(_ desired: ForwardingTables) throws(DatapathError) {
        var rows: [TableRow] = []
        for table in TableID.allCases { rows += try store.rows(of: table) }
        let actual = ForwardingTables(rows)
        let delta = TableDelta.between(actual: actual, desired: desired)
        let overwritten = delta.changed.count { actual[$0.key] != nil }
        unwritten = [:]
        // Also when nothing has to be written: an agent before us may have died in the middle of a change.
        try write(delta.writes)
        if adoption == nil {
            adoption = Adoption(
                right: actual.count - delta.removed.count - overwritten,
                mended: delta.changed.count + delta.removed.count)
        }
    }

    /// Room may have been made since.
    private mutating func retry(_ desired: ForwardingTables) throws(DatapathError) {
        guard !unwritten.isEmpty else { return }
        var delta = TableDelta()
        for key in unwritten.keys {
            if let value = desired[key] {
                delta.changed.append(TableRow(key: key, value: value))
            } else {
                unwritten[key] = nil
            }
        }
        try write(delta)
    }

    private mutating func write(_ delta: TableDelta) throws(DatapathError) {
        let writes = delta.writes
        if !writes.isEmpty { try write(writes) }
    }

    private mutating func write(_ writes: [TableWrite]) throws(DatapathError) {
        try store.beginChange()
        for write in writes {
            switch write {
            case .put(let row):
                do throws(DatapathError) {
                    try store.write(row)
                    if !unwritten.isEmpty { unwritten[row.key] = nil }
                } catch {
                    unwritten[row.key] = error
                }
            case .remove(let key):
                try store.remove(key)
                if !unwritten.isEmpty { unwritten[key] = nil }
            }
        }
        // Not after a failure: nobody knows then what the tables hold, and packets find out by themselves.
        try store.endChange()
    }
}

extension KernelTables {
    /// In words; "" when the tables are as they should be.
    package var complaint: String {
        guard !unwritten.isEmpty else { return "" }
        let reasons = Set(unwritten.values.map(\.description)).sorted()
        let more = reasons.count > 3 ? " and \(reasons.count - 3) more reasons" : ""
        return "\(unwritten.count) rows are not in the kernel: " + reasons.prefix(3).joined(separator: "; ") + more
    }
}
