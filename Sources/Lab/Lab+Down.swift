import Glibc
import LinuxNetworking

extension Lab {
    /// Takes a lab away, whatever there is of it: also one whose setting up was killed at any point.
    package static func down(_ name: String) async throws {
        guard geteuid() == 0 else { throw LabError.notRoot }
        // It becomes a path whose files are deleted: what could lead elsewhere ("", "..") is no lab's name.
        guard LabDefinition.isName(name, hyphens: false) else { throw LabError.unknown(lab: name) }
        let directory = LabDirectory(lab: name)
        guard try !LabSweep(directory).findings().isEmpty else {
            throw LabError.unknown(lab: name)
        }
        guard directory.exists else { return try await sweep(directory) }
        try await LabLock.whileHolding(directory) { try await sweep(directory) }
    }

    package func down() async throws { try await Self.down(name) }

    static func sweep(_ directory: LabDirectory) async throws {
        let sweep = LabSweep(directory)
        try await sweep.endProcesses()
        try sweep.removeKernelObjects()
        try directory.remove()
        let left = try sweep.findings()
        if !left.isEmpty { throw LabError.leftovers(left) }
    }

    /// What there is of a lab, in words; nothing when it is gone.
    package static func remains(of name: String) throws -> [String] {
        let directory = LabDirectory(lab: name)
        return try LabSweep(directory).findings()
    }
}
