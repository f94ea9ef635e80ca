import Addresses
import CForwardingPipeline
import ForwardingPipeline
import ForwardingTables

/// One host's datapath in user space: the programs that run in the kernel, on tables of plain memory.
package final class Machine {
    package enum Program { case fromPort, fromUplink }

    /// How a packet left.
    package enum Exit: Equatable {
        case redirected(to: UInt32, [UInt8])
        case delivered(to: UInt32, [UInt8])
        case copied(to: UInt32, [UInt8])
        case punted(from: UInt32, [UInt8])
        case unresolved(to: UInt32, [UInt8])

        package var bytes: [UInt8] {
            switch self {
            case .redirected(_, let bytes), .delivered(_, let bytes), .copied(_, let bytes), .punted(_, let bytes),
                .unresolved(_, let bytes):
                bytes
            }
        }
    }

    package struct Outcome {
        package var verdict: Int32
        package var exits: [Exit]

        package init(verdict: Int32, exits: [Exit]) {
            self.verdict = verdict
            self.exits = exits
        }

        package var isPassed: Bool { verdict == -1 }
        /// The only exit, when there is one.
        package var exit: Exit? { exits.count == 1 ? exits[0] : nil }
        package var bytes: [UInt8] { exit?.bytes ?? [] }
    }

    package static let underlayInterface: UInt32 = 2
    package static let underlaySource = MACAddress("02:00:00:00:01:01")!
    package static let underlayTarget = MACAddress("02:00:00:00:01:02")!
    private static let headroom = 256

    private let machine: OpaquePointer
    package private(set) var tables: ForwardingTables

    /// - Parameter takesShortcuts: the tables' state is numbered, as the agent does, so answers of walks are remembered.
    package init(_ tables: ForwardingTables, takesShortcuts: Bool = true) {
        machine = machine_create()!
        self.tables = tables
        if takesShortcuts { machine_number_tables(machine) }
        for row in tables.rows { write(row) }
        setUnderlay(found: true)
    }

    deinit { machine_destroy(machine) }

    package func write(_ row: TableRow) {
        let result = machine_write(
            machine, row.table.name, row.key.bytes, UInt32(row.key.bytes.count), row.value, UInt32(row.value.count))
        precondition(result == 0, "table \(row.table.name) does not take its row")
    }

    package func remove(_ key: TableKey) {
        _ = machine_remove(machine, key.table.name, key.bytes, UInt32(key.bytes.count))
    }

    package func setUnderlay(found: Bool, resolved: Bool = true) {
        let resolution = resolved ? BPF_FIB_LKUP_RET_SUCCESS : BPF_FIB_LKUP_RET_NO_NEIGH
        let result = Int32(found ? resolution : BPF_FIB_LKUP_RET_NOT_FWDED)
        machine_set_underlay(
            machine, result, Self.underlayInterface, mac_address(Self.underlaySource),
            mac_address(Self.underlayTarget))
    }

    package func setClock(_ nanoseconds: UInt64) { machine_set_clock(machine, nanoseconds) }

    /// - Parameters:
    ///   - linear: bytes reachable at first; the rest must be pulled, as of a packet in fragments of a buffer.
    package func run(
        _ program: Program, _ frame: [UInt8], on interface: UInt32, linear: Int? = nil, segmentSize: UInt32 = 0,
        vlanPresent: Bool = false, encapsulated: Bool = false
    ) -> Outcome {
        var storage = [UInt8](repeating: 0xee, count: Self.headroom + frame.count + 256)
        storage.replaceSubrange(Self.headroom..<Self.headroom + frame.count, with: frame)
        machine_use(machine)
        machine_clear_exits(machine)
        return storage.withUnsafeMutableBufferPointer { bytes in
            var buffer = socket_buffer()
            buffer.storage = bytes.baseAddress!
            buffer.capacity = UInt32(bytes.count)
            buffer.offset = UInt32(Self.headroom)
            buffer.length = UInt32(frame.count)
            buffer.linear = UInt32(min(linear ?? frame.count, frame.count))
            buffer.interface = interface
            buffer.vlan_present = vlanPresent ? 1 : 0
            buffer.segment_size = segmentSize
            buffer.encapsulated = encapsulated ? 1 : 0
            buffer.protocol = frame.count >= 14 ? UInt16(frame[12]) | UInt16(frame[13]) << 8 : 0
            let verdict = program == .fromPort ? from_port(&buffer) : from_uplink(&buffer)
            let packet = Array(bytes[Int(buffer.offset)..<Int(buffer.offset + buffer.length)])
            return Outcome(verdict: verdict, exits: exits(packet))
        }
    }

    private func exits(_ packet: [UInt8]) -> [Exit] {
        (0..<machine_exit_count(machine)).map { index in
            let exit = machine_exit_at(machine, index)
            let copy = exit.bytes.map { Array(UnsafeBufferPointer(start: $0, count: Int(exit.length))) } ?? []
            switch exit.kind {
            case MACHINE_REDIRECT.rawValue: return .redirected(to: exit.interface, packet)
            case MACHINE_REDIRECT_PEER.rawValue: return .delivered(to: exit.interface, packet)
            case MACHINE_REDIRECT_NEIGHBOUR.rawValue: return .unresolved(to: exit.interface, packet)
            case MACHINE_PUNT.rawValue: return .punted(from: exit.interface, copy)
            default: return .copied(to: exit.interface, copy)
            }
        }
    }

    package func drops(_ reason: DropReason, port: UInt32) -> UInt64 {
        var key = drop_key(port: port, reason: reason.rawValue)
        let value = machine_read(machine, "drops", &key, UInt32(MemoryLayout<drop_key>.size))
        return value?.load(as: UInt64.self) ?? 0
    }

    package func allDrops(port: UInt32) -> UInt64 { DropReason.allCases.reduce(0) { $0 + drops($1, port: port) } }

    /// How many of a port's packets ended in a counter; as many as were received.
    package func explained(port: UInt32) -> UInt64 {
        let counters = counters(port: port)
        return counters.delivered + counters.tunnelled + counters.flooded + counters.answered + counters.punted
            + allDrops(port: port)
    }

    package func counters(port: UInt32) -> port_counters {
        var key = port
        return machine_read(machine, "port_counters", &key, 4)?.load(as: port_counters.self) ?? port_counters()
    }
}

extension Machine.Exit {
    package var isRedirect: Bool {
        switch self {
        case .redirected, .delivered, .unresolved: true
        case .copied, .punted: false
        }
    }

    package var interface: UInt32 {
        switch self {
        case .redirected(let interface, _), .delivered(let interface, _), .copied(let interface, _),
            .punted(let interface, _), .unresolved(let interface, _):
            interface
        }
    }
}
