import AgentProtocol
import Datapath
import ForwardingTables
import LinuxNetworking
import Resources
import VirtualTopology

/// What the agent tells people: ports, drops, itself.
extension Agent {
    /// What is read for people is read beside the agent's own work: it holds the agent up for the time it takes to copy
    /// what it knows, not for the tables' size.
    package nonisolated func answer(_ request: ControlRequest) async -> ControlReply {
        do {
            switch request {
            case .plug(let request): return .plugged(try await plug(request))
            case .unplug(let port):
                try await unplug(port: port)
                return .done
            case .drops: return .drops(try await dropCounts())
            case .ports: return .ports(try await portStates())
            case .bridges(let id): return .bridges(try await view.bridges(id))
            case .routers(let id): return .routers(try await view.routers(id))
            case .status: return .status(await status)
            }
        } catch {
            return .failed(message: "\(error)")
        }
    }

    var view: AgentView {
        AgentView(
            topology: state.topology, host: state.host, hostName: identity.hostName, pins: pipeline.pins,
            links: interfaces.links.mapValues(\.name), ownPorts: Array(ports.all), isConnected: isConnected,
            revision: revision, unwrittenRows: tables.unwritten.count, adoption: tables.adoption, lastError: lastError,
            programs: programs)
    }

    var status: AgentStatus {
        AgentStatus(
            hostID: identity.hostID.description, hostName: identity.hostName, connected: isConnected,
            revision: revision, tableRows: state.tables.count, adoptedRows: tables.adoption?.right ?? 0,
            mendedRows: tables.adoption?.mended ?? 0, lastError: lastError)
    }

    /// Sorted by port and reason; only what has been dropped.
    package nonisolated func dropCounts() async throws -> [DropCount] { try await view.dropCounts() }

    nonisolated func portStates() async throws -> [PortState] {
        let view = await view
        return try view.portStates(await portReports(view.ownPorts.map(\.port)))
    }

    /// Each asks the kernel for a row, so the agent's other work is let in between.
    func portReports(_ ports: [DevicePort]) async -> [PortID: PortStatusReport] {
        var reports: [PortID: PortStatusReport] = [:]
        for (index, port) in ports.enumerated() {
            reports[port.id] = report(on: port)
            if index % 256 == 255 { await Task.yield() }
        }
        return reports
    }
}
