import Datapath
import ForwardingTables
import Synchronization
import Testing

@testable import Agent

/// Stands for the kernel: refuses on demand, and counts what is asked of it.
private final class FakeStore: TableStore {
    struct State {
        var rows: [TableKey: [UInt8]] = [:]
        var writes = 0
        var removes = 0
        var reads = 0
        /// Rows a table may have.
        var room: [TableID: Int] = [:]
        var failsReading = false
        /// Writes until one fails for a reason of no table.
        var failsRemoval = false
        var log: [TableWrite] = []
        var isChanging = false
        var changes = 0
        var writesOutsideOfChanges = 0
    }

    let state = Mutex(State())

    func rows(of table: TableID) throws(DatapathError) -> [TableRow] {
        let (fails, rows) = state.withLock { state in
            state.reads += 1
            return (state.failsReading, state.rows.filter { $0.key.table == table })
        }
        if fails { throw .system(operation: "read", target: table.name, error: SystemError(number: 12)) }
        return rows.map { TableRow(key: $0.key, value: table.isPerCPU ? [] : $0.value) }
    }

    func write(_ row: TableRow) throws(DatapathError) {
        let isFull = state.withLock { state in
            state.writes += 1
            if !state.isChanging { state.writesOutsideOfChanges += 1 }
            let used = state.rows.keys.count { $0.table == row.table }
            if state.rows[row.key] == nil, used >= state.room[row.table] ?? .max { return true }
            state.log.append(.put(row))
            state.rows[row.key] = row.value
            return false
        }
        if isFull { throw .tableFull(name: row.table.name, maximumEntries: 1) }
    }

    @discardableResult
    func remove(_ key: TableKey) throws(DatapathError) -> Bool {
        let result: Bool? = state.withLock { state in
            state.removes += 1
            if !state.isChanging { state.writesOutsideOfChanges += 1 }
            guard !state.failsRemoval else { return nil }
            state.log.append(.remove(key))
            return state.rows.removeValue(forKey: key) != nil
        }
        guard let result else { throw .system(operation: "remove", target: "row", error: SystemError(number: 1)) }
        return result
    }

    func beginChange() { state.withLock { $0.isChanging = true } }

    func endChange() {
        state.withLock { state in
            state.isChanging = false
            state.changes += 1
        }
    }

    var rows: [TableKey: [UInt8]] { state.withLock { $0.rows } }
}

@Suite struct KernelTablesTests {
    private func row(_ table: TableID, _ number: UInt8, _ value: UInt8 = 1) -> TableRow {
        TableRow(table: table, key: [number, 0, 0, 0], value: [value])
    }

    private func desired(_ rows: TableRow...) -> ForwardingTables { ForwardingTables(rows) }

    @Test("The first look mends what is wrong, leaves the rest alone, and says how much of each")
    func adoption() throws {
        let store = FakeStore()
        for row in [row(.routes, 1), row(.routes, 2), row(.fdb, 3)] { try store.write(row) }
        store.state.withLock { $0.writes = 0 }
        var tables = KernelTables(store)
        try tables.converge([], to: desired(row(.routes, 1), row(.routes, 2, 9), row(.interfaces, 4)))
        #expect(tables.adoption == .init(right: 1, mended: 3))
        #expect(store.state.withLock { $0.writes } == 2)
        #expect(store.rows == desired(row(.routes, 1), row(.routes, 2, 9), row(.interfaces, 4)).values)
    }

    @Test("Invariant 3: what is right already costs no write")
    func nothing() throws {
        let store = FakeStore()
        for row in [row(.routes, 1), row(.fdb, 3)] { try store.write(row) }
        store.state.withLock { $0.writes = 0 }
        var tables = KernelTables(store)
        try tables.converge([], to: desired(row(.routes, 1), row(.fdb, 3)))
        #expect(tables.adoption == .init(right: 2, mended: 0))
        #expect(store.state.withLock { $0.writes + $0.removes } == 0)
    }

    @Test("After the first look only changes are written, and nothing is read")
    func deltas() throws {
        let store = FakeStore()
        var tables = KernelTables(store)
        try tables.converge([], to: desired())
        let reads = store.state.withLock { $0.reads }
        try tables.converge([TableDelta(changed: [row(.routes, 1)])], to: desired(row(.routes, 1)))
        try tables.converge(
            [TableDelta(changed: [row(.routes, 2)]), TableDelta(removed: [row(.routes, 1).key])],
            to: desired(row(.routes, 2)))
        #expect(store.rows == desired(row(.routes, 2)).values)
        #expect(store.state.withLock { $0.reads } == reads)
        #expect(tables.adoption == .init(right: 0, mended: 0))
    }

    @Test("A full table costs the rows that don't fit and no other; they are written once there is room")
    func full() throws {
        let store = FakeStore()
        store.state.withLock { $0.room[.routes] = 2 }
        var tables = KernelTables(store)
        let routes = (1...4).map { row(.routes, $0) }
        let all = ForwardingTables(routes + [row(.interfaces, 9)])
        try tables.converge([], to: all)
        #expect(tables.unwritten.count == 2)
        #expect(tables.complaint.contains("2 rows are not in the kernel"))
        #expect(tables.complaint.contains("routes"))
        #expect(store.rows[row(.interfaces, 9).key] != nil)

        // One written row goes, and one of those that wait.
        let written = try #require(routes.first { store.rows[$0.key] != nil })
        let waiting = try #require(routes.first { store.rows[$0.key] == nil })
        var less = all
        less[written.key] = nil
        less[waiting.key] = nil
        try tables.converge([TableDelta(removed: [written.key, waiting.key])], to: less)
        #expect(tables.unwritten.isEmpty)
        #expect(tables.complaint == "")
        #expect(store.rows == less.values)
    }

    @Test("A row that can't be removed stops what comes after it; the next look at the kernel mends all")
    func removalFails() throws {
        let store = FakeStore()
        var tables = KernelTables(store)
        try tables.converge([], to: desired(row(.routes, 1)))
        store.state.withLock { $0.failsRemoval = true }
        let delta = TableDelta(changed: [row(.fdb, 2)], removed: [row(.routes, 1).key], breaksBeforeMaking: true)
        #expect(throws: DatapathError.self) { try tables.converge([delta], to: desired(row(.fdb, 2))) }
        #expect(store.rows[row(.fdb, 2).key] == nil)
        store.state.withLock { $0.failsRemoval = false }
        try tables.converge([], to: desired(row(.fdb, 2)))
        #expect(store.rows == desired(row(.fdb, 2)).values)
        #expect(tables.adoption == .init(right: 0, mended: 1), "of the first look only")
    }

    @Test("The datapath remembers nothing across a change: each is announced, and ended unless it failed")
    func changesAreAnnounced() throws {
        let store = FakeStore()
        var tables = KernelTables(store)
        try tables.converge([], to: desired())
        #expect(store.state.withLock { $0.changes } == 1, "whoever was here before may have died in a change")
        try tables.converge([TableDelta(changed: [row(.routes, 1)])], to: desired(row(.routes, 1)))
        try tables.converge([TableDelta()], to: desired(row(.routes, 1)))
        #expect(store.state.withLock { $0.changes } == 2)
        store.state.withLock { $0.failsRemoval = true }
        let delta = TableDelta(removed: [row(.routes, 1).key])
        #expect(throws: DatapathError.self) { try tables.converge([delta], to: desired()) }
        #expect(store.state.withLock { $0.isChanging })
        store.state.withLock { $0.failsRemoval = false }
        try tables.converge([], to: desired())
        #expect(store.state.withLock { !$0.isChanging && $0.changes == 3 && $0.writesOutsideOfChanges == 0 })
    }

    @Test("Tables that can't be read are not written")
    func readingFails() throws {
        let store = FakeStore()
        try store.write(row(.routes, 1))
        store.state.withLock { $0.failsReading = true }
        var tables = KernelTables(store)
        #expect(throws: DatapathError.self) { try tables.converge([], to: desired()) }
        #expect(store.rows.count == 1)
        #expect(tables.adoption == nil)
        store.state.withLock { $0.failsReading = false }
        try tables.converge([], to: desired())
        #expect(store.rows.isEmpty)
    }
}

@Suite struct ProgramPlanTests {
    private func place(_ index: UInt32, _ program: String = "from_port") -> ProgramPlan.Place {
        .init(index: index, name: "i\(index)", program: program)
    }

    @Test(
        "New interfaces first, earlier versions' programs after the tables, what is no longer ours off, the rest alone")
    func plan() {
        let plan = ProgramPlan(
            actual: [
                .init(index: 1, program: "from_port"), .init(index: 2, program: nil),
                .init(index: 3, program: "from_port"),
                .init(index: 4, program: "from_uplink"), .init(index: nil, program: "from_port"),
            ], wanted: [place(5), place(1), place(2), place(4)])
        #expect(plan.attach == [place(4), place(5)])
        #expect(plan.swap == [place(2)])
        #expect(plan.detach == [3])
        #expect(plan.hasStale)
        #expect(ProgramPlan(actual: [.init(index: 1, program: "from_port")], wanted: [place(1)]) == ProgramPlan())
    }
}
