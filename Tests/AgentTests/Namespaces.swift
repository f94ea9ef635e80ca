import Foundation
import LinuxNetworking
import Testing

/// Network namespaces of one test: a host and some VMs. Those that a crashed run left are removed by the next one.
struct Namespaces {
    static let prefix = "tbagent-"

    let host: NetworkNamespace
    let others: [NetworkNamespace]

    private static let sweep: Void = {
        for name in (try? NetworkNamespace.list()) ?? [] where name.hasPrefix(prefix) {
            guard let owner = name.split(separator: "-").dropFirst().first.flatMap({ pid_t($0) }), kill(owner, 0) < 0,
                errno == ESRCH
            else { continue }
            try? NetworkNamespace.delete(named: name)
        }
    }()

    /// Runs `body` with new namespaces, loopbacks up, and removes them whatever happens.
    static func with<Value>(
        _ label: String, others count: Int, _ body: (Namespaces) async throws -> Value
    ) async throws -> Value {
        try #require(geteuid() == 0, "these tests make network namespaces: run them as root")
        _ = sweep
        var made: [NetworkNamespace] = []
        defer {
            for namespace in made {
                for process in (try? namespace.processes()) ?? [] { kill(process, SIGKILL) }
                if let name = namespace.name {
                    #expect(throws: Never.self) { try NetworkNamespace.delete(named: name) }
                }
            }
        }
        for number in 0...count {
            let namespace = try NetworkNamespace.create(named: "\(prefix)\(getpid())-\(label)-\(number)")
            made.append(namespace)
            try RouteNetlink(in: namespace).setLink(1, up: true)
        }
        return try await body(Namespaces(host: made[0], others: Array(made.dropFirst())))
    }
}
