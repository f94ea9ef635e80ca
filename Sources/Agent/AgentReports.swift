import Addresses
import AgentProtocol
import CForwardingPipeline
import Datapath
import ForwardingTables
import LinuxNetworking
import Resources
import VirtualTopology

/// What the agent tells people: ports, drops, itself.
extension Agent {
    package func answer(_ request: ControlRequest) async -> ControlReply {
        do {
            switch request {
            case .plug(let request): return .plugged(try await plug(request))
            case .unplug(let port):
                try await unplug(port: port)
                return .done
            case .drops: return .drops(try dropCounts())
            case .ports: return .ports(try portStates())
            case .status: return .status(status)
            }
        } catch {
            return .failed(message: "\(error)")
        }
    }

    private var status: AgentStatus {
        AgentStatus(
            hostID: identity.hostID.description, hostName: identity.hostName, connected: isConnected,
            revision: revision, tableRows: state.tables.count, adoptedRows: tables.adoption?.right ?? 0,
            mendedRows: tables.adoption?.mended ?? 0, lastError: lastError)
    }

    /// Sorted by port and reason; only what has been dropped.
    package func dropCounts() throws -> [DropCount] {
        try pipeline.perCPUTable("drops", key: drop_key.self, value: UInt64.self).sums()
            .filter { $0.value > 0 }
            .map { entry in
                DropCount(
                    port: name(ofPort: entry.key.port),
                    reason: DropReason(rawValue: entry.key.reason)?.name ?? "reason:\(entry.key.reason)",
                    packets: entry.value)
            }
            .sorted { ($0.port, $0.reason) < ($1.port, $1.reason) }
    }

    private func name(ofPort number: UInt32) -> String {
        if let own = ports[number: number] { return own.port.id.description }
        let uplink = UInt32(UPLINK_PORT)
        if number & uplink != 0 {
            let index = number & ~uplink
            return "uplink:\(interfaces.links[index]?.name ?? String(index))"
        }
        return "port:\(number)"
    }

    private func portStates() throws -> [PortState] {
        let counters = try pipeline.perCPUTable("port_counters", key: UInt32.self, value: port_counters.self)
        var dropped: [UInt32: UInt64] = [:]
        for entry in try pipeline.perCPUTable("drops", key: drop_key.self, value: UInt64.self).sums() {
            dropped[entry.key.port, default: 0] += entry.value
        }
        return try ports.all.map { own in
            let (port, vm) = (own.port, own.vm)
            let report = report(on: port)
            var sum = port_counters()
            for value in try counters.lookup(port.number) ?? [] { sum.add(value) }
            return PortState(
                port: port.id.description, number: port.number,
                interface: state.host.interfaces[port.id].flatMap { interfaces.links[$0.index]?.name },
                mac: port.mac.description, addresses: vm.addresses.map(\.description), network: vm.bridge.description,
                active: report.active, reason: report.reason, received: sum.received, delivered: sum.delivered,
                tunnelled: sum.tunnelled, flooded: sum.flooded, answered: sum.answered, punted: sum.punted,
                dropped: dropped[port.number] ?? 0)
        }
        .sorted { $0.port < $1.port }
    }
}

extension port_counters {
    fileprivate mutating func add(_ other: port_counters) {
        received &+= other.received
        received_bytes &+= other.received_bytes
        delivered &+= other.delivered
        tunnelled &+= other.tunnelled
        flooded &+= other.flooded
        answered &+= other.answered
        punted &+= other.punted
        passed &+= other.passed
        icmp_errors &+= other.icmp_errors
    }
}
