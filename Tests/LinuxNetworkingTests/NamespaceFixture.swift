import Foundation
import Synchronization
import Testing

@testable import LinuxNetworking

/// Namespaces that exist for one test. Their names carry the test process's id; those that a crashed run left are
/// removed by the next one.
struct NamespaceFixture {
    let namespaces: [NetworkNamespace]

    private static let counter = Mutex(0)
    private static let sweep: Void = {
        for name in (try? NetworkNamespace.list()) ?? [] where name.hasPrefix("tbtest-") {
            let parts = name.split(separator: "-")
            guard parts.count == 3, let owner = pid_t(parts[1]), kill(owner, 0) < 0, errno == ESRCH else { continue }
            try? NetworkNamespace.delete(named: name)
        }
    }()

    /// Runs `body` with `count` new namespaces, their loopbacks up, and removes them whatever happens.
    @discardableResult
    static func with<Value>(_ count: Int, _ body: ([NetworkNamespace]) async throws -> Value) async throws -> Value {
        try #require(geteuid() == 0, "these tests make network namespaces: run them as root")
        _ = sweep
        var namespaces: [NetworkNamespace] = []
        defer {
            for namespace in namespaces {
                for process in (try? namespace.processes()) ?? [] {
                    Issue.record("process \(process) was left in \(namespace)")
                    kill(process, SIGKILL)
                }
                if let name = namespace.name {
                    #expect(throws: Never.self) { try NetworkNamespace.delete(named: name) }
                }
            }
        }
        for _ in 0..<count {
            let number = counter.withLock {
                $0 += 1
                return $0
            }
            let namespace = try NetworkNamespace.create(named: "tbtest-\(getpid())-\(number)")
            namespaces.append(namespace)
            try RouteNetlink(in: namespace).setLink(1, up: true)
        }
        return try await body(namespaces)
    }
}

/// iproute2 as an independent witness: `ip -j …` in a namespace, decoded.
func witness(_ namespace: NetworkNamespace, _ arguments: String...) async throws -> [[String: Any]] {
    let result = try await ProcessSpawner.run("ip", ["-j", "-d"] + arguments, in: namespace)
    try #require(result.isSuccess, "ip \(arguments): \(result.errorText)")
    if result.output.isEmpty { return [] }
    let json = try JSONSerialization.jsonObject(with: Data(result.output))
    // Deleted or filtered elements are printed as empty objects.
    return try #require(json as? [[String: Any]]).filter { !$0.isEmpty }
}
