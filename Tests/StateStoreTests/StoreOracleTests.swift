import SeededRandom
import StateStore
import Testing

// Testing has an `Expectation` of its own.
import enum StateStore.Expectation

/// Random commits against a dictionary, with reopening in between.
@Suite("Every store: random commits against an oracle", .timeLimit(.minutes(1)))
struct StoreOracleTests {
    private static let historyLimit = 40

    @Test("the store in memory answers as the oracle does", arguments: UInt64(1)...10)
    func memory(_ seed: UInt64) async throws {
        let store = InMemoryStore(historyLimit: Self.historyLimit)
        try await run(seed: seed, steps: 500, store: store) { $0 }
        await store.close()
    }

    @Test("the store in SQLite answers as the oracle does, also when reopened", arguments: UInt64(1)...10)
    func sqlite(_ seed: UInt64) async throws {
        try await withTemporaryDirectory { directory in
            var options = SQLiteStore.Options()
            options.historyLimit = Self.historyLimit
            let open = { [options] in try SQLiteStore(path: directory + "/state.db", options: options) }
            let last = try await run(seed: seed, steps: 200, store: open()) { store in
                await store.close()
                return try open()
            }
            await last.close()
        }
    }

    @discardableResult
    private func run<Store: StateStore>(
        seed: UInt64, steps: Int, store first: Store, reopen: (Store) async throws -> Store
    ) async throws -> Store {
        var random = SplitMix64(seed: seed)
        var oracle = StoreOracle()
        var store = first
        for _ in 0..<steps {
            let changes = try Self.changes(&random)
            let expecting = try Self.expectations(oracle, &random)
            let expected = oracle.commit(changes, expecting: expecting)
            do throws(StoreError) {
                let revision = try await store.commit(changes, expecting: expecting)
                #expect(expected == .success(revision), "seed \(seed)")
            } catch {
                #expect(expected == .failure(error), "seed \(seed)")
            }
            if Int.random(in: 0..<20, using: &random) == 0 { store = try await reopen(store) }
            if Int.random(in: 0..<5, using: &random) == 0 { try await compare(store, oracle, seed, &random) }
        }
        try await compare(store, oracle, seed, &random)
        return store
    }

    private func compare(
        _ store: some StateStore, _ oracle: StoreOracle, _ seed: UInt64, _ random: inout SplitMix64
    ) async throws {
        let (entries, at) = try await store.entries(under: "")
        #expect(entries == oracle.entries.values.sorted { $0.key < $1.key }, "seed \(seed)")
        #expect(at.value == oracle.revision, "seed \(seed)")
        let some = try Self.key(&random)
        #expect(try await store.entry(some) == oracle.entries[some], "seed \(seed)")
        let since = UInt64.random(in: 0...oracle.revision, using: &random)
        guard since < oracle.revision else { return }
        let oldest = oracle.revision - min(oracle.revision, UInt64(Self.historyLimit))
        do {
            let commits = try await store.changes(since: Revision(since), first: Int(oracle.revision - since))
            #expect(since >= oldest && commits == Array(oracle.history[Int(since)...]), "seed \(seed)")
        } catch {
            #expect(since < oldest && error as? StoreError == .compacted(oldest: Revision(oldest)), "seed \(seed)")
        }
    }

    private static func key(_ random: inout SplitMix64) throws -> StoreKey {
        try StoreKey(
            "\(Bool.random(using: &random) ? "network" : "claim/vni")/\(Int.random(in: 0..<8, using: &random))")
    }

    private static func changes(_ random: inout SplitMix64) throws -> [StoreChange] {
        let keys = try Set((0..<Int.random(in: 0...5, using: &random)).map { _ in try key(&random) })
        return keys.sorted().map { key in
            guard Bool.random(using: &random) else { return .delete(key) }
            let size = [0, 1, 30, 5000].randomElement(using: &random) ?? 0
            return .put(key, (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    /// Most of them hold, so that commits of several expectations have a chance.
    private static func expectations(
        _ oracle: StoreOracle, _ random: inout SplitMix64
    ) throws -> [Expectation] {
        try (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let key = try key(&random)
            let modified = oracle.entries[key]?.modifiedAt ?? .zero
            let wrong = Int.random(in: 0..<8, using: &random) == 0
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return (modified == .zero) != wrong ? .absent(key) : .present(key)
            case 1: return .unchanged(key, since: wrong ? modified.next : modified)
            default: return .storeAt(Revision(oracle.revision + (wrong ? 1 : 0)))
            }
        }
    }
}
