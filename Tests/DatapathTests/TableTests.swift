import Datapath
import Testing

private typealias Wide = (UInt64, UInt64, UInt64, UInt64)

private struct Route: BitwiseCopyable, Hashable {
    var prefixLength: UInt32
    var address: UInt32
}

private struct Counters: BitwiseCopyable, Hashable {
    var packets: UInt64
    var bytes: UInt64
}

@Suite("Tables")
struct TableTests {
    let mount: BPFMount
    let pipeline: LoadedPipeline

    init() throws {
        mount = try BPFMount()
        pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
    }

    @Test("a hash table of 10000 entries is read back whole, each entry once")
    func tenThousandEntries() throws {
        let table = try pipeline.table("entries", key: UInt32.self, value: Wide.self)
        for key in 0..<10_000 as Range<UInt32> { try table.update(key, (UInt64(key) * 3, 0, 0, 0)) }
        let entries = try table.entries()
        #expect(entries.count == 10_000)
        #expect(Set(entries.map(\.key)).count == 10_000)
        #expect(entries.allSatisfy { $0.value.0 == UInt64($0.key) * 3 })
    }

    @Test("entries deleted while a table is read neither end nor repeat the reading")
    func concurrentDeletion() throws {
        let table = try pipeline.table("entries", key: UInt32.self, value: Wide.self)
        for key in 0..<5000 as Range<UInt32> { try table.update(key, (1, 0, 0, 0)) }
        var seen: [UInt32] = []
        try table.forEach { key, _ in
            seen.append(key)
            _ = try? table.delete(key)
        }
        #expect(Set(seen).count == seen.count)
        #expect(try table.count() == 0)

        let routes = try pipeline.table("routes", key: Route.self, value: UInt32.self)
        for number in 0..<2000 as Range<UInt32> { try routes.update(Route(prefixLength: 32, address: number), number) }
        var routesSeen: [Route] = []
        try routes.forEach { key, _ in
            routesSeen.append(key)
            _ = try? routes.delete(key)
        }
        #expect(Set(routesSeen).count == routesSeen.count)
        #expect(try routes.count() == 0)
    }

    @Test("a trie answers the longest prefix and lists all")
    func longestPrefix() throws {
        let routes = try pipeline.table("routes", key: Route.self, value: UInt32.self)
        try routes.update(Route(prefixLength: 8, address: 0x0000_000a), 8)
        try routes.update(Route(prefixLength: 16, address: 0x0000_010a), 16)
        #expect(try routes.lookup(Route(prefixLength: 32, address: 0x0100_010a)) == 16)
        #expect(try routes.lookup(Route(prefixLength: 32, address: 0x0100_020a)) == 8)
        #expect(try routes.lookup(Route(prefixLength: 32, address: 0x0100_020b)) == nil)
        #expect(try Set(routes.entries().map(\.value)) == [8, 16])
        #expect(try routes.delete(Route(prefixLength: 8, address: 0x0000_000a)))
        #expect(try !routes.delete(Route(prefixLength: 8, address: 0x0000_000a)))
    }

    @Test("update modes and a full table are told by errors of their own")
    func updateModes() throws {
        let table = try pipeline.table("small", key: UInt32.self, value: UInt64.self)
        try table.update(1, 10, .insertOnly)
        #expect(throws: DatapathError.entryExists(table: "small")) { try table.update(1, 11, .insertOnly) }
        #expect(throws: DatapathError.noSuchEntry(table: "small")) { try table.update(2, 11, .replaceOnly) }
        try table.update(1, 12, .replaceOnly)
        #expect(try table.lookup(1) == 12)
        for key in 2...4 as ClosedRange<UInt32> { try table.update(key, 0) }
        #expect(throws: DatapathError.tableFull(name: "small", maximumEntries: 4)) { try table.update(5, 0) }
        #expect(table.info.maximumEntries == 4)
    }

    @Test("types of another size than the table's are refused with both sizes")
    func sizes() throws {
        #expect(throws: DatapathError.sizeMismatch(table: "small", part: .value, typeSize: 4, tableSize: 8)) {
            _ = try pipeline.table("small", key: UInt32.self, value: UInt32.self)
        }
        #expect(throws: DatapathError.sizeMismatch(table: "routes", part: .key, typeSize: 4, tableSize: 8)) {
            _ = try pipeline.table("routes", key: UInt32.self, value: UInt32.self)
        }
        #expect(throws: DatapathError.noSuchTable(name: "none")) {
            _ = try pipeline.table("none", key: UInt32.self, value: UInt32.self)
        }
        #expect(throws: DatapathError.self) { _ = try pipeline.table("records", key: UInt32.self, value: UInt32.self) }
        #expect(throws: DatapathError.self) { _ = try pipeline.table("counts", key: UInt32.self, value: Counters.self) }
    }

    @Test("arrays have all their entries from the start")
    func arrays() throws {
        let slots = try pipeline.table("slots", key: UInt32.self, value: UInt32.self)
        try slots.update(7, 70)
        #expect(try slots.entries().map(\.value) == [0, 0, 0, 0, 0, 0, 0, 70])
    }

    @Test("counters per CPU add up, and a table can be read by its pin alone")
    func perCPU() throws {
        let counts = try pipeline.perCPUTable("counts", key: UInt32.self, value: Counters.self)
        #expect(try counts.sum(1) == nil)
        try counts.update(1, everyCPU: Counters(packets: 2, bytes: 3))
        let cpus = UInt64(try #require(try counts.lookup(1)).count)
        #expect(cpus >= 1)
        #expect(try counts.sum(1) == Counters(packets: 2 * cpus, bytes: 3 * cpus))
        _ = try pipeline.testRun(program: "rewrite", packet: [UInt8](repeating: 0, count: 100), repetitions: 5)
        let pinned = try PerCPUTable<UInt32, Counters>(pinned: "counts", in: PinDirectory(mount.pins))
        let sums = try pinned.sums()
        #expect(sums.map(\.key) == [1])
        #expect(sums.map(\.value) == [Counters(packets: 2 * cpus + 5, bytes: 3 * cpus + 500)])
        #expect(try pinned.delete(1))
        #expect(try pinned.entries().isEmpty)
    }
}
