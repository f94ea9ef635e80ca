import FoundationEssentials
import Glibc
import LinuxNetworking
import NeutronClient

/// Waiting for the lab's processes. They say that they are ready by answering, so this asks; between two refusals it
/// lets them have the processor.
extension Lab {
    private static let pause = Duration.milliseconds(20)
    static let patience = Duration.seconds(60)

    /// Starts it and returns when it does its work: a manager answers requests, an agent has its stream and its socket.
    package func startAndWait(_ process: LabProcess) async throws {
        let child = try start(process)
        try await waitUntilReady(process, child: child)
    }

    /// `child`: when it is this process's; its early end is then an error at once.
    package func waitUntilReady(_ process: LabProcess, child: ChildProcess? = nil) async throws {
        try await wait(for: process.description) {
            if let status = child?.exitStatus {
                throw LabError.process(
                    name: process.description, reason: "ended with \(status)", log: self.logTail(process))
            }
            return switch process {
            case .manager(let site): try await self.whyManagerIsNotReady(site)
            case .agent(let site, let host): try await self.whyAgentIsNotReady(site, host)
            }
        }
    }

    /// Returns when the datapaths of the site's hosts hold what its manager has acknowledged so far.
    package func waitUntilHostsFollow(site: String) async throws {
        let client = try client(site: site)
        try await wait(for: "the hosts of \(site)") {
            let behind = try await client.list(NeutronClient.Agent.self).filter { !$0.configurations.upToDate }
            return behind.isEmpty ? nil : behind.map { "\($0.host) is behind" }.sorted().joined(separator: ", ")
        }
    }

    /// Asks again and again until `reason` gives nil.
    func wait(
        for what: String, atMost limit: Duration = Lab.patience, until reason: () async throws -> String?
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while let reason = try await reason() {
            guard ContinuousClock.now < deadline else {
                throw LabError.notReady(what: what, seconds: limit / .seconds(1), reason: reason)
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func whyManagerIsNotReady(_ site: String) async throws -> String? {
        let (answer, refusal) = try await ask(site, "/v2.0/networks")
        guard answer != nil else { return refusal }
        let token = directory.joinToken(site)
        return access(token, R_OK) == 0 ? nil : "\(token) is not there"
    }

    /// - Returns: what the site's manager answers, or why it doesn't.
    private func ask(_ site: String, _ path: String) async throws -> (body: [UInt8]?, refusal: String) {
        do {
            let answer = try await client(site: site).send("GET", path)
            return answer.status == 200
                ? (Array(answer.body), "") : (nil, "GET \(path) answers \(answer.status)")
        } catch {
            if Task.isCancelled { throw CancellationError() }
            return (nil, "\(error)")
        }
    }

    private func whyAgentIsNotReady(_ site: String, _ host: String) async throws -> String? {
        let socket = directory.controlSocket(site, host)
        guard UnixSocket.accepts(socket) else { return "nobody listens at \(socket)" }
        // Its manager may be starting, too.
        let (answer, refusal) = try await ask(site, "/v2.0/agents")
        guard let answer else { return refusal }
        let agents = try JSONDecoder().decode(AgentList.self, from: Data(answer)).agents
        guard let agent = agents.first(where: { $0.host == host }) else { return "the manager doesn't know it" }
        return agent.alive ? nil : "the manager doesn't hear it"
    }
}

private struct AgentList: Decodable {
    struct Agent: Decodable {
        var host: String
        var alive: Bool
    }

    var agents: [Agent]
}

enum UnixSocket {
    /// Somebody listens there.
    static func accepts(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8) + [0]
        guard bytes.count <= MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
