import Addresses
import Glibc
import LinuxNetworking

/// One of the lab's own processes.
package enum LabProcess: Hashable, Sendable, CustomStringConvertible {
    case manager(site: String)
    case agent(site: String, host: String)

    package var description: String {
        switch self {
        case .manager(let site): "the manager of \(site)"
        case .agent(let site, let host): "the agent of \(site)/\(host)"
        }
    }
}

extension Lab {
    /// Starts it in its namespace; it outlives this process. Its output is added to its log.
    @discardableResult
    package func start(_ process: LabProcess) throws -> ChildProcess {
        var spawner = ProcessSpawner(binary, try arguments(of: process))
        spawner.namespace = try NetworkNamespace.open(named: try namespace(of: process))
        spawner.output = .file(log(of: process), append: true)
        spawner.error = .sameAsOutput
        spawner.group = .newSession
        spawner.workingDirectory = "/"
        return try spawner.spawn()
    }

    /// Its process ids: one, or none when it doesn't run.
    package func processIDs(of process: LabProcess) throws -> [pid_t] {
        let namespace = try NetworkNamespace.open(named: try namespace(of: process))
        // `tombolo agent drops` and the like run in the same namespace.
        let begin = try Array(arguments(of: process).prefix(process.wordsOfCommand))
        return try namespace.processes().filter { candidate in
            let words = ProcFile.read("/proc/\(candidate)/cmdline")?.split(separator: "\0").map(String.init) ?? []
            return Array(words.dropFirst().prefix(begin.count)) == begin
        }
    }

    package func isRunning(_ process: LabProcess) throws -> Bool { try !processIDs(of: process).isEmpty }

    /// Sends it a signal and returns when it has ended.
    package func kill(_ process: LabProcess, signal: Int32 = SIGKILL) async throws {
        let processes = try processIDs(of: process).compactMap { try ForeignProcess($0) }
        for process in processes { try process.kill(signal) }
        try await ForeignProcess.ends(of: processes, atMost: .seconds(10))
        guard processes.allSatisfy(\.hasEnded) else {
            throw LabError.process(
                name: process.description, reason: "did not end after signal \(signal)", log: logTail(process))
        }
    }

    package func log(of process: LabProcess) -> String {
        switch process {
        case .manager(let site): directory.managerLog(site)
        case .agent(let site, let host): directory.agentLog(site, host)
        }
    }

    private func namespace(of process: LabProcess) throws(LabError) -> String {
        switch process {
        case .manager(let site): try self.site(site).netns
        case .agent(let site, let host): try self.host(host, at: site).netns
        }
    }

    private func arguments(of process: LabProcess) throws(LabError) -> [String] {
        switch process {
        case .manager(let name):
            let site = try site(name)
            return [
                "manager", "--data-dir", directory.managerData(name), "--listen", "0.0.0.0:\(LabPort.api)",
                "--agent-listen", "\(site.manager):\(LabPort.agents)", "--join-listen",
                "\(site.manager):\(LabPort.join)", "--advertise", "\(site.manager)", "--public-url", site.endpoint,
            ]
        case .agent(let site, let name):
            let host = try host(name, at: site)
            return [
                "agent", "run", "--data-dir", directory.agentData(site, name), "--pin-dir", directory.pins(site, name),
                "--control-socket", directory.controlSocket(site, name), "--host-name", name, "--join-token-file",
                directory.joinToken(site), "--tunnel-address", "\(host.address.address)",
            ]
        }
    }

    /// The last lines of its log, for errors.
    func logTail(_ process: LabProcess) -> String {
        guard let text = ProcFile.read(log(of: process), last: 4000) else { return "" }
        return text.split(separator: "\n").suffix(12).map { "    \($0)" }.joined(separator: "\n")
    }
}

extension LabProcess {
    /// How many of its first arguments tell it from the binary's other commands.
    fileprivate var wordsOfCommand: Int {
        switch self {
        case .manager: 1
        case .agent: 2
        }
    }
}
