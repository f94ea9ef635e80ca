import Addresses
import CForwardingPipeline

// The one renderer of tables: the CLI, the debug endpoint, failing tests and golden files show these lines.

extension TableRow: CustomStringConvertible {
    /// `table key -> value`, one line.
    package var description: String {
        let value = TableEntry(self)?.valueText ?? Hex.text(value)
        return value.isEmpty ? key.description : "\(key) -> \(value)"
    }
}

extension TableKey: CustomStringConvertible {
    /// `table key`.
    package var description: String {
        let row = TableRow(key: self, value: [UInt8](repeating: 0, count: table.valueSize))
        return "\(table.name) \(TableEntry(row)?.keyText ?? Hex.text(bytes))"
    }
}

extension ForwardingTables: CustomStringConvertible {
    /// One line for each row, by table and key.
    package var description: String { sortedRows.map { $0.description + "\n" }.joined() }

    /// By table and key, numbers as numbers.
    package var sortedRows: [TableRow] {
        rows.map { (order: $0.key.order, row: $0) }
            .sorted { $0.order.lexicographicallyPrecedes($1.order) }
            .map(\.row)
    }
}

extension TableDelta: CustomStringConvertible {
    /// The writes in their order: `+ row` and `- key`. Drops that may be swept with a port are not listed.
    package var description: String {
        let listed = Set(removed)
        return writes.filter { if case .remove(let key) = $0 { listed.contains(key) } else { true } }
            .map { "\($0)\n" }.joined()
    }
}

extension TableWrite: CustomStringConvertible {
    package var description: String {
        switch self {
        case .put(let row): "+ \(row)"
        case .remove(let key): "- \(key)"
        }
    }
}

extension TableEntry {
    fileprivate var keyText: String {
        switch self {
        case .interface(let index, _): "\(index)"
        case .allowedSource(let key):
            "port \(key.port) \(key.mac.address) \(MappedPrefix(key.address, key.prefix_length, UInt32(ALLOWED_SOURCE_PREFIX)))"
        case .bridge(let number, _): "\(number)"
        case .flood(let key, _): "\(key.bridge) \(key.index)"
        case .fdb(let key, _): "\(key.bridge) \(key.vlan == 0 ? "" : "vlan \(key.vlan) ")\(key.mac.address)"
        case .bridgeNeighbour(let key, _): "\(key.device) \(key.address.text)"
        case .neighbour(let key, _): "port \(key.device) \(key.address.text)"
        case .route(let key, _):
            "router \(key.router) \(MappedPrefix(key.address, key.prefix_length, UInt32(ROUTE_PREFIX)))"
        case .routerPort(let number, _): "\(number)"
        case .tunnelSource(let key, _): "\(key.remote.text) > \(key.local.text) vni \(key.vni)"
        case .tunnelEndpoint(let key): "\(key.local.text) \(key.vni == 0 ? "any" : "vni \(key.vni)")"
        case .hostAddress(let address): address.text
        case .settings: "0"
        case .portCounters(let port, _), .puntBudget(let port, _): PortName.text(port)
        case .drops(let key, _):
            "\(PortName.text(key.port)) \(DropReason(rawValue: key.reason)?.name ?? "reason-\(key.reason)")"
        }
    }

    fileprivate var valueText: String {
        switch self {
        case .interface(_, let value): value.text
        case .bridge(_, let value):
            value.flags & BRIDGE_FLOOD.rawValue == 0 ? "no flood" : "flood \(value.flood_count)"
        case .flood(_, let value), .fdb(_, let value): value.text
        case .bridgeNeighbour(_, let mac): "\(mac.address)"
        case .neighbour(_, let value):
            "\(value.source.address) > \(value.target.address) mtu \(value.mtu) \(value.destination.text)"
        case .route(_, let value): value.text
        case .routerPort(_, let value): "router \(value.router) \(value.mac.address) \(value.address.text)"
        case .tunnelSource(_, let value): "bridge \(value.bridge) \(Scope.text(value.scope))"
        case .settings(let value): "lookup interface \(value.lookup_interface)"
        case .portCounters(_, let value): value.text
        case .drops(_, let count): "\(count)"
        case .puntBudget(_, let value): "tokens \(value.tokens / 1000)"
        case .allowedSource, .tunnelEndpoint, .hostAddress: ""
        }
    }
}

extension destination {
    /// Where to, and by what.
    package var text: String {
        switch UInt32(kind) {
        case DESTINATION_DROP.rawValue: "drop \(DropReason(rawValue: device)?.name ?? "reason-\(device)")"
        case DESTINATION_PORT.rawValue:
            "port \(device) interface \(interface)\(UInt32(flags) & DESTINATION_PEER_DEVICE.rawValue == 0 ? "" : " peer")"
        case DESTINATION_TUNNEL.rawValue:
            "tunnel \(Scope.text(UInt32(scope))) \(local.text) > \(remote.text) vni \(vni)"
        case DESTINATION_ROUTER.rawValue: "router \(device) port \(port)"
        default: "kind-\(kind)"
        }
    }
}

extension interface_entry {
    fileprivate var text: String {
        if kind == INTERFACE_UPLINK.rawValue { return PortName.text(port) }
        var words = ["port \(port) bridge \(bridge) \(mac.address) \(address.text)"]
        if flags & INTERFACE_PORT_SECURITY.rawValue != 0 { words.append("port-security") }
        if flags & INTERFACE_ADMIN_DOWN.rawValue != 0 { words.append("admin-down") }
        if flags & INTERFACE_DHCP.rawValue != 0 { words.append("dhcp") }
        return words.joined(separator: " ")
    }
}

extension route_entry {
    fileprivate var text: String {
        switch kind {
        case ROUTE_CONNECTED.rawValue: "connected port \(port)"
        case ROUTE_VIA.rawValue: "via \(next_hop.text) port \(port)"
        case ROUTE_LOCAL.rawValue: "local port \(port)"
        case ROUTE_BLACKHOLE.rawValue: "blackhole"
        default: "kind-\(kind)"
        }
    }
}

extension port_counters {
    fileprivate var text: String {
        let counts = [
            ("received", received), ("bytes", received_bytes), ("delivered", delivered), ("tunnelled", tunnelled),
            ("flooded", flooded), ("answered", answered), ("punted", punted), ("passed", passed),
            ("icmp-errors", icmp_errors),
        ]
        return counts.filter { $0.0 == "received" || $0.1 != 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}

extension ip_address {
    fileprivate var text: String { address?.description ?? "-" }
}

extension MappedPrefix: CustomStringConvertible {
    fileprivate init(_ address: ip_address, _ length: UInt32, _ fixed: UInt32) {
        self.init(bits: address.mapped, length: length < fixed ? 0 : length - fixed)
    }

    var description: String { prefix?.description ?? "\(String(bits, radix: 16))/\(length)" }
}

private enum PortName {
    static func text(_ port: UInt32) -> String {
        port & UPLINK_PORT == 0 ? "port \(port)" : "uplink \(port & ~UPLINK_PORT)"
    }
}

private enum Scope {
    static func text(_ scope: UInt32) -> String {
        switch scope {
        case SCOPE_LOCAL.rawValue: "local"
        case SCOPE_SITE.rawValue: "site"
        case SCOPE_PEER.rawValue: "peer"
        default: "scope-\(scope)"
        }
    }
}

private enum Hex {
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension TableKey {
    /// What `sortedRows` sorts by.
    fileprivate var order: [UInt64] {
        let table = UInt64(table.rawValue)
        func address(_ address: ip_address) -> [UInt64] {
            [UInt64(bigEndian: address.high), UInt64(bigEndian: address.low)]
        }
        let row = TableRow(key: self, value: [UInt8](repeating: 0, count: self.table.valueSize))
        let fields: [UInt64] =
            switch TableEntry(row) {
            case .interface(let number, _)?, .bridge(let number, _)?, .routerPort(let number, _)?,
                .portCounters(let number, _)?, .puntBudget(let number, _)?:
                [UInt64(number)]
            case .allowedSource(let key)?:
                [UInt64(key.port), key.mac.address.value] + address(key.address) + [UInt64(key.prefix_length)]
            case .flood(let key, _)?: [UInt64(key.bridge), UInt64(key.index)]
            case .fdb(let key, _)?: [UInt64(key.bridge), UInt64(key.vlan), key.mac.address.value]
            case .bridgeNeighbour(let key, _)?, .neighbour(let key, _)?: [UInt64(key.device)] + address(key.address)
            case .route(let key, _)?: [UInt64(key.router)] + address(key.address) + [UInt64(key.prefix_length)]
            case .tunnelSource(let key, _)?: [UInt64(key.vni)] + address(key.local) + address(key.remote)
            case .tunnelEndpoint(let key)?: address(key.local) + [UInt64(key.vni)]
            case .hostAddress(let key)?: address(key)
            case .drops(let key, _)?: [UInt64(key.port), UInt64(key.reason)]
            case .settings?: []
            case nil: bytes.map(UInt64.init)
            }
        return [table] + fields
    }
}
