import Foundation
import Glibc
import LinuxNetworking
import Testing

@testable import Lab

/// What there is on this machine that a lab makes, in words: for comparing before and after. Not what other labs have
/// that are up or being made meanwhile.
struct CleanupSnapshot: Sendable {
    private var things: Set<String> = []
    private var otherLabs: Set<String>
    private let lab: String

    init(for lab: String) throws {
        self.lab = lab
        otherLabs = Set(try LabDirectory.list())
        for name in Self.names(in: "/run/netns") where name.hasPrefix("tb-") { things.insert("namespace \(name)") }
        for link in try RouteNetlink().links() {
            if link.name.hasPrefix("tb") || link.alias?.hasPrefix("tombolo") == true || link.name.hasPrefix("tombolo") {
                things.insert("link \(link.name) \(link.alias ?? "")")
            }
        }
        let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2 else { continue }
            if words[1].hasPrefix("/run/netns/tb-") || words[1].hasPrefix("/run/tombolo") {
                things.insert("mount \(words[1])")
            }
        }
        for process in Self.names(in: "/proc") where process.allSatisfy(\.isNumber) {
            guard let command = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"), !command.isEmpty
            else {
                continue
            }
            let words = command.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            if words.contains(where: { $0.hasPrefix("/run/tombolo/") }),
                let running = try ForeignProcess(pid_t(process) ?? 0), !running.hasEnded
            {
                things.insert("process \(process) \(words.joined(separator: " "))")
            }
        }
        for directory in ["/run/tombolo", "/sys/fs/bpf/tombolo"] {
            guard FileManager.default.fileExists(atPath: directory) else { continue }
            things.insert("file \(directory)")
            let files = FileManager.default.enumerator(atPath: directory)
            while let file = files?.nextObject() as? String { things.insert("file \(directory)/\(file)") }
        }
        otherLabs.formUnion(try LabDirectory.list())
        otherLabs.remove(lab)
    }

    /// What came or went since `before`, sorted.
    func differences(since before: CleanupSnapshot) -> [String] {
        let others = otherLabs.union(before.otherLabs)
        let marks = others.flatMap {
            [LabPlan.namespacePrefix(lab: $0), LabPlan.linkPrefix(lab: $0), "/run/tombolo/labs/\($0)"]
        }
        // These are all labs' together.
        let shared: Set = others.isEmpty ? [] : ["file /run/tombolo", "file /run/tombolo/labs"]
        return things.symmetricDifference(before.things).subtracting(shared)
            .filter { thing in
                !marks.contains { thing.hasSuffix($0) || thing.contains($0.hasSuffix("-") ? $0 : $0 + "/") }
            }
            .sorted()
    }

    private static func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    /// Runs `body`, and expects that the machine is afterwards as it was before.
    static func expectNothingLeft(
        of lab: String, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
        after body: () async throws -> Void
    ) async throws {
        let before = try CleanupSnapshot(for: lab)
        do { try await body() } catch {
            // No second failure because of the first.
            if try !Lab.remains(of: lab).isEmpty { try await Lab.down(lab) }
            throw error
        }
        #expect(
            try CleanupSnapshot(for: lab).differences(since: before) == [], comment, sourceLocation: sourceLocation)
        if try !Lab.remains(of: lab).isEmpty { try await Lab.down(lab) }
    }
}
