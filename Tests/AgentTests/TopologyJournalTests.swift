import Addresses
import AgentProtocol
import Foundation
import Resources
import Testing
import VirtualTopology

@testable import Agent

@Suite struct TopologyJournalTests {
    private static let store = StoreID(77)

    /// Runs `body` with the path of a journal that does not exist yet.
    private func withPath(_ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "tombolo-agent-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory + "/topology.journal")
    }

    /// Records updates as the agent does, and returns what it then holds.
    @discardableResult
    private func record(
        _ updates: [TopologyUpdate], in journal: inout TopologyJournal, from start: Topology = Topology()
    ) throws -> Topology {
        var whole = start
        for update in updates {
            if update.isSnapshot { whole = Topology() }
            whole.apply(update.delta)
            try journal.record(update, whole: whole, of: Self.store)
        }
        return whole
    }

    private func snapshot(_ revision: UInt64, _ objects: TopologyObject...) -> TopologyUpdate {
        TopologyUpdate(revision: revision, isSnapshot: true, delta: TopologyDelta(changed: objects))
    }

    private func step(_ revision: UInt64, _ changed: [TopologyObject], _ removed: [TopologyKey] = []) -> TopologyUpdate
    {
        TopologyUpdate(revision: revision, isSnapshot: false, delta: TopologyDelta(changed: changed, removed: removed))
    }

    private func content(_ path: String) throws -> TopologyJournal.Content {
        guard case .content(let content) = TopologyJournal(path: path).load() else {
            throw JournalRecord.Damage.misplaced
        }
        return content
    }

    private func isDamaged(_ path: String) -> Bool {
        if case .damaged = TopologyJournal(path: path).load() { true } else { false }
    }

    @Test("What was recorded is loaded: snapshots start anew, deltas add up, the last revision counts")
    func roundTrip() throws {
        try withPath { path in
            guard case .nothing = TopologyJournal(path: path).load() else {
                Issue.record("a journal that is not there has content")
                return
            }
            var journal = TopologyJournal(path: path)
            var whole = try record(
                [
                    snapshot(3, .bridge(1), .port(.vm(1))), step(5, [.port(.vm(2)), .bridge(2)]),
                    step(9, [.bridge(1)], [.port(DevicePort.vm(1).id)]),
                ], in: &journal)
            #expect(try content(path) == .init(storeID: Self.store, revision: 9, topology: whole))
            // A fresh process goes on with it.
            var second = TopologyJournal(path: path)
            whole = try record([step(11, [.bridge(3)])], in: &second, from: whole)
            #expect(try content(path) == .init(storeID: Self.store, revision: 11, topology: whole))
            whole = try record([snapshot(12)], in: &second)
            #expect(try content(path) == .init(storeID: Self.store, revision: 12, topology: Topology()))
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("Cut anywhere, it is what it was some records ago, never anything else")
    func tornTails() throws {
        try withPath { path in
            var journal = TopologyJournal(path: path)
            var states: [TopologyJournal.Content] = []
            var whole = Topology()
            for update in [snapshot(1, .bridge(1)), step(2, [.bridge(2)]), step(3, [], [.bridge(NetworkID(1))])] {
                whole = try record([update], in: &journal, from: whole)
                states.append(.init(storeID: Self.store, revision: update.revision, topology: whole))
            }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            var seen: Set<TopologyJournal.Content> = []
            for length in JournalRecord.magic.count..<bytes.count {
                try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
                switch TopologyJournal(path: path).load() {
                case .nothing: break
                case .damaged(let reason): Issue.record("cut at \(length): \(reason)")
                // Never one without a snapshot: it would clear the tables.
                case .content(let content), .torn(let content): seen.insert(content)
                }
            }
            #expect(seen == Set(states.dropLast()))
            // What comes next replaces the torn file.
            try bytes.prefix(bytes.count - 3).write(to: URL(fileURLWithPath: path))
            var next = TopologyJournal(path: path)
            try record([step(4, [.bridge(7)])], in: &next, from: whole)
            #expect(try content(path).revision == 4)
        }
    }

    @Test("Any flipped bit makes it worthless: nobody forwards by an older or another topology")
    func damage() throws {
        try withPath { path in
            var journal = TopologyJournal(path: path)
            try record([snapshot(1, .bridge(1)), step(2, [.bridge(2)]), step(3, [.bridge(3)])], in: &journal)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] ^= 0x10
                try damaged.write(to: URL(fileURLWithPath: path))
                #expect(isDamaged(path), "byte \(index)")
            }
            try Data().write(to: URL(fileURLWithPath: path))
            #expect(isDamaged(path))
            try Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: URL(fileURLWithPath: path))
            #expect(isDamaged(path))
        }
    }

    @Test("It is rewritten when it has outgrown what it holds, and holds the same")
    func compaction() throws {
        try withPath { path in
            var journal = TopologyJournal(path: path, worthRewriting: 1000)
            var whole = try record([snapshot(1, .bridge(1))], in: &journal)
            var sizes: [Int] = []
            for revision in 2...200 as ClosedRange<UInt64> {
                whole = try record([step(revision, [.bridge(1), .bridge(2)])], in: &journal, from: whole)
                sizes.append(try Data(contentsOf: URL(fileURLWithPath: path)).count)
            }
            #expect(try #require(sizes.max()) < 1300)
            #expect(zip(sizes, sizes.dropFirst()).contains { $1 < $0 })
            #expect(try content(path) == .init(storeID: Self.store, revision: 200, topology: whole))
        }
    }

    @Test("When it can't be written it is gone, rather than behind the kernel; the next record begins a new one")
    func unwritable() throws {
        try withPath { path in
            var journal = TopologyJournal(path: path + "/no/such/directory")
            #expect(throws: TopologyJournal.Failure.self) { try record([snapshot(1)], in: &journal) }
            var whole = Topology()
            var good = TopologyJournal(path: path)
            whole = try record([snapshot(1, .bridge(1))], in: &good)
            // The rewrite's temporary name is taken by a directory.
            try FileManager.default.createDirectory(atPath: path + ".new", withIntermediateDirectories: true)
            #expect(throws: TopologyJournal.Failure.self) { try record([snapshot(2)], in: &good) }
            #expect(!FileManager.default.fileExists(atPath: path))
            try FileManager.default.removeItem(atPath: path + ".new")
            whole = try record([step(3, [.bridge(2)])], in: &good, from: whole)
            #expect(try content(path) == .init(storeID: Self.store, revision: 3, topology: whole))
        }
    }
}
