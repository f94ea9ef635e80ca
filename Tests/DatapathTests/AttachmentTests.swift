import Datapath
import Foundation
import Testing

@Suite("Attachments: programs stay on interfaces when nobody runs")
struct AttachmentTests {
    @Test("a new version is swapped in place: the link stays the same")
    func updateInPlace() async throws {
        let (before, between, after, names) = try await inOwnNetworkNamespace {
            let mount = try BPFMount()
            let tap = try TapInterface("port0.10")
            defer { tap.remove() }
            let first = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
            try first.attach(program: "rewrite", to: tap.index, name: tap.name)
            let before = try first.attachedInterfaces()
            let second = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.second.get())
            let between = try second.attachedInterfaces()
            try second.attach(program: "rewrite", to: tap.index, name: tap.name)
            let after = try second.attachedInterfaces()
            return (before, between, after, try FileManager.default.contentsOfDirectory(atPath: mount.pins + "/links"))
        }
        let (old, kept, new) = try (#require(before.first), #require(between.first), #require(after.first))
        #expect(before.count == 1 && between.count == 1 && after.count == 1)
        #expect(old.program == "rewrite" && old.interfaceName == "port0.10" && !old.isStale)
        #expect(kept.program == nil && kept.programID == old.programID)
        #expect(new.program == "rewrite" && new.programID != old.programID)
        #expect(new.linkID == old.linkID)
        #expect(names == ["port0_10-\(old.interfaceIndex)"])
    }

    @Test("the link survives its maker; detach takes it away at once")
    func detach() async throws {
        try await inOwnNetworkNamespace {
            let mount = try BPFMount()
            let tap = try TapInterface("port0")
            defer { tap.remove() }
            let image = try FixtureObject.first.get()
            do {
                let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: image)
                try pipeline.attach(program: "punt", to: tap.index, name: tap.name)
            }
            let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: image)
            #expect(try pipeline.attachedInterfaces().map(\.interfaceIndex) == [tap.index])
            try pipeline.detach(interfaceIndex: tap.index)
            #expect(try pipeline.attachedInterfaces().isEmpty)
            #expect(try LoadedPipeline.ingressLinks(onInterface: tap.index).isEmpty)
            try pipeline.detach(interfaceIndex: tap.index)
        }
    }

    @Test("an interface that was renamed keeps its link, whose pin follows the name")
    func renamed() async throws {
        try await inOwnNetworkNamespace {
            let mount = try BPFMount()
            let tap = try TapInterface("port0")
            defer { tap.remove() }
            let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
            try pipeline.attach(program: "rewrite", to: tap.index, name: tap.name)
            let before = try pipeline.attachedInterfaces().map(\.linkID)
            try pipeline.attach(program: "rewrite", to: tap.index, name: "other")
            #expect(try pipeline.attachedInterfaces().map(\.linkID) == before)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: mount.pins + "/links") == ["other-\(tap.index)"])
        }
    }

    @Test("links of interfaces that went away are recognised and swept; the others stay")
    func sweep() async throws {
        try await inOwnNetworkNamespace {
            let mount = try BPFMount()
            let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
            let (gone, stays) = (try TapInterface("gone0"), try TapInterface("stays0"))
            defer { stays.remove() }
            try pipeline.attach(program: "rewrite", to: gone.index, name: gone.name)
            try pipeline.attach(program: "rewrite", to: stays.index, name: stays.name)
            gone.remove()
            let attachments = try pipeline.attachedInterfaces()
            #expect(attachments.filter(\.isStale).map(\.interfaceIndex) == [0])
            #expect(try pipeline.sweepStaleLinks() == ["gone0-\(gone.index)"])
            #expect(try pipeline.attachedInterfaces().map(\.interfaceName) == ["stays0"])
            #expect(try pipeline.sweepStaleLinks() == [])
        }
    }

    @Test("an index that now means another interface, in another namespace, is not mistaken for ours")
    func reusedIndex() async throws {
        let mount = try BPFMount()
        let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
        let held = try await inOwnNetworkNamespace {
            let tap = try TapInterface("port0")
            try pipeline.attach(program: "rewrite", to: tap.index, name: tap.name)
            return HeldTap(tap)
        }
        try await inOwnNetworkNamespace {
            let other = try TapInterface("port0")
            defer { other.remove() }
            #expect(other.index == held.index)
            #expect(try pipeline.attachedInterfaces().map(\.isStale) == [true])
            try pipeline.attach(program: "rewrite", to: other.index, name: other.name)
            #expect(try LoadedPipeline.ingressLinks(onInterface: other.index).count == 1)
            #expect(try pipeline.attachedInterfaces().map(\.isStale) == [false])
        }
        held.remove()
    }

    @Test("purging detaches")
    func removeAll() async throws {
        try await inOwnNetworkNamespace {
            let mount = try BPFMount()
            let tap = try TapInterface("port0")
            defer { tap.remove() }
            let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
            try pipeline.attach(program: "rewrite", to: tap.index, name: tap.name)
            try PinDirectory(mount.pins).removeAll()
            #expect(try LoadedPipeline.ingressLinks(onInterface: tap.index).isEmpty)
        }
    }

    @Test("unknown interfaces and programs are errors by name")
    func unknown() async throws {
        try await inOwnNetworkNamespace {
            let mount = try BPFMount()
            let pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
            #expect(throws: DatapathError.noSuchInterface(index: 4711)) {
                try pipeline.attach(program: "rewrite", to: 4711, name: "none")
            }
            #expect(throws: DatapathError.noSuchProgram(name: "nope", known: ["punt", "rewrite", "tally"])) {
                try pipeline.attach(program: "nope", to: 1, name: "lo")
            }
        }
    }

    @Test(
        "kernels before 6.6 are told apart",
        arguments: [("6.5.0-generic", true), ("6.6.0", false), ("5.15.0-91", true), ("6.18.44", false), ("7.0", false)])
    func kernelVersions(release: String, isOlder: Bool) {
        #expect(LoadedPipeline.isOlder(release, thanMajor: 6, minor: 6) == isOlder)
    }
}

/// Keeps a TAP interface, whose namespace lives as long as it does, across threads; only its descriptor is touched.
private final class HeldTap: @unchecked Sendable {
    private let tap: TapInterface
    let index: UInt32

    init(_ tap: TapInterface) { (self.tap, index) = (tap, tap.index) }

    func remove() { tap.remove() }
}
