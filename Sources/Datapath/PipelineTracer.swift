import CForwardingPipeline
import CLibBPF
import ForwardingTables

/// Which program a packet meets.
package enum PipelineEntry: String, Hashable, Sendable, Codable {
    case fromPort = "from_port"
    case fromUplink = "from_uplink"
}

/// What the kernel did with a packet in a trace.
package struct PipelineTrace: Sendable {
    package var verdict: Int32
    /// As the program left it.
    package var packet: [UInt8]
    /// In the order in which they happened.
    package var events: [TraceEvent]
    /// More than there is room for.
    package var lostEvents: Int
    /// What would have been added to the counters of the port it came from.
    package var counters: port_counters
    package var comparison: Comparison

    /// The same packet through the build that forwards.
    package struct Comparison: Hashable, Sendable {
        /// Each names what differs; none: verdict, bytes, counters and drops are the same.
        package var differences: [String]
        /// The comparison ends where copies begin: the build that forwards would send them.
        package var endsAtFlood: Bool
        /// Whether the program on the interface is, instruction by instruction, this build's; nil: none of ours is there.
        package var attachedIsSame: Bool?
    }
}

/// Runs the datapath's programs on a packet of the caller's, in the kernel and with the kernel's tables, and says what
/// they did. Nothing is sent, punted or counted, no token spent: the traced build does none of it (tracing_helpers.h), and
/// the other, which it is compared with, has counters and a queue of its own and no program to continue with, which is
/// the only one that sends.
package final class PipelineTracer {
    private let pins: PinDirectory
    private let traced: PrivatePipeline
    private let plain: PrivatePipeline

    /// The kernel takes test runs of up to about a page.
    package static let longestFrame = 3500

    /// - Throws: `noSuchTable` where no datapath is pinned.
    package init(pinDirectory: String) throws(DatapathError) {
        pins = PinDirectory(pinDirectory)
        traced = try PrivatePipeline(
            try .traced(), sharing: pins, except: ["continuations", "trace_events", "trace_frames", "trace_state"])
        plain = try PrivatePipeline(
            try .embedded(), sharing: pins,
            except: ["continuations", "punts", "punt_budgets", "port_counters", "drops"])
        try traced.setContinuation(UInt32(CONTINUATION_FLOOD.rawValue), to: "flood_copies")
    }

    /// - Parameter interface: the one it comes by, of the calling thread's network namespace.
    package func trace(
        _ packet: [UInt8], entering entry: PipelineEntry, by interface: UInt32
    ) throws(DatapathError) -> PipelineTrace {
        let context = TestRunContext(interfaceIndex: interface)
        let state = try BPFTable<UInt32, trace_state>(try traced.table("trace_state"))
        try state.update(0, trace_state())
        let result = try traced.program(entry.rawValue).testRun(entry.rawValue, packet, context)
        guard let memory = try state.lookup(0) else { throw .noSuchEntry(table: state.name) }
        let events = try self.events(memory)
        return PipelineTrace(
            verdict: result.verdict, packet: result.packet, events: events,
            lostEvents: max(0, Int(memory.events) - Int(try traced.table("trace_events").info.maximumEntries)),
            counters: memory.counters,
            comparison: try compare(packet, entry, interface, with: result, memory.counters, events))
    }

    private func events(_ memory: trace_state) throws(DatapathError) -> [TraceEvent] {
        let table = try BPFTable<UInt32, trace_event>(try traced.table("trace_events"))
        let frames = try BPFTable<UInt32, trace_frame>(try traced.table("trace_frames"))
        let punt = withUnsafeBytes(of: memory.punt.frame) { [UInt8]($0) }
        var kept: [UInt32: [UInt8]] = [:]
        for index in 0..<min(memory.frames, frames.info.maximumEntries) {
            if let frame = try frames.lookup(index) { kept[index] = withUnsafeBytes(of: frame) { [UInt8]($0) } }
        }
        var events: [TraceEvent] = []
        for index in 0..<min(memory.events, table.info.maximumEntries) {
            guard let record = try table.lookup(index) else { continue }
            if let event = TraceEvent(record, frame: { kept[$0] }, punt: punt) { events.append(event) }
        }
        return events
    }

    // MARK: Against the build that forwards

    private func compare(
        _ packet: [UInt8], _ entry: PipelineEntry, _ interface: UInt32, with result: TestRunResult,
        _ counters: port_counters, _ events: [TraceEvent]
    ) throws(DatapathError) -> PipelineTrace.Comparison {
        try prepare(events)
        let program = try plain.program(entry.rawValue)
        let other = try program.testRun(entry.rawValue, packet, TestRunContext(interfaceIndex: interface))
        let endsAtFlood = events.contains { if case .lookup(.floodLists, _, _) = $0 { true } else { false } }
        var differences: [String] = []
        if other.verdict != result.verdict {
            differences.append("verdict \(result.verdict) in the trace, \(other.verdict) in the build that forwards")
        }
        if !endsAtFlood, other.packet != result.packet { differences.append("the packet's bytes") }

        let own = try PerCPUTable<UInt32, port_counters>(try plain.table("port_counters"))
        let sum = try own.sums().first?.value ?? port_counters()
        if bytes(sum) != bytes(counters) { differences.append("counters") }
        let drops = try PerCPUTable<drop_key, UInt64>(try plain.table("drops")).sums()
        var counted: [[UInt32]: UInt64] = [:]
        for (key, count) in drops { counted[[key.port, key.reason]] = count }
        var told: [[UInt32]: UInt64] = [:]
        for case .dropped(let port, let reason) in events { told[[port, reason], default: 0] += 1 }
        if counted != told { differences.append("drops") }

        let attached = try ProgramTag.attached(to: interface, pins: pins)
        let tag = try ProgramTag(of: program, entry.rawValue)
        return PipelineTrace.Comparison(
            differences: differences, endsAtFlood: endsAtFlood, attachedIsSame: attached.map { $0 == tag })
    }

    /// Gives the plain build's own tables the rows that the real ones have for the ports concerned: a packet of a port
    /// without counters is not counted, one without a budget not punted.
    private func prepare(_ events: [TraceEvent]) throws(DatapathError) {
        let counters = try PerCPUTable<UInt32, port_counters>(try plain.table("port_counters"))
        for (port, _) in try counters.entries() { try counters.delete(port) }
        let drops = try PerCPUTable<drop_key, UInt64>(try plain.table("drops"))
        for (key, _) in try drops.entries() { try drops.delete(key) }
        let budgets = try plain.table("punt_budgets")
        for event in events {
            switch event {
            case .counted(let port, exists: true): try counters.update(port, everyCPU: port_counters())
            case .lookup(.puntBudgets, let key, let value?): try budgets.update(keyBytes: key, value, flags: 0)
            default: break
            }
        }
    }

    private func bytes(_ counters: port_counters) -> [UInt8] { withUnsafeBytes(of: counters) { [UInt8]($0) } }
}
