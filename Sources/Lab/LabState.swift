import FoundationEssentials

/// What is known of a lab on disk. It is written before the first effect, and again before each further one that it
/// has to name.
package struct LabState: Codable, Sendable {
    /// Of this file's format.
    package var version = 1
    package var plan: LabPlan
    /// Ports plugged into VMs, by `SITE/VM`.
    package var ports: [String: PluggedPort] = [:]

    package struct PluggedPort: Codable, Hashable, Sendable {
        package var id: String
        package var mac: String
        package var addresses: [String]
    }

    init(plan: LabPlan) { self.plan = plan }

    /// Nil when the lab has no state: it ended before it began, or there is no such lab.
    static func load(_ directory: LabDirectory) throws(LabError) -> LabState? {
        guard FileManager.default.fileExists(atPath: directory.state) else { return nil }
        do {
            return try JSONDecoder().decode(
                LabState.self, from: Data(contentsOf: URL(filePath: directory.state)))
        } catch {
            throw .file(path: directory.state, reason: "\(error)")
        }
    }

    /// A crash leaves the old file or the new one.
    func save(_ directory: LabDirectory) throws(LabError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(self).write(to: URL(filePath: directory.state), options: .atomic)
        } catch {
            throw .file(path: directory.state, reason: "\(error)")
        }
    }
}
