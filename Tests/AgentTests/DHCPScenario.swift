import Foundation
import LinuxNetworking
import Resources
import Testing

@testable import Agent

extension ScenarioTests {
    func playDHCP(in world: World) async throws {
        let script = world.directory + "/lease.sh"
        let lease = world.directory + "/lease"
        try "#!/bin/sh\n[ \"$1\" = bound ] && env > \(lease)\nexit 0\n".write(
            toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        try await world.withManager { site in
            let network = try await site.makeNetwork()
            _ = try await site.makeSubnet(network, "10.1.0.0/24")
            let port = try await site.makePort(network)
            try await world.withAgent {
                try await world.plug(port.id, into: world.vms[0].name ?? "", configuresAddresses: false)
                let inside = try RouteNetlink(in: world.vms[0])
                let link = try #require(try inside.link(named: "eth0"))
                #expect(link.mac == port.macAddress)
                #expect(link.mtu == 1450)
                #expect(try inside.addresses(link: link.index).allSatisfy { $0.scope == .link })

                // Twice: the second answer goes out of the kept socket.
                for _ in 0..<2 {
                    try? FileManager.default.removeItem(atPath: lease)
                    let client = try await ProcessSpawner.run(
                        "udhcpc", ["-i", "eth0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", script],
                        in: world.vms[0])
                    #expect(client.status.isSuccess, "\(client.outputText) \(client.errorText)")
                    let text = try String(contentsOfFile: lease, encoding: .utf8)
                    let environment = Set(text.split(separator: "\n").map(String.init))
                    for line in [
                        "ip=\(port.address)", "subnet=255.255.255.0", "router=10.1.0.1", "dns=9.9.9.9", "mtu=1450",
                    ] {
                        #expect(environment.contains(line), "\(line) is not in \(text)")
                    }
                }

                // A storm from one VM costs that VM its own budget; another's first question is answered meanwhile.
                let other = try await site.makePort(network)
                try await world.plug(other.id, into: world.vms[1].name ?? "", configuresAddresses: false)
                let storm = Task {
                    let socket = try PacketSocket(link: link.index, in: world.vms[0])
                    let question = discover(port)
                    for _ in 0..<20_000 where !Task.isCancelled { try? socket.send(question) }
                }
                let client = try await ProcessSpawner.run(
                    "udhcpc", ["-i", "eth0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", script], in: world.vms[1])
                storm.cancel()
                try await storm.value
                #expect(client.status.isSuccess, "\(client.outputText) \(client.errorText)")
                guard case .drops(let drops) = try await world.ask(.drops) else { return }
                #expect(drops.contains { $0.port == port.id.description && $0.reason.contains("punt") }, "\(drops)")
                #expect(!drops.contains { $0.port == other.id.description && $0.reason.contains("punt") }, "\(drops)")

                // The interface goes and comes: an old socket is not in the way.
                try await world.unplug(port.id)
                try await world.plug(port.id, into: world.vms[0].name ?? "", configuresAddresses: false)
                let again = try await ProcessSpawner.run(
                    "udhcpc", ["-i", "eth0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", script], in: world.vms[0])
                #expect(again.status.isSuccess, "\(again.outputText) \(again.errorText)")
            }
        }
    }
}
