import Foundation
import Lab
import LinuxNetworking
import NeutronClient
import Testing

@testable import Datapath

extension TestLab {
    /// `tombolo agent status --json`.
    struct AgentStatus: Codable, Hashable, Sendable {
        var connected: Bool
        var revision: UInt64
        var tableRows: Int
        var adoptedRows: Int
        var mendedRows: Int
        var lastError: String
    }

    func status(_ host: String) async throws -> AgentStatus {
        try JSONDecoder().decode(AgentStatus.self, from: Data(try await agent(host, "status").utf8))
    }

    /// Of `SITE/HOST`, or of a site's manager: `SITE`.
    func process(_ name: String) throws -> LabProcess {
        if name.contains("/") {
            let (site, host) = try Self.parts(name)
            return .agent(site: site, host: host)
        }
        return .manager(site: name)
    }

    /// Every host as `SITE/HOST`.
    var hosts: [String] { lab.plan.sites.flatMap { site in site.hosts.map { "\(site.name)/\($0.name)" } } }
    /// Every manager and agent.
    var processes: [String] { lab.plan.sites.map(\.name) + hosts }

    /// Ends them at the same time.
    func end(_ names: [String], signal: Int32 = SIGKILL) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names {
                let process = try process(name)
                group.addTask { try await lab.kill(process, signal: signal) }
            }
            try await group.waitForAll()
        }
    }

    /// Starts them at the same time, and returns when each does its work and every agent has its stream.
    func start(_ names: [String]) async throws {
        let children = try names.map { name in
            let process = try process(name)
            return (process, try lab.start(process))
        }
        for (process, child) in children { try await lab.waitUntilReady(process, child: child) }
        for name in hosts {
            try await eventually("\(name) has its stream") { (try? await status(name).connected) == true }
        }
    }

    /// A program of ours on an interface, by the interface's name and index.
    struct Attached: Hashable, Sendable {
        var link: UInt32
        var program: UInt32
    }

    func attached(_ host: String) throws -> [String: Attached] {
        let (site, name) = try Self.parts(host)
        let pins = PinDirectory(lab.directory.pins(site, name))
        let links = try PinnedLink.all(in: pins).map { link in
            (String(link.path.split(separator: "/").last ?? ""), Attached(link: link.id, program: link.programID))
        }
        return Dictionary(uniqueKeysWithValues: links)
    }

    func pinned(_ host: String) throws -> [String: UInt32] {
        let (site, name) = try Self.parts(host)
        let pins = PinDirectory(lab.directory.pins(site, name))
        var ids: [String: UInt32] = [:]
        for table in try PinDirectory.names(in: pins.maps) { ids["maps/\(table)"] = try pins.openTable(table).info.id }
        for program in try PinDirectory.names(in: pins.programs) {
            let descriptor = try #require(try PinDirectory.open(pins.programs + "/" + program))
            ids["programs/\(program)"] = try LoadedPipeline.programID(of: descriptor.number, program)
        }
        return ids
    }

    /// What outlives the processes: each host's tables and links, and the resources with their status.
    struct Lasting: Sendable {
        var tables: [String: [String]] = [:]
        var attached: [String: [String: Attached]] = [:]
        /// The kernel's ids of tables and of programs that the pins name.
        var pinned: [String: [String: UInt32]] = [:]
        var stores: [String: String] = [:]
    }

    func lasting() async throws -> Lasting {
        var lasting = Lasting()
        for host in hosts {
            lasting.tables[host] = try tables(host)
            lasting.attached[host] = try attached(host)
            lasting.pinned[host] = try pinned(host)
        }
        lasting.stores = try await stores()
        return lasting
    }

    /// Everything is as it was: the same tables with the same rows, the same programs on the same links, the same
    /// resources, ports ACTIVE again.
    ///
    /// - Parameters:
    ///   - restarted: hosts whose agent has another process than before.
    ///   - reloaded: those of them whose programs are new ones.
    func expectUnchanged(
        since before: Lasting, restarted: [String], reloaded: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for host in hosts {
            #expect(try tables(host) == before.tables[host], "\(host)", sourceLocation: sourceLocation)
            let links = try attached(host)
            let old = before.attached[host] ?? [:]
            #expect(links.mapValues(\.link) == old.mapValues(\.link), "\(host)", sourceLocation: sourceLocation)
            // New programs are put in the place of the old ones.
            for (name, link) in links {
                #expect(
                    (link.program == old[name]?.program) != reloaded.contains(host), "\(name) of \(host)",
                    sourceLocation: sourceLocation)
            }
            for (name, id) in try pinned(host) {
                let isNew = reloaded.contains(host) && name.hasPrefix("programs/")
                #expect(
                    (id == before.pinned[host]?[name]) != isNew, "\(name) of \(host)", sourceLocation: sourceLocation)
            }
        }
        for host in restarted {
            let status = try await status(host)
            #expect(status.mendedRows == 0, "\(host)", sourceLocation: sourceLocation)
            // The datapath's own counters of drops are adopted, too.
            #expect(
                status.adoptedRows >= status.tableRows && status.tableRows > 0, "\(host)",
                sourceLocation: sourceLocation)
            #expect(status.lastError == "", "\(host)", sourceLocation: sourceLocation)
        }
        try await eventually("the resources are as before, ports ACTIVE", sourceLocation: sourceLocation) {
            try await stores() == before.stores
        }
    }

    /// What a process of the lab has written, from a place in it on.
    func log(_ name: String, from offset: Int = 0) throws -> String {
        let path = lab.log(of: try process(name))
        return String(decoding: try Data(contentsOf: URL(filePath: path)).dropFirst(offset), as: UTF8.self)
    }
}
