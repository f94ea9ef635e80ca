import Addresses
import Foundation
import LinuxNetworking
import NeutronClient
import Testing

@testable import Lab

/// All tests with whole labs: one after the other, since each suite's lab wants the machine for itself.
@Suite("Integration", .serialized, .timeLimit(.minutes(2))) enum Integration {}

/// A lab of a test suite: real managers and agents in namespaces, gone when the suite is over, however it ends.
struct TestLab: Sendable {
    /// The suite's, inside of its tests.
    @TaskLocal private static var scoped: TestLab?

    static var current: TestLab {
        get throws {
            guard let scoped else { throw Missing(description: "the suite has no .lab(…) trait") }
            return scoped
        }
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let lab: Lab

    /// Makes the lab, runs `body`, takes the lab away, and checks that nothing is left.
    ///
    /// - Parameters:
    ///   - label: a few lower-case letters that tell this lab from the process's others.
    ///   - yaml: the lab's definition (docs/lab.md) without its name.
    ///   - binary: the program; nil: the one next to the tests' own.
    static func with<Value: Sendable>(
        _ label: String, _ yaml: String, binary: String? = nil, _ body: @Sendable (TestLab) async throws -> Value
    ) async throws -> Value {
        try await earlierRuns.value
        let binary = try binary ?? Self.binary()
        let name = "\(prefix)\(getpid())\(label)"
        let definition = try LabDefinition(yaml: "name: \(name)\n\(yaml)")
        let test = TestLab(lab: try await Lab.up(definition, binary: binary))
        let value: Value
        do {
            value = try await $scoped.withValue(test) { try await body(test) }
        } catch {
            // The test's task may have been cancelled by its time limit; its cleaning up must not be.
            try await Task { try await Lab.down(name) }.value
            throw error
        }
        try await Task { try await Lab.down(name) }.value
        #expect(try Lab.remains(of: name) == [])
        return value
    }

    private static let prefix = "t"

    /// What test processes left that were killed: their labs have the process's id in their names.
    private static let earlierRuns = Task {
        for name in try LabDirectory.list() {
            guard name.hasPrefix(prefix), let pid = pid_t(name.dropFirst(prefix.count).prefix(while: \.isNumber)),
                kill(pid, 0) != 0, errno == ESRCH
            else { continue }
            try await Lab.down(name)
        }
    }

    /// The program next to the tests' own.
    static func binary() throws -> String {
        guard geteuid() == 0 else {
            throw Missing(description: "these tests make network namespaces and load BPF programs: run them as root")
        }
        let path = URL(filePath: try Lab.ownBinary).deletingLastPathComponent().appending(path: "tombolo").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "there is no \(path): build the product tombolo first")
        }
        for program in ["tcpdump", "tshark", "ping", "iperf3", "nft"] {
            let found = ["/usr/bin/", "/usr/sbin/", "/bin/"].contains { access($0 + program, X_OK) == 0 }
            if !found { throw Missing(description: "there is no \(program): scripts/install-packages test") }
        }
        return path
    }

    // MARK: Places

    /// Runs a program in a VM (`a1`, `site1/a1`), a host (`site1/gateway`), a site's namespace (`site1`) or `wan`.
    @discardableResult
    func run(
        _ place: String, _ program: String, _ arguments: String..., timeout: Duration = .seconds(30)
    ) async throws -> ProcessResult {
        try await ProcessSpawner.run(program, arguments, in: try namespace(place), timeout: timeout)
    }

    /// The same with a line of shell; throws when it fails.
    @discardableResult
    func shell(_ place: String, _ line: String) async throws -> String {
        let result = try await run(place, "/bin/sh", "-ec", line)
        guard result.isSuccess else {
            throw LabError.command(
                "\(place)# \(line)", status: "\(result.status)", output: result.outputText + result.errorText)
        }
        return result.outputText
    }

    func namespace(_ place: String) throws -> NetworkNamespace {
        try NetworkNamespace.open(named: try lab.namespace(of: place))
    }

    func mac(of interface: String, in place: String) throws -> String {
        let link = try RouteNetlink(in: try namespace(place)).existing(interface)
        return try #require(link.mac?.description)
    }

    // MARK: API

    func api(_ site: String) throws -> NeutronClient { try lab.client(site: site) }

    /// The one resource of this name.
    func named<R: NeutronResource>(_ type: R.Type, _ name: String, at site: String) async throws -> R {
        let found = try await api(site).list(type, where: ["name": name])
        return try #require(found.count == 1 ? found.first : nil, "\(found.count) \(R.collection) named \(name)")
    }

    // MARK: Hosts

    struct Drop: Codable, Hashable, Sendable {
        var port: String
        var reason: String
        var packets: Int
    }

    /// `tombolo agent drops --json` at a host, written `site1/gateway`.
    func drops(_ host: String) async throws -> [Drop] {
        try JSONDecoder().decode([Drop].self, from: Data(try await agent(host, "drops").utf8))
    }

    /// How many packets were dropped meanwhile at a host, by reason.
    func drops(_ host: String, during body: () async throws -> Void) async throws -> [String: Int] {
        func sums() async throws -> [String: Int] {
            Dictionary(try await drops(host).map { ($0.reason, $0.packets) }, uniquingKeysWith: +)
        }
        let before = try await sums()
        try await body()
        return try await sums().reduce(into: [:]) { result, sum in
            let packets = sum.value - (before[sum.key] ?? 0)
            if packets != 0 { result[sum.key] = packets }
        }
    }

    /// `tombolo agent COMMAND --json` at a host.
    func agent(_ host: String, _ command: String) async throws -> String {
        let (site, name) = try Self.parts(host)
        return try await lab.tombolo(
            ["agent", command, "--json", "--control-socket", lab.directory.controlSocket(site, name)],
            in: try lab.host(name, at: site).netns)
    }

    static func parts(_ host: String) throws -> (site: String, host: String) {
        let words = host.split(separator: "/").map(String.init)
        try #require(words.count == 2, "a host is written SITE/HOST, not \(host)")
        return (words[0], words[1])
    }

    // MARK: Waiting

    /// For what has no event to wait for: asks until the condition holds, at most `limit`; then it fails.
    func eventually(
        _ what: String, within limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        do {
            try await lab.wait(for: what, atMost: limit) { try await condition() ? nil : "it is not so" }
        } catch let LabError.notReady(what, seconds, _) {
            Issue.record("not within \(seconds) s: \(what)", sourceLocation: sourceLocation)
        }
    }
}

/// Gives a suite a lab that its tests share: `TestLab.current`.
struct LabTrait: SuiteTrait, TestScoping {
    var label: String
    var yaml: String

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await TestLab.with(label, yaml) { _ in try await function() }
    }
}

extension Trait where Self == LabTrait {
    /// - Parameters:
    ///   - label: a few lower-case letters.
    ///   - yaml: the lab's definition without its name.
    static func lab(_ label: String, _ yaml: String) -> LabTrait { LabTrait(label: label, yaml: yaml) }
}
