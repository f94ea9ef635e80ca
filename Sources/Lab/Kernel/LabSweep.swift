import FoundationEssentials
import Glibc
import LinuxNetworking

/// Finds and takes away what a lab has in the kernel, by its state file and by the names that only its things have.
/// Each step may find nothing: whatever an interrupted lab left is enough to begin with.
struct LabSweep {
    private let directory: LabDirectory
    /// Nil when the lab ended before it had one, or it cannot be read: the names alone are enough then.
    private let plan: LabPlan?

    init(_ directory: LabDirectory) {
        self.directory = directory
        plan = try? LabState.load(directory)?.plan
    }

    private var lab: String { directory.lab }

    /// Names without a namespace too: the crash came between the file and the mount on it.
    func namespaces() throws -> [String] {
        let directory = NetworkNamespace.directory
        guard access(directory, F_OK) == 0 else { return [] }
        let prefix = LabPlan.namespacePrefix(lab: lab)
        let planned = Set(plan?.namespaces ?? [])
        return try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { $0.hasPrefix(prefix) || planned.contains($0) }.sorted()
    }

    /// In the root namespace.
    func links() throws -> [Link] {
        let prefix = LabPlan.linkPrefix(lab: lab)
        let alias = LabPlan.linkAlias(lab: lab)
        // No alias: the crash came right after the link was made.
        return try RouteNetlink().links().filter { link in
            link.name.hasPrefix(prefix) && (link.alias == alias || link.alias == nil)
        }
    }

    func isMounted() -> Bool { Mount.isBPFFilesystem(directory.bpf) }

    /// All there is, in words.
    func findings() throws -> [String] {
        var found = try namespaces().map { "namespace \($0)" }
        found += try links().map { "link \($0.name)" }
        if isMounted() { found.append("mount \(directory.bpf)") }
        if directory.exists { found.append("directory \(directory.path)") }
        return found
    }

    /// Ends every process in the lab's namespaces. New ones may start meanwhile (a shell's children), so it goes on
    /// until there are none.
    func endProcesses() async throws {
        for name in try namespaces() {
            let namespace = try NetworkNamespace.open(named: name)
            var rounds = 0
            var processes = try processes(in: namespace)
            while !processes.isEmpty {
                guard rounds < 10 else {
                    throw LabError.leftovers(processes.map { "process \($0.pid) in \(name)" })
                }
                for process in processes { try process.kill(SIGKILL) }
                try await ForeignProcess.ends(of: processes, atMost: .seconds(5))
                processes = try self.processes(in: namespace)
                rounds += 1
            }
        }
    }

    private func processes(in namespace: NetworkNamespace) throws -> [ForeignProcess] {
        try namespace.processes().filter { $0 != getpid() }.compactMap { try ForeignProcess($0) }.filter {
            !$0.hasEnded
        }
    }

    func removeKernelObjects() throws {
        for link in try links() { try remove(link) }
        for name in try namespaces() { try NetworkNamespace.delete(named: name) }
        while isMounted() { try Mount.unmount(directory.bpf, lazily: true) }
    }

    private func remove(_ link: Link) throws {
        do {
            try RouteNetlink().delete(index: link.index)
        } catch let error as NetlinkError {
            // The end of the namespace at its other side may have taken it.
            if error.errno != ENODEV { throw error }
        }
    }
}
