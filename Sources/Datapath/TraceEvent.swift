import CForwardingPipeline
import ForwardingTables

/// One thing that a program said it did (trace_records.h).
package enum TraceEvent: Hashable, Sendable {
    /// What the packet is at this point: its first bytes.
    case packet(length: Int, head: [UInt8])
    /// A table was asked. Nil: it has no such row.
    case lookup(table: TableID, key: [UInt8], value: [UInt8]?)
    /// A counter of this port was raised; `exists` is false when the port has none, and nothing is counted.
    case counted(port: UInt32, exists: Bool)
    case dropped(port: UInt32, reason: UInt32)
    case underlay(UnderlayAnswer)
    case room(helper: RoomHelper, bytes: Int32, result: Int32)
    case redirect(RedirectKind, interface: UInt32, result: Int32)
    /// Would have been sent. Nil: too many copies for their bytes to be kept.
    case copy(interface: UInt32, length: Int, frame: [UInt8]?)
    /// Would have gone to the agent.
    case punt(port: UInt32, reason: UInt32, frame: [UInt8])
    case puntQueueFull

    package enum RedirectKind: UInt32, Sendable {
        case interface = 23
        case nextHop = 152
        case peerDevice = 155
    }

    package enum RoomHelper: UInt32, Sendable {
        /// `bpf_skb_change_tail`: to so many bytes.
        case tail = 38
        /// `bpf_skb_change_head`: by so many, before the frame.
        case head = 43
        /// `bpf_skb_adjust_room`: by so many, behind the Ethernet header.
        case adjust = 50
    }
}

/// The host's routing, asked for a tunnel's way.
package struct UnderlayAnswer: Hashable, Sendable {
    /// `BPF_FIB_LKUP_RET_…`.
    package var result: Int32
    /// IPv4, network byte order.
    package var local: UInt32
    package var remote: UInt32
    package var interface: UInt32
    package var nextHop: UInt32
}

extension TraceEvent {
    /// Nil for what this build does not know.
    init?(_ record: trace_event, frame: (UInt32) -> [UInt8]?, punt: [UInt8]) {
        func bytes(_ field: some BitwiseCopyable, _ count: Int) -> [UInt8] {
            withUnsafeBytes(of: field) { Array($0.prefix(count)) }
        }
        let key = bytes(record.key, Int(TRACE_KEY_SIZE))
        let value = bytes(record.value, Int(TRACE_VALUE_SIZE))
        func load<Value: BitwiseCopyable>(_ bytes: [UInt8], at offset: Int = 0, as type: Value.Type) -> Value {
            bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
        }
        switch trace_kind(record.kind) {
        case TRACE_PACKET:
            self = .packet(
                length: Int(record.length), head: bytes(record.head, min(Int(record.length), Int(TRACE_HEAD_SIZE))))
        case TRACE_LOOKUP:
            guard let table = TableID(rawValue: UInt8(truncatingIfNeeded: record.number)) else { return nil }
            self = .lookup(
                table: table, key: Array(key.prefix(table.keySize)),
                value: record.found == 0 ? nil : Array(value.prefix(table.valueSize)))
        case TRACE_COUNT: self = .counted(port: load(key, as: UInt32.self), exists: record.found != 0)
        case TRACE_DROP:
            let drop = load(key, as: drop_key.self)
            self = .dropped(port: drop.port, reason: drop.reason)
        case TRACE_UNDERLAY:
            // ipv4_src and ipv4_dst of struct bpf_fib_lookup, and ifindex; unions that Swift has no names for.
            self = .underlay(
                UnderlayAnswer(
                    result: record.result, local: load(key, at: 16, as: UInt32.self),
                    remote: load(key, at: 32, as: UInt32.self), interface: load(value, at: 8, as: UInt32.self),
                    nextHop: load(value, at: 32, as: UInt32.self)))
        case TRACE_ROOM:
            guard let helper = RoomHelper(rawValue: record.number) else { return nil }
            self = .room(helper: helper, bytes: Int32(bitPattern: record.found), result: record.result)
        case TRACE_REDIRECT:
            guard let kind = RedirectKind(rawValue: record.number) else { return nil }
            self = .redirect(kind, interface: record.found, result: record.result)
        case TRACE_COPY:
            let kept = record.frame == 0 ? nil : frame(record.frame - 1)
            self = .copy(
                interface: record.found, length: Int(record.length),
                frame: kept.map { Array($0.prefix(Int(record.length))) })
        case TRACE_PUNT:
            let header = load(value, as: punt_header.self)
            self = .punt(port: header.port, reason: header.reason, frame: Array(punt.prefix(Int(header.length))))
        case TRACE_QUEUE_FULL: self = .puntQueueFull
        default: return nil
        }
    }
}
