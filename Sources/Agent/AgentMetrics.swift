import AgentProtocol
import CForwardingPipeline
import Datapath
import ForwardingTables
import Telemetry

/// What Prometheus hears of an agent. Made beside the agent's work, from a copy of what it knows and from the kernel.
enum AgentMetrics {
    static func collect(_ agent: Agent) async -> Exposition {
        let view = await agent.view
        let reports = await agent.portReports(view.ownPorts.map(\.port))
        var exposition = Exposition()
        ProcessMetrics.add(to: &exposition)
        addState(view, active: reports.values.count { $0.active }, to: &exposition)
        do throws(DatapathError) {
            try addTraffic(view, to: &exposition)
            try addTables(view.pins, to: &exposition)
            exposition.add("tombolo_kernel_readable", .gauge, "Whether the kernel's tables could be read", [.init(1)])
        } catch {
            exposition.add("tombolo_kernel_readable", .gauge, "Whether the kernel's tables could be read", [.init(0)])
        }
        return exposition
    }

    private static func addState(_ view: AgentView, active: Int, to exposition: inout Exposition) {
        exposition.add(
            "tombolo_agent_connected", .gauge, "Whether the stream to the manager is up",
            [.init(view.isConnected ? 1 : 0)])
        exposition.add(
            "tombolo_agent_revision", .gauge, "Revision of the manager's store that the datapath has",
            [.init(view.revision)])
        exposition.add(
            "tombolo_agent_converged", .gauge, "Whether the last reconciliation left nothing to do",
            [.init(view.lastError.isEmpty ? 1 : 0)])
        exposition.add(
            "tombolo_agent_unwritten_rows", .gauge, "Rows of tables that the kernel does not take",
            [.init(view.unwrittenRows)])
        exposition.add(
            "tombolo_agent_start_rows", .gauge, "Rows found in the kernel at the start: left as they were, or mended",
            [
                .init(view.adoption?.right ?? 0, ["state": "adopted"]),
                .init(view.adoption?.mended ?? 0, ["state": "mended"]),
            ])
        exposition.add(
            "tombolo_ports", .gauge, "Ports of this host by whether they forward",
            [
                .init(active, ["state": "active"]),
                .init(view.ownPorts.count - active, ["state": "down"]),
            ])
        var programs = ["from_port": 0, "from_uplink": 0]
        // Without a name: one of another version, which forwards until it is swapped.
        for name in view.programs.values { programs[name.isEmpty ? "other" : name, default: 0] += 1 }
        exposition.add(
            "tombolo_programs_attached", .gauge, "Interfaces by the program of ours that runs on them",
            programs.sorted { $0.key < $1.key }.map { .init($0.value, ["program": $0.key]) })
    }

    private static func addTraffic(_ view: AgentView, to exposition: inout Exposition) throws(DatapathError) {
        let names = view.portIDs
        let counters = try view.counters().map { (view.name(ofPort: $0.key, names), $0.value) }.sorted { $0.0 < $1.0 }
        exposition.add(
            "tombolo_port_received_packets_total", .counter, "Packets that came in by a port or uplink",
            counters.map { .init($0.1.received, ["port": $0.0]) })
        exposition.add(
            "tombolo_port_received_bytes_total", .counter, "Bytes that came in by a port or uplink",
            counters.map { .init($0.1.received_bytes, ["port": $0.0]) })
        var outcomes: [Exposition.Sample] = []
        for (port, counter) in counters {
            let values = [
                ("delivered", counter.delivered), ("tunnelled", counter.tunnelled), ("flooded", counter.flooded),
                ("answered", counter.answered), ("punted", counter.punted),
            ]
            for (outcome, value) in values { outcomes.append(.init(value, ["port": port, "outcome": outcome])) }
        }
        exposition.add(
            "tombolo_port_packets_total", .counter,
            "What became of the packets that came in by a port or uplink; the others are tombolo_drops_total", outcomes)
        exposition.add(
            "tombolo_icmp_errors_total", .counter, "ICMP errors sent about packets dropped",
            counters.filter { $0.1.icmp_errors > 0 }.map { .init($0.1.icmp_errors, ["port": $0.0]) })
        exposition.add(
            "tombolo_drops_total", .counter, "Packets that went nowhere, by the port they came from and the reason",
            try view.dropCounts().map { .init($0.packets, ["port": $0.port, "reason": $0.reason]) })
    }

    private static func addTables(_ pins: PinDirectory, to exposition: inout Exposition) throws(DatapathError) {
        var entries: [Exposition.Sample] = []
        var capacities: [Exposition.Sample] = []
        for table in TableID.allCases {
            let fill = try pins.fill(of: table)
            entries.append(.init(fill.entries, ["table": table.name]))
            capacities.append(.init(fill.capacity, ["table": table.name]))
        }
        exposition.add("tombolo_table_entries", .gauge, "Rows of a table of the kernel", entries)
        exposition.add("tombolo_table_capacity", .gauge, "Most rows a table of the kernel can have", capacities)
    }
}
