import Foundation
import Testing

@testable import Datapath

private typealias Wide = (UInt64, UInt64, UInt64, UInt64)

@Suite("Pins: tables outlive the agent")
struct PinningTests {
    @Test("the embedded forwarding pipeline passes the verifier")
    func embeddedPipelineLoads() throws {
        let mount = try BPFMount()
        let pipeline = try LoadedPipeline(pinDirectory: mount.pins)
        #expect(!pipeline.programNames.isEmpty)
        #expect(pipeline.contentHash.count == 64)
        let pinned = try FileManager.default.contentsOfDirectory(atPath: mount.pins + "/programs").sorted()
        #expect(pinned == pipeline.programNames)
    }

    @Test("a second start adopts every table with its entries")
    func adoption() throws {
        let mount = try BPFMount()
        let image = try FixtureObject.first.get()
        do {
            let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: image)
            #expect(pipeline.adoptedTables.isEmpty)
            let entries = try pipeline.table("entries", key: UInt32.self, value: Wide.self)
            for key in 0..<100 as Range<UInt32> { try entries.update(key, (UInt64(key), 1, 2, 3)) }
        }
        let again = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.second.get())
        #expect(again.adoptedTables == Set(again.tableNames))
        let entries = try again.table("entries", key: UInt32.self, value: Wide.self)
        #expect(try entries.count() == 100)
        #expect(try entries.lookup(42)?.0 == 42)
        #expect(again.programNames == ["accept", "punt", "rewrite", "tally"])
    }

    @Test("invariant 3: a start with the object that is loaded adopts its programs too, the same ones")
    func adoptedPrograms() throws {
        let mount = try BPFMount()
        let image = try FixtureObject.first.get()
        let first = try LoadedPipeline(pinDirectory: mount.pins, image: image)
        #expect(!first.adoptedPrograms)
        let second = try LoadedPipeline(pinDirectory: mount.pins, image: image)
        #expect(second.adoptedPrograms)
        #expect(second.programs.mapValues(\.id) == first.programs.mapValues(\.id))
        #expect(second.tables.mapValues(\.info) == first.tables.mapValues(\.info))
        #expect(second.adoptedTables == Set(first.tableNames))

        // Another object is loaded, and then it is the one that is adopted.
        #expect(try !LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.second.get()).adoptedPrograms)
        #expect(try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.second.get()).adoptedPrograms)
        #expect(try !LoadedPipeline(pinDirectory: mount.pins, image: image).adoptedPrograms)
    }

    @Test(
        "a pin that is missing, or not what it was when the programs were loaded, makes the start load them again",
        arguments: ["programs/tally", "maps/small", "version", "programs/rewrite over programs/tally"])
    func incompletePins(damage: String) throws {
        let mount = try BPFMount()
        let image = try FixtureObject.first.get()
        _ = try LoadedPipeline(pinDirectory: mount.pins, image: image)
        let words = damage.split(separator: " ").map { mount.pins + "/" + $0 }
        if words.count == 1 {
            try #require(unlink(words[0]) == 0)
        } else {
            try #require(rename(words[0], words[2]) == 0)
        }
        let again = try LoadedPipeline(pinDirectory: mount.pins, image: image)
        #expect(!again.adoptedPrograms)
        #expect(again.adoptedTables == Set(again.tableNames).subtracting(damage == "maps/small" ? ["small"] : []))
        #expect(try LoadedPipeline(pinDirectory: mount.pins, image: image).adoptedPrograms)
    }

    @Test("what says which version is loaded is read as it was written; anything else says nothing")
    func versionText() {
        let version = LoadedVersion(contentHash: "abc", tables: ["fdb": 1, "routes": 22], programs: ["from_port": 333])
        #expect(version.text == "abc map:fdb=1 map:routes=22 program:from_port=333")
        #expect(LoadedVersion(text: version.text) == version)
        for wrong in ["", "abc map:fdb", "abc map:fdb=x", "abc link:lo=1", "abc map"] {
            #expect(LoadedVersion(text: wrong) == nil, "\(wrong)")
        }
    }

    @Test("programs that a version no longer has are unpinned")
    func staleProgramPins() throws {
        let mount = try BPFMount()
        _ = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.second.get())
        _ = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
        let pinned = try FileManager.default.contentsOfDirectory(atPath: mount.pins + "/programs").sorted()
        #expect(pinned == ["punt", "rewrite", "tally"])
    }

    @Test("a pinned table of another layout is an error that names table and difference, and changes nothing")
    func incompatibleTable() throws {
        let mount = try BPFMount()
        let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
        try pipeline.table("entries", key: UInt32.self, value: Wide.self).update(1, (1, 2, 3, 4))
        let error = try #require(throws: DatapathError.self) {
            _ = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.incompatible.get())
        }
        guard case .incompatibleTable("entries", _, let differences) = error else {
            Issue.record(error)
            return
        }
        #expect(differences.map(\.description) == ["maximum entries is 20000, should be 30000"])

        // The agent's answer, if it decides so: that table alone is made anew.
        try pipeline.pins.removeTable("entries")
        let next = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.incompatible.get())
        #expect(!next.adoptedTables.contains("entries"))
        #expect(next.adoptedTables.contains("routes"))
    }

    @Test("the verifier's refusal is quoted with the source's line")
    func verifierLog() throws {
        let mount = try BPFMount()
        let error = try #require(throws: DatapathError.self) {
            _ = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.unsafe.get())
        }
        guard case .loadFailed(_, let log) = error else {
            Issue.record(error)
            return
        }
        #expect(log.contains("invalid access to packet"))
        #expect(log.contains("; let start = UnsafeMutableRawPointer"))
        #expect(log.contains("Programs.swift:"))
    }

    @Test("a directory that is not on a BPF filesystem is refused by name")
    func wrongFileSystem() throws {
        let error = #expect(throws: DatapathError.self) {
            _ = try LoadedPipeline(pinDirectory: "/tmp/not-bpf", image: try FixtureObject.first.get())
        }
        #expect(error == .invalidPinDirectory(path: "/tmp/not-bpf", reason: "/tmp is not on a BPF filesystem"))
    }

    @Test("removeAll leaves nothing, and is idempotent")
    func removeAll() throws {
        let mount = try BPFMount()
        let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
        try pipeline.removeAll()
        #expect(!FileManager.default.fileExists(atPath: mount.pins))
        try pipeline.removeAll()
    }
}
