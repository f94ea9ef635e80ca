import Addresses
import AgentProtocol
import CForwardingPipeline
import Datapath
import ForwardingTables
import Resources
import VirtualTopology

/// What the agent knows at one moment, for reports: made from it without the agent, and together with what the kernel says.
struct AgentView: Sendable {
    var topology: Topology
    var host: HostView
    var hostName: String
    var pins: PinDirectory
    /// Names by interface index.
    var links: [UInt32: String]
    var ownPorts: [OwnPorts.OwnPort]
    var isConnected: Bool
    var revision: UInt64
    var unwrittenRows: Int
    var adoption: KernelTables.Adoption?
    /// "" when the last convergence left nothing to do.
    var lastError: String
    /// By interface; "" for an earlier version's.
    var programs: [UInt32: String]

    func name(ofPort number: UInt32, _ own: [UInt32: String]) -> String {
        if let id = own[number] { return id }
        let uplink = UInt32(UPLINK_PORT)
        if number & uplink != 0 {
            let index = number & ~uplink
            return "uplink:\(links[index] ?? String(index))"
        }
        return "port:\(number)"
    }

    /// Ids of the host's own ports by number.
    var portIDs: [UInt32: String] {
        Dictionary(ownPorts.map { ($0.port.number, $0.port.id.description) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Ports and drops

    func dropCounts() throws(DatapathError) -> [DropCount] {
        let names = portIDs
        var result: [DropCount] = []
        for case .drops(let key, let count)? in try pins.rows(of: .drops).map(TableEntry.init) where count > 0 {
            result.append(
                DropCount(
                    port: name(ofPort: key.port, names),
                    reason: DropReason(rawValue: key.reason)?.name ?? "reason:\(key.reason)", packets: count))
        }
        return result.sorted { ($0.port, $0.reason) < ($1.port, $1.reason) }
    }

    /// The kernel's counters by port number.
    func counters() throws(DatapathError) -> [UInt32: port_counters] {
        var result: [UInt32: port_counters] = [:]
        for case .portCounters(let port, let value)? in try pins.rows(of: .portCounters).map(TableEntry.init) {
            result[port] = value
        }
        return result
    }

    func portStates(_ reports: [PortID: PortStatusReport]) throws -> [PortState] {
        let counters = try counters()
        var dropped: [UInt32: UInt64] = [:]
        for case .drops(let key, let count)? in try pins.rows(of: .drops).map(TableEntry.init) {
            dropped[key.port, default: 0] += count
        }
        return ownPorts.map { own in
            let (port, vm) = (own.port, own.vm)
            let report = reports[port.id]
            let sum = counters[port.number] ?? port_counters()
            return PortState(
                port: port.id.description, number: port.number,
                interface: host.interfaces[port.id].flatMap { links[$0.index] },
                mac: port.mac.description, addresses: vm.addresses.map(\.description), network: vm.bridge.description,
                active: report?.active ?? false, reason: report?.reason ?? "it came just now", received: sum.received,
                delivered: sum.delivered, tunnelled: sum.tunnelled, flooded: sum.flooded, answered: sum.answered,
                punted: sum.punted, dropped: dropped[port.number] ?? 0)
        }
        .sorted { $0.port < $1.port }
    }
}
