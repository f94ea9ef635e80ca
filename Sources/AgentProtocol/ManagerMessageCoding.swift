import Resources
import VirtualTopology

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireManagerMessage {
    package init(_ message: ManagerMessage) {
        self.init()
        switch message {
        case .welcome(let value):
            welcome.hostID = Data(value.hostID)
            welcome.hostName = value.hostName
            welcome.storeID = Data(value.storeID)
            welcome.heartbeatSeconds = value.heartbeatSeconds
            welcome.resumed = value.resumed
        case .update(let value): update = WireTopologyUpdate(value)
        case .interfaceAnswer(let value): interfaceAnswer = WireInterfaceAnswer(value)
        case .heartbeat: heartbeat = WireHeartbeat()
        }
    }
}

extension ManagerMessage {
    package init(_ wire: WireManagerMessage) throws(WireError) {
        switch wire.message {
        case .welcome(let wire):
            self = .welcome(
                try reading("welcome") { () throws(WireError) in
                    Welcome(
                        hostID: try Identifier("host_id", wire.hostID), hostName: wire.hostName,
                        storeID: try Identifier("store_id", wire.storeID), heartbeatSeconds: wire.heartbeatSeconds,
                        resumed: wire.resumed)
                })
        case .update(let wire):
            self = .update(try reading("update") { () throws(WireError) in try TopologyUpdate(wire) })
        case .interfaceAnswer(let wire):
            self = .interfaceAnswer(
                try reading("interface_answer") { () throws(WireError) in try InterfaceAnswer(wire) })
        case .heartbeat: self = .heartbeat
        case nil: throw WireError("message", .missing)
        }
    }
}

extension WireTopologyUpdate {
    init(_ update: TopologyUpdate) {
        self.init()
        revision = update.revision
        snapshot = update.isSnapshot
        changed = update.delta.changed.map(WireTopologyObject.init)
        removed = update.delta.removed.map(WireTopologyKey.init)
        last = update.isLast
    }
}

extension TopologyUpdate {
    init(_ wire: WireTopologyUpdate) throws(WireError) {
        guard !wire.snapshot || wire.removed.isEmpty else {
            throw WireError("removed", .invalid("a snapshot removes nothing"))
        }
        self.init(
            revision: wire.revision, isSnapshot: wire.snapshot,
            delta: TopologyDelta(
                changed: try readingAll("changed", wire.changed) { (object) throws(WireError) in
                    try TopologyObject(object)
                },
                removed: try readingAll("removed", wire.removed) { (key) throws(WireError) in try TopologyKey(key) }),
            isLast: wire.last)
    }
}

extension WireInterfaceAnswer {
    init(_ answer: InterfaceAnswer) {
        self.init()
        interfaceName = answer.interfaceName
        switch answer.result {
        case .port(let id): portID = Data(id)
        case .refused(let reason):
            refusal.reason =
                switch reason {
                case .unknownPort: .unknownPort
                case .ambiguous: .ambiguous
                case .boundElsewhere: .boundElsewhere
                case .notPluggable: .notPluggable
                }
            refusal.detail = answer.detail
        }
    }
}

extension InterfaceAnswer {
    init(_ wire: WireInterfaceAnswer) throws(WireError) {
        switch wire.result {
        case .portID(let bytes):
            self.init(interfaceName: wire.interfaceName, result: .port(try Identifier("port_id", bytes)))
        case .refusal(let refusal):
            let reason: Refusal
            switch refusal.reason {
            case .unknownPort: reason = .unknownPort
            case .ambiguous: reason = .ambiguous
            case .boundElsewhere: reason = .boundElsewhere
            case .notPluggable: reason = .notPluggable
            case .unspecified: throw WireError("refusal.reason", .missing)
            case .UNRECOGNIZED(let value):
                throw WireError("refusal.reason", .outOfRange(UInt64(clamping: value), allowed: "1...4"))
            }
            self.init(interfaceName: wire.interfaceName, result: .refused(reason), detail: refusal.detail)
        case nil: throw WireError("result", .missing)
        }
    }
}
