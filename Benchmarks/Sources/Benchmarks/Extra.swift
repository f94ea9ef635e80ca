import Foundation

/// What is measured besides traffic.
enum Extra: String, CaseIterable {
    /// From the API call that makes a route to another site until a packet takes it.
    case firstPacket = "first-packet"
    /// Translation ②: a host's tables after one port's change, and from scratch.
    case recomputation
    /// Resident memory of manager and agents; with the large world when it is there.
    case memory

    func measure(_ options: Options, _ labs: [PathName: TomboloLab]) throws -> [ResultRow] {
        switch self {
        case .firstPacket:
            guard let lab = labs[.tombolo] else { return [] }
            return try FirstPacket(lab: lab, traffic: options.traffic).measure()
        case .recomputation: return Recomputation().measure()
        case .memory:
            return try PathName.allCases.flatMap { path in try labs[path].map { try Memory.of($0, path) } ?? [] }
        }
    }
}

/// Resident memory (VmRSS) of a lab's processes, found by the directories they were given.
enum Memory {
    static func of(_ lab: TomboloLab, _ path: PathName) throws -> [ResultRow] {
        var managers: [Double] = []
        var agents: [Double] = []
        for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(entry) != nil {
            // A process may end while we look.
            guard let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(entry)/cmdline")),
                let status = try? String(contentsOfFile: "/proc/\(entry)/status", encoding: .utf8)
            else { continue }
            let arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard arguments.contains(where: { $0.hasPrefix("/run/tombolo/labs/\(lab.name)/") }),
                let resident = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
                let kilobytes = Double(resident.split(separator: " ").dropFirst().first ?? "")
            else { continue }
            if arguments.contains("manager") { managers.append(kilobytes / 1024) }
            if arguments.contains("agent") { agents.append(kilobytes / 1024) }
        }
        return [
            ResultRow("memory_manager", path.rawValue, "MiB", managers),
            ResultRow("memory_agent", path.rawValue, "MiB", agents),
        ]
    }
}
