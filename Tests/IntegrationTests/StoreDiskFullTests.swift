import Foundation
import LinuxNetworking
import NeutronClient
import Testing

@testable import Lab

extension Integration {
    @Suite("Store: full disk", .serialized)
    struct StoreDiskFullTests {
        @Test("invariant 5: a full disk is said with 503 and changes nothing; with room again the manager goes on")
        func full() async throws {
            let disk = try await SmallDisk(kilobytes: 1600)
            defer { disk.remove() }
            let manager = try await disk.startManager()
            var made: [String] = []
            var refusal: NeutronClientError?
            while refusal == nil, made.count < 2000 {
                do throws(NeutronClientError) {
                    let network = try await manager.api.create(
                        NeutronClient.Network.self,
                        .init(name: "n\(made.count)", description: String(repeating: "x", count: 200)))
                    made.append(network.id)
                } catch {
                    refusal = error
                }
            }
            guard case .api(status: 503, _, let message)? = refusal else {
                Issue.record("after \(made.count) networks: \(String(describing: refusal))")
                return
            }
            #expect(message.contains("disk is full"))
            let listed = try await manager.api.list(NeutronClient.Network.self)
            #expect(Set(listed.map(\.id)) == Set(made))
            #expect(listed.allSatisfy { $0.name != "n\(made.count)" })

            // Killed while there is no room, it comes back, and still says so.
            try manager.process.kill(SIGKILL)
            _ = try await manager.process.wait()
            let second = try await disk.startManager()
            #expect(try await second.api.list(NeutronClient.Network.self) == listed)

            try await disk.resize(kilobytes: 16_000)
            for id in made { try await second.api.delete(NeutronClient.Network.self, id) }
            let again = try await second.api.create(NeutronClient.Network.self, .init(name: "n\(made.count)"))
            try second.process.kill(SIGKILL)
            _ = try await second.process.wait()
            let third = try await disk.startManager()
            #expect(try await third.api.list(NeutronClient.Network.self) == [again])
            #expect(try await third.process.terminate().isSuccess)
        }
    }
}

/// A filesystem of a few kilobytes that goes with the process that holds it, and managers whose data is on it.
private struct SmallDisk {
    struct Manager {
        var process: ChildProcess
        var api: NeutronClient
    }

    private let directory: String
    private let holder: ChildProcess

    init(kilobytes: Int) async throws {
        directory = NSTemporaryDirectory() + "tombolo-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        // In a mount namespace of its own: however this ends, nothing stays mounted.
        var spawner = ProcessSpawner(
            "unshare",
            [
                "--mount", "/bin/sh", "-ec",
                "mount -t tmpfs -o size=\(kilobytes)k tmpfs '\(directory)'; echo mounted; exec sleep 600",
            ])
        spawner.output = .capture
        spawner.deathSignal = SIGKILL
        holder = try spawner.spawn()
        for await line in try #require(holder.standardOutput).lines where line == "mounted" { return }
        try FileManager.default.removeItem(atPath: directory)
        throw TestLab.Missing(description: "no tmpfs could be mounted")
    }

    private var inside: [String] { ["--target", "\(holder.pid)", "--mount"] }

    func resize(kilobytes: Int) async throws {
        let result = try await ProcessSpawner.run(
            "nsenter", inside + ["mount", "-o", "remount,size=\(kilobytes)k", directory])
        try #require(result.isSuccess, "\(result.errorText)")
    }

    /// Listens on loopback, on ports that the kernel chooses. Returns when it answers.
    func startManager() async throws -> Manager {
        let any = "127.0.0.1:0"
        var spawner = ProcessSpawner(
            "nsenter",
            inside + [
                try TestLab.binary(), "manager", "--data-dir", "\(directory)/manager", "--listen", any,
                "--agent-listen",
                any, "--join-listen", any, "--auth", "none", "--no-metrics",
            ])
        spawner.error = .capture
        spawner.deathSignal = SIGKILL
        let process = try spawner.spawn()
        var heard: [String] = []
        for await line in try #require(process.standardError).lines {
            heard.append(line)
            guard line.contains("Neutron API is up"),
                let word = line.split(separator: " ").first(where: { $0.hasPrefix("port=") })
            else { continue }
            return Manager(process: process, api: try NeutronClient(endpoint: "http://127.0.0.1:\(word.dropFirst(5))"))
        }
        throw TestLab.Missing(description: "the manager did not start: \(heard.joined(separator: "\n"))")
    }

    func remove() {
        do {
            try holder.kill(SIGKILL)
            try FileManager.default.removeItem(atPath: directory)
        } catch {
            Issue.record(error)
        }
    }
}
