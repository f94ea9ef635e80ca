import Addresses
import Foundation
import LinuxNetworking
import Logging
import Manager
import Resources
import ServiceLifecycle
import StateStore
import Synchronization
import Testing

@testable import Agent

/// What a scenario plays in: a host with one uplink, a manager on its loopback, an agent, and empty VM namespaces.
final class World: Sendable {
    let directory: String
    let vms: [NetworkNamespace]
    let netlink: RouteNetlink
    let log: Logger
    private let logged = LogLines()
    /// What was logged so far.
    var lines: [String] { logged.all }

    var pins: String { directory + "/bpf/tombolo" }
    var socket: String { directory + "/run/agent.sock" }
    var agentData: String { directory + "/agent" }

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        directory = try #require(environment["TOMBOLO_AGENT_DIRECTORY"])
        vms = try #require(environment["TOMBOLO_AGENT_NAMESPACES"]).split(separator: ",")
            .map { try NetworkNamespace.open(named: String($0)) }
        netlink = try RouteNetlink()
        let logged = logged
        log = Logger(label: "agent") { _ in
            LogLines.Handler(lines: logged)
        }
        try Mount.mountBPF(at: directory + "/bpf")
        // The WAN is in the last namespace.
        let wan = try #require(vms.last)
        try netlink.createVeth(name: "eth0", peer: VethPeer(name: "wan", namespace: wan))
        let outside = try RouteNetlink(in: wan)
        try setUp("eth0", "192.0.2.1/24", netlink)
        try setUp("wan", "192.0.2.2/24", outside)
    }

    func setUp(_ name: String, _ address: String, _ netlink: RouteNetlink) throws {
        let link = try #require(try netlink.link(named: name))
        try netlink.addAddress(IPPrefix(address)!, link: link.index)
        try netlink.setLink(link.index, up: true)
    }

    // MARK: The manager

    /// Runs `body` while a manager serves; its data stays for the next one.
    func withManager<Value: Sendable>(
        heartbeat: Duration = .seconds(Int64(1)), certificateLife: Int64? = nil, clock: SiteClock = .system,
        _ body: @escaping @Sendable (Site) async throws -> Value
    ) async throws -> Value {
        var configuration = ManagerConfiguration(dataDirectory: directory + "/manager")
        configuration.agentListen = .init(host: "127.0.0.1", port: 9697)
        configuration.joinListen = .init(host: "127.0.0.1", port: 9698)
        configuration.heartbeat = heartbeat
        if let certificateLife { configuration.certificateLifetimes.host = certificateLife }
        var quiet = log
        quiet.logLevel = .info
        let service = try await ManagerService(configuration, clock: clock, logger: quiet)
        return try await running(service) {
            _ = try await service.ready()
            return try await body(Site(controller: service.controller))
        }
    }

    // MARK: The agent

    var configuration: AgentConfiguration {
        AgentConfiguration(
            dataDirectory: agentData, pinDirectory: pins, controlSocket: socket, hostName: "h1",
            joinToken: try? String(contentsOfFile: directory + "/manager/\(ManagerService.tokenFile)", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Runs `body` while an agent runs, from the moment it answers.
    func withAgent<Value: Sendable>(
        _ change: (inout AgentConfiguration) -> Void = { _ in }, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        var configuration = configuration
        change(&configuration)
        return try await running(AgentService(configuration: configuration, log: log)) {
            try await self.eventually("the agent answers") { ControlClient(path: self.socket).isAnswered }
            return try await body()
        }
    }

    /// An agent that is not expected to get far.
    func runAgent(_ change: (inout AgentConfiguration) -> Void) async throws {
        var configuration = configuration
        change(&configuration)
        try await AgentService(configuration: configuration, log: log).run()
    }

    /// Stops the service when `body` is done; its failure is a failure of the scenario, at once.
    private func running<Value: Sendable>(
        _ service: some Service, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await service.run()
                return nil
            }
            group.addTask { try await body() }
            guard let first = try await group.next(), let value = first else {
                throw Unexpected(what: "\(type(of: service)) ended by itself")
            }
            let clock = ContinuousClock()
            let start = clock.now
            group.cancelAll()
            while let _ = await group.nextResult() {}
            #expect(clock.now - start < .seconds(3), "\(type(of: service)) stops promptly")
            return value
        }
    }

    /// Asks over the control socket, on a thread of its own: the client blocks.
    func ask(_ request: ControlRequest) async throws -> ControlReply {
        try await withCheckedThrowingContinuation { continuation in
            let path = socket
            Thread.detachNewThread {
                continuation.resume(with: Result { try ControlClient(path: path).request(request) })
            }
        }
    }

    func status() async throws -> AgentStatus {
        guard case .status(let status) = try await ask(.status) else { throw Unexpected(what: "no status") }
        return status
    }

    func ports() async throws -> [PortState] {
        guard case .ports(let ports) = try await ask(.ports) else { throw Unexpected(what: "no ports") }
        return ports
    }

    @discardableResult
    func plug(
        _ port: PortID, into namespace: String, configuresAddresses: Bool = true, seconds: Int = 15
    ) async throws -> PluggedPort {
        let request = PlugRequest(
            port: port.description, namespace: namespace, configuresAddresses: configuresAddresses,
            timeoutSeconds: seconds)
        guard case .plugged(let port) = try await ask(.plug(request)) else { throw Unexpected(what: "not plugged") }
        return port
    }

    func unplug(_ port: PortID) async throws { _ = try await ask(.unplug(port: port.description)) }

    // MARK: Looking

    /// How many of `count` echoes came back.
    func ping(_ target: IPAddress, from namespace: NetworkNamespace, count: Int = 3, interval: String = "0.1")
        async throws -> Int
    {
        let result = try await ProcessSpawner.run(
            "ping", ["-n", "-c", "\(count)", "-i", interval, "-W", "1", target.description], in: namespace)
        guard let match = result.outputText.firstMatch(of: /(\d+) received/), let received = Int(match.1) else {
            throw Unexpected(what: "ping says: \(result.outputText) \(result.errorText)")
        }
        return received
    }

    /// Names of links that are neither the namespace's own nor this world's.
    func foreignLinks() throws -> [String] {
        try netlink.links().map(\.name).filter { !["lo", "eth0"].contains($0) }
    }

    func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw Unexpected(what: "never: \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

struct Unexpected: Error, CustomStringConvertible {
    var what: String
    var description: String { what }
}
