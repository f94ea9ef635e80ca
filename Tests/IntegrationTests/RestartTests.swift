import Foundation
import Lab
import LinuxNetworking
import NeutronClient
import Testing

extension Integration {
    /// Agents and managers that come back to a world that went on without them.
    @Suite("Restart", .serialized, .lab("restart", Scenes.peering))
    struct RestartTests {
        let lab: TestLab

        init() throws { lab = try TestLab.current }

        @Test("an agent restarted without its manager knows its topology, and finds the tables right")
        func journal() async throws {
            let before = try await lab.lasting()
            let agents = ["site1/gateway", "site1/compute"]
            try await lab.expectNoLoss {
                try await lab.end(agents + ["site1"])
                for agent in agents { try lab.lab.start(try lab.process(agent)) }
                for agent in agents {
                    try await lab.eventually("\(agent) answers") { (try? await lab.status(agent)) != nil }
                    let status = try await lab.status(agent)
                    #expect(!status.connected)
                    #expect(status.mendedRows == 0 && status.adoptedRows >= status.tableRows)
                    #expect(status.revision > 0 && status.lastError == "")
                    #expect(try lab.tables(agent) == before.tables[agent])
                }
                #expect(try await lab.portsAtHost("site1/compute").allSatisfy(\.active))
                try await lab.start(["site1"])
            }
            try await lab.expectUnchanged(since: before, restarted: agents)
        }

        @Test("what changed at the manager while an agent was away arrives when it is back")
        func missedChanges() async throws {
            let api = try lab.api("site1")
            let port = try await lab.named(NeutronClient.Port.self, "a1", at: "site1")
            try await lab.end(["site1/compute"])
            _ = try await api.update(NeutronClient.Port.self, port.id, .init(adminStateUp: false))
            try await lab.start(["site1/compute"])
            try await lab.eventually("the port is down") {
                try await api.get(NeutronClient.Port.self, port.id).status == "DOWN"
            }
            #expect(
                try await lab.portsAtHost("site1/compute").first { $0.port == port.id }?.reason
                    == "administratively down")
            try await lab.expectNoPing("a1", "10.0.0.3")
            try await lab.expectPing("b1", "10.0.0.3")

            // The other way, with the manager away in between.
            try await lab.end(["site1/compute"])
            _ = try await api.update(NeutronClient.Port.self, port.id, .init(adminStateUp: true))
            try await lab.end(["site1"])
            try await lab.start(["site1", "site1/compute"])
            try await lab.eventually("the port is active") {
                try await api.get(NeutronClient.Port.self, port.id).status == "ACTIVE"
            }
            try await lab.eventually("a1 is reached again") { try await lab.ping("a1", "10.0.0.3", count: 1).isWhole }
        }

        @Test("a port deleted while its agent was away is gone from the kernel when it is back")
        func missedDeletion() async throws {
            let api = try lab.api("site2")
            let host = "site2/gateway"
            let port = try await lab.named(NeutronClient.Port.self, "b3", at: "site2")
            let rows = try lab.tables(host)
            try await lab.end([host])
            try await api.delete(NeutronClient.Port.self, port.id)
            try await lab.start([host])
            try await lab.eventually("the port's rows are gone") {
                try lab.tables(host).allSatisfy { !$0.contains(port.macAddress) }
            }
            #expect(rows.contains { $0.contains(port.macAddress) })
            #expect(try await lab.portsAtHost(host).count == 2)
            try await lab.expectNoPing("b3", "10.0.0.3")

            // Its place is free: the same address and MAC again, and the tables are as they were but for its number.
            try await lab.shell("b3", "ip link delete eth0")
            let again = try await api.create(
                NeutronClient.Port.self,
                .init(
                    networkID: port.networkID, name: port.name, projectID: port.projectID,
                    macAddress: port.macAddress,
                    fixedIPs: port.fixedIPs.map { .init(ipAddress: $0.ipAddress) }, deviceID: port.deviceID,
                    deviceOwner: port.deviceOwner))
            try await lab.lab.plug(again, into: "b3", at: "site2")
            try await lab.expectPing("b3", "10.0.0.3")
            #expect(try lab.tables(host).count == rows.count)
        }

        @Test("a change asked for while the manager restarts is refused or done, and reaches the agents")
        func changesDuringRestart() async throws {
            let api = try lab.api("site1")
            let port = try await lab.named(NeutronClient.Port.self, "b1", at: "site1")
            for isUp in [false, true] {
                try await lab.end(["site1"])
                let manager = try lab.lab.start(try lab.process("site1"))
                // It is refused until the manager is there, and the first that is taken counts.
                try await lab.eventually("the manager takes a change") {
                    do {
                        let changed = try await api.update(
                            NeutronClient.Port.self, port.id, .init(adminStateUp: isUp))
                        return changed.adminStateUp == isUp
                    } catch NeutronClientError.unreachable {
                        return false
                    }
                }
                try await lab.eventually("the agent follows") {
                    try await api.get(NeutronClient.Port.self, port.id).status == (isUp ? "ACTIVE" : "DOWN")
                }
                #expect(manager.isRunning)
            }
            // The gateway's agent may be some moments behind.
            try await lab.eventually("b1 is reached again") { try await lab.ping("b1", "10.0.0.3", count: 1).isWhole }
        }

        @Test("invariant 3: an agent that lost its memory, and has no manager, leaves the tables as they are")
        func withoutMemory() async throws {
            let before = try await lab.lasting()
            let host = "site1/compute"
            let data = lab.lab.directory.agentData("site1", "compute")
            try await lab.expectNoLoss {
                try await lab.end([host, "site1"])
                try FileManager.default.removeItem(atPath: data)
                let agent = try lab.lab.start(try lab.process(host))
                try await lab.eventually("it waits for a manager") {
                    try lab.log(host).split(separator: "\n").last?.contains("waiting for a manager to join") == true
                }
                #expect(agent.isRunning)
                #expect(try lab.tables(host) == before.tables[host])
                try await lab.expectPing("b1", "10.0.0.3")
                try await lab.start(["site1"])
            }
            // Joined again, it is the same host.
            try await lab.expectUnchanged(since: before, restarted: [host])
        }

        @Test(
            "invariant 3: a journal that is damaged or missing is no reason to touch the tables",
            arguments: ["missing", "cut", "flipped"])
        func withoutJournal(damage: String) async throws {
            let before = try await lab.lasting()
            let host = "site1/compute"
            let journal = lab.lab.directory.agentData("site1", "compute") + "/topology.journal"
            try await lab.expectNoLoss {
                try await lab.end([host, "site1"])
                let content = try Data(contentsOf: URL(filePath: journal))
                switch damage {
                case "missing": try FileManager.default.removeItem(atPath: journal)
                // As after a power cut: the last record is not whole.
                case "cut": try content.dropLast(7).write(to: URL(filePath: journal))
                default:
                    var flipped = content
                    flipped[content.count / 2] ^= 0x10
                    try flipped.write(to: URL(filePath: journal))
                }
                try lab.lab.start(try lab.process(host))
                try await lab.eventually("it answers") { (try? await lab.status(host)) != nil }
                #expect(try lab.tables(host) == before.tables[host])
                try await lab.expectPing("b1", "10.0.0.3")
                try await lab.start(["site1"])
            }
            try await lab.expectUnchanged(since: before, restarted: [host])
        }
    }
}

extension TestLab {
    /// `tombolo agent ports --json`.
    struct PortState: Codable, Hashable, Sendable {
        var port: String
        var active: Bool
        var reason: String
    }

    func portsAtHost(_ host: String) async throws -> [PortState] {
        try JSONDecoder().decode([PortState].self, from: Data(try await agent(host, "ports").utf8))
    }
}
