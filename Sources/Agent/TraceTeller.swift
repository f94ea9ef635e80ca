import Addresses
import CForwardingPipeline
import Datapath
import ForwardingTables
import PacketFormats

extension TraceReport {
    /// - Parameter packet: as it came in.
    package init(
        _ trace: PipelineTrace, of packet: [UInt8], entering entry: PipelineEntry, by interface: UInt32,
        names: TraceNames
    ) {
        var teller = TraceTeller(trace: trace, packet: packet, names: names)
        teller.tell()
        program = entry.rawValue
        self.interface = names.interfaceName(interface)
        self.packet = Frame(packet)
        steps = teller.steps
        exits = teller.exits
        drops = teller.drops
        verdict = trace.verdict
        outcome = Self.outcome(trace)
        comparison = Comparison(
            same: trace.comparison.differences.isEmpty, differences: trace.comparison.differences,
            endsAtFlood: trace.comparison.endsAtFlood, attachedIsSame: trace.comparison.attachedIsSame)
        lostSteps = trace.lostEvents
    }

    private static func outcome(_ trace: PipelineTrace) -> String {
        let counters = trace.counters
        let outcomes = [
            ("answered", counters.answered), ("delivered", counters.delivered), ("tunnelled", counters.tunnelled),
            ("flooded", counters.flooded), ("punted", counters.punted),
        ]
        for (name, count) in outcomes where count > 0 { return name }
        // The kernel's TC_ACT_UNSPEC: the host's stack has it.
        return trace.verdict == -1 ? "passed" : "dropped"
    }
}

/// Puts events into words, and finds the rewrites between them.
private struct TraceTeller {
    private let trace: PipelineTrace
    private let names: TraceNames
    private(set) var steps: [TraceReport.Step] = []
    private(set) var exits: [TraceReport.Exit] = []
    private(set) var drops: [TraceReport.Drop] = []

    /// The packet as told last, and as seen last.
    private var told: State
    private var seen: State

    private struct State {
        var head: [UInt8]
        var length: Int

        init(_ bytes: [UInt8]) {
            head = Array(bytes.prefix(Int(TRACE_HEAD_SIZE)))
            length = bytes.count
        }

        init(head: [UInt8], length: Int) {
            self.head = head
            self.length = length
        }
    }

    init(trace: PipelineTrace, packet: [UInt8], names: TraceNames) {
        self.trace = trace
        self.names = names
        told = State(packet)
        seen = told
    }

    mutating func tell() {
        let last = trace.events.lastIndex { if case .redirect = $0 { true } else { false } }
        for (index, event) in trace.events.enumerated() {
            switch event {
            case .packet(let length, let head): seen = State(head: head, length: length)
            case .counted: break
            case .lookup(let table, let key, let value):
                // Between these two a tunnel's headers are half written.
                if table != .settings { tellRewrite() }
                lookedUp(table, key, value)
            case .underlay(let answer): self.asked(answer)
            case .room(let helper, _, let result):
                guard result != 0 else { continue }
                add("room", "packet", "\(Self.name(of: helper)): the kernel refuses (\(result))")
            case .dropped(let port, let reason):
                tellRewrite()
                let known = DropReason(rawValue: reason)
                let drop = TraceReport.Drop(
                    port: names.port(port), reason: known?.name ?? "reason-\(reason)",
                    explanation: known?.explanation ?? "another version's reason")
                drops.append(drop)
                add("drop", drop.port, "\(drop.reason): \(drop.explanation)")
            case .redirect(let kind, let interface, let result):
                // What leaves is what the program left, if nothing came after.
                if index == last { seen = State(trace.packet) }
                tellRewrite()
                redirected(kind, interface, result)
            case .copy(let interface, let length, let frame):
                if let frame { seen = State(frame) }
                tellRewrite()
                add("copy", names.interfaceName(interface), "a copy of \(length) bytes")
                exits.append(exit("copy", interface, frame))
            case .punt(let port, _, let frame):
                add("punt", names.port(port), "to the agent, which answers DHCP")
                exits.append(exit("punt", 0, frame))
            case .puntQueueFull: add("punt", "agent", "the queue to the agent is full")
            }
        }
    }

    // MARK: One event

    private mutating func tellRewrite() {
        for change in HeaderChanges.between(told.head, seen.head, lengths: (told.length, seen.length)) {
            add("rewrite", "packet", change)
        }
        told = seen
    }

    private mutating func lookedUp(_ table: TableID, _ key: [UInt8], _ value: [UInt8]?) {
        // The table's size and layout are the build's own, so its rows are printable.
        let row = TableRow(table: table, key: key, value: value ?? [UInt8](repeating: 0, count: table.valueSize))
        steps.append(
            TraceReport.Step(
                kind: "lookup", device: device(row), text: value == nil ? "\(row.key) -> none" : "\(row)",
                table: table.name, found: value != nil))
    }

    private func device(_ row: TableRow) -> String {
        switch TableEntry(row) {
        case .interface(let index, _)?: names.interfaceName(index)
        case .allowedSource(let key)?: names.port(key.port)
        case .bridge(let number, _)?: names.bridge(number)
        case .flood(let key, _)?: names.bridge(key.bridge)
        case .fdb(let key, _)?: names.bridge(key.bridge)
        case .bridgeNeighbour(let key, _)?: names.bridge(key.device)
        case .neighbour(let key, _)?: names.port(key.device)
        case .route(let key, _)?: names.router(key.router)
        case .routerPort(let number, _)?: names.port(number)
        case .tunnelSource?, .tunnelEndpoint?, .hostAddress?: "host"
        case .settings?: "underlay"
        case .portCounters(let port, _)?, .puntBudget(let port, _)?: names.port(port)
        case .drops(let key, _)?: names.port(key.port)
        case nil: "-"
        }
    }

    private mutating func asked(_ answer: UnderlayAnswer) {
        let ends = "\(Self.address(answer.local)) > \(Self.address(answer.remote))"
        let way = "by \(names.interfaceName(answer.interface)), next hop \(Self.address(answer.nextHop))"
        let text: String =
            switch UInt32(bitPattern: answer.result) {
            case UInt32(BPF_FIB_LKUP_RET_SUCCESS): way
            case UInt32(BPF_FIB_LKUP_RET_NO_NEIGH): way + ", whose MAC is not known yet"
            case UInt32(BPF_FIB_LKUP_RET_FRAG_NEEDED): "longer than the way's MTU"
            case UInt32(BPF_FIB_LKUP_RET_FWD_DISABLED): "the look-up interface does not forward"
            case UInt32(BPF_FIB_LKUP_RET_BLACKHOLE), UInt32(BPF_FIB_LKUP_RET_UNREACHABLE),
                UInt32(BPF_FIB_LKUP_RET_PROHIBIT):
                "the host's routes discard it"
            default: "no route (\(answer.result))"
            }
        add("underlay", "underlay", "\(ends): \(text)")
    }

    private mutating func redirected(_ kind: TraceEvent.RedirectKind, _ interface: UInt32, _ result: Int32) {
        let how =
            switch kind {
            case .interface: "out by"
            case .nextHop: "out, its next hop to be resolved, by"
            case .peerDevice: "into the namespace behind"
            }
        let name = names.interfaceName(interface)
        // TC_ACT_REDIRECT; anything else is a refusal.
        guard result == 7 else { return add("redirect", name, "the kernel refuses (\(result))") }
        add("redirect", name, "\(how) \(name)")
        exits.append(exit("redirect", interface, trace.packet))
    }

    // MARK: Words

    private mutating func add(_ kind: String, _ device: String, _ text: String) {
        steps.append(TraceReport.Step(kind: kind, device: device, text: text))
    }

    private func exit(_ kind: String, _ interface: UInt32, _ packet: [UInt8]?) -> TraceReport.Exit {
        TraceReport.Exit(
            kind: kind, interface: kind == "punt" ? "agent" : names.interfaceName(interface),
            interfaceIndex: interface, packet: packet.map(TraceReport.Frame.init))
    }

    private static func address(_ networkOrder: UInt32) -> IPv4Address { IPv4Address(UInt32(bigEndian: networkOrder)) }

    private static func name(of helper: TraceEvent.RoomHelper) -> String {
        switch helper {
        case .tail: "cut to the quote of an ICMP error"
        case .head: "room before the Ethernet header"
        case .adjust: "room behind the Ethernet header"
        }
    }
}
