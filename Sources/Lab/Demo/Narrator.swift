import Synchronization

/// Tells the demo's story, and keeps score.
final class Narrator: Sendable {
    private let write: @Sendable (String) -> Void
    private let failures = Mutex<[String]>([])

    init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    func title(_ text: String) { write("\n=== \(text)") }

    func say(_ text: String) { write(text) }

    /// Program output and the like.
    func show(_ text: String) {
        for line in text.split(separator: "\n") { write("    \(line)") }
    }

    /// Says what was seen. A check that fails doesn't end the story: what comes after it may tell why.
    func check(_ claim: String, _ holds: Bool, _ seen: String = "") {
        let line = claim + (seen.isEmpty ? "" : " (\(seen))")
        write((holds ? "  ok  " : "  FAILED  ") + line)
        if !holds { failures.withLock { $0.append(line) } }
    }

    /// Throws when a check has failed.
    func score() throws(LabError) {
        let failures = failures.withLock { $0 }
        if !failures.isEmpty { throw .checks(failures) }
    }
}
