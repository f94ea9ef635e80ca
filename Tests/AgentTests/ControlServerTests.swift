import Foundation
import Glibc
import Logging
import SeededRandom
import Synchronization
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(1))) struct ControlServerTests {
    /// Runs `body` with a server that answers `status` with its own words, and `unplug` after `release`.
    private func withServer(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "tombolo-agent-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/run/agent.sock"
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await ControlServer.run(path: path, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
                    request in
                    switch request {
                    case .drops:
                        return .drops((0..<20_000).map { DropCount(port: "port \($0)", reason: "r", packets: 1) })
                    case .ports:
                        // Until the server is told to stop.
                        try? await Task.sleep(for: .seconds(3600))
                        return .done
                    default: return .failed(message: "as asked")
                    }
                }
            }
            while !ControlClient(path: path).isAnswered { try await Task.sleep(for: .milliseconds(5)) }
            try await body(path)
            group.cancelAll()
            // Told to stop, it says so.
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory + "/run") == [], "the socket's file is gone")
    }

    /// The blocking client on a thread of its own.
    private func ask(_ path: String, _ request: ControlRequest) async -> Result<ControlReply, ControlClient.Failure> {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    returning: Result { () throws(ControlClient.Failure) in
                        try ControlClient(path: path).request(request)
                    })
            }
        }
    }

    private func connect(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        return descriptor
    }

    @Test("A request is answered, a failure is told in the agent's words, a long answer arrives whole")
    func answers() async throws {
        try await withServer { path in
            guard case .failure(.refused("as asked")) = await ask(path, .status) else {
                Issue.record("no refusal")
                return
            }
            guard case .success(.drops(let drops)) = await ask(path, .drops) else {
                Issue.record("no drops")
                return
            }
            #expect(drops.count == 20_000)
        }
    }

    @Test("Only root may connect")
    func permissions() async throws {
        try await withServer { path in
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("Nonsense is answered with a refusal, and nobody else is disturbed")
    func hostile() async throws {
        try await withServer { path in
            var random = SplitMix64(seed: 1)
            let nonsense: [[UInt8]] =
                [
                    Array("\n".utf8), Array("{}\n".utf8), Array("[1,2]\n".utf8), Array("{\"plug\":{}}\n".utf8),
                    Array((String(repeating: "[", count: 60_000) + "\n").utf8), [0xff, 0xfe, 0x0a],
                    Array(String(repeating: "a", count: 70_000).utf8),
                ]
                + (0..<20).map { _ in (0..<200).map { _ in UInt8.random(in: .min ... .max, using: &random) } + [0x0a] }
            for bytes in nonsense {
                let descriptor = try connect(path)
                defer { close(descriptor) }
                _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                let data = try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
                guard case .failed = try JSONDecoder().decode(ControlReply.self, from: data) else {
                    Issue.record("an answer to nonsense: \(bytes.prefix(20))")
                    continue
                }
            }
            // Gone without a word, or in the middle of one.
            for length in [0, 3] {
                let descriptor = try connect(path)
                _ = Array("{\"s".utf8).prefix(length).withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
                close(descriptor)
            }
            guard case .failure(.refused("as asked")) = await ask(path, .status) else {
                Issue.record("the server is disturbed")
                return
            }
        }
    }

    @Test("Clients that say nothing, and requests that take long, block nobody; of too many one is told so")
    func slow() async throws {
        try await withServer { path in
            let silent = try (0..<40).map { _ in try connect(path) }
            defer { for descriptor in silent { close(descriptor) } }
            let waiting = (0..<10).map { _ in Task { await ask(path, .ports) } }
            guard case .failure(.refused("as asked")) = await ask(path, .status) else {
                Issue.record("blocked")
                return
            }
            let more = try (0..<40).map { _ in try connect(path) }
            defer { for descriptor in more { close(descriptor) } }
            guard case .failure(.refused("the agent has too many control connections")) = await ask(path, .status)
            else {
                Issue.record("the limit is not one")
                return
            }
            _ = waiting
        }
    }

    @Test("A dead agent's socket is replaced; a live one's, and a file that is none, are not")
    func replaces() async throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await withServer { path in
            await #expect(throws: ControlServer.Failure.self) {
                try await ControlServer.run(path: path, log: log) { _ in .done }
            }
            let file = path + ".txt"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
            await #expect(throws: ControlServer.Failure.self) {
                try await ControlServer.run(path: file, log: log) { _ in .done }
            }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
            try FileManager.default.removeItem(atPath: file)
            await #expect(throws: ControlServer.Failure.self) {
                try await ControlServer.run(path: "/tmp/" + String(repeating: "x", count: 100), log: log) { _ in .done }
            }
            guard case .failure(.refused("as asked")) = await ask(path, .status) else {
                Issue.record("the first server lost its socket")
                return
            }
        }
    }
}
