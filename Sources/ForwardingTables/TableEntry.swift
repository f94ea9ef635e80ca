import CForwardingPipeline

/// A row in fields: the header's key and value structs. What printers and tests look at, and what ② writes.
package enum TableEntry: Sendable {
    case interface(UInt32, interface_entry)
    case allowedSource(allowed_source_key)
    case bridge(UInt32, bridge_entry)
    case flood(flood_key, destination)
    case fdb(fdb_key, destination)
    case bridgeNeighbour(neighbour_key, mac_address)
    case neighbour(neighbour_key, adjacency)
    case route(route_key, route_entry)
    case routerPort(UInt32, router_port_entry)
    case tunnelSource(tunnel_source_key, tunnel_source)
    case tunnelEndpoint(tunnel_endpoint_key)
    case hostAddress(ip_address)
    case settings(datapath_settings)
    case portCounters(UInt32, port_counters)
    case drops(drop_key, UInt64)
    case puntBudget(UInt32, token_bucket)

    package var row: TableRow {
        let present: UInt32 = 1
        return switch self {
        case .interface(let key, let value): Self.row(.interfaces, key, value)
        case .allowedSource(let key): Self.row(.allowedSources, key, present)
        case .bridge(let key, let value): Self.row(.bridges, key, value)
        case .flood(let key, let value): Self.row(.floodLists, key, value)
        case .fdb(let key, let value): Self.row(.fdb, key, value)
        case .bridgeNeighbour(let key, let value): Self.row(.bridgeNeighbours, key, value)
        case .neighbour(let key, let value): Self.row(.neighbours, key, value)
        case .route(let key, let value): Self.row(.routes, key, value)
        case .routerPort(let key, let value): Self.row(.routerPorts, key, value)
        case .tunnelSource(let key, let value): Self.row(.tunnelSources, key, value)
        case .tunnelEndpoint(let key): Self.row(.tunnelEndpoints, key, present)
        case .hostAddress(let key): Self.row(.hostAddresses, key, present)
        case .settings(let value): Self.row(.settings, UInt32(0), value)
        case .portCounters(let key, let value): Self.row(.portCounters, key, value)
        case .drops(let key, let value): Self.row(.drops, key, value)
        case .puntBudget(let key, let value): Self.row(.puntBudgets, key, value)
        }
    }

    private static func row(_ table: TableID, _ key: some BitwiseCopyable, _ value: some BitwiseCopyable) -> TableRow {
        TableRow(table: table, key: rawBytes(of: key), value: rawBytes(of: value))
    }

    /// Nil when a size is not the table's (a per-CPU table's value is one CPU's).
    package init?(_ row: TableRow) {
        func number() -> UInt32? { decoded(UInt32.self, from: row.key.bytes) }
        func key<Key: BitwiseCopyable>(_ type: Key.Type) -> Key? { decoded(type, from: row.key.bytes) }
        func value<Value: BitwiseCopyable>(_ type: Value.Type) -> Value? { decoded(type, from: row.value) }
        switch row.table {
        case .interfaces:
            guard let key = number(), let value = value(interface_entry.self) else { return nil }
            self = .interface(key, value)
        case .allowedSources:
            guard let key = key(allowed_source_key.self) else { return nil }
            self = .allowedSource(key)
        case .bridges:
            guard let key = number(), let value = value(bridge_entry.self) else { return nil }
            self = .bridge(key, value)
        case .floodLists:
            guard let key = key(flood_key.self), let value = value(destination.self) else { return nil }
            self = .flood(key, value)
        case .fdb:
            guard let key = key(fdb_key.self), let value = value(destination.self) else { return nil }
            self = .fdb(key, value)
        case .bridgeNeighbours:
            guard let key = key(neighbour_key.self), let value = value(mac_address.self) else { return nil }
            self = .bridgeNeighbour(key, value)
        case .neighbours:
            guard let key = key(neighbour_key.self), let value = value(adjacency.self) else { return nil }
            self = .neighbour(key, value)
        case .routes:
            guard let key = key(route_key.self), let value = value(route_entry.self) else { return nil }
            self = .route(key, value)
        case .routerPorts:
            guard let key = number(), let value = value(router_port_entry.self) else { return nil }
            self = .routerPort(key, value)
        case .tunnelSources:
            guard let key = key(tunnel_source_key.self), let value = value(tunnel_source.self) else { return nil }
            self = .tunnelSource(key, value)
        case .tunnelEndpoints:
            guard let key = key(tunnel_endpoint_key.self) else { return nil }
            self = .tunnelEndpoint(key)
        case .hostAddresses:
            guard let key = key(ip_address.self) else { return nil }
            self = .hostAddress(key)
        case .settings:
            guard let value = value(datapath_settings.self) else { return nil }
            self = .settings(value)
        case .portCounters:
            guard let key = number(), let value = value(port_counters.self) else { return nil }
            self = .portCounters(key, value)
        case .drops:
            guard let key = key(drop_key.self), let value = value(UInt64.self) else { return nil }
            self = .drops(key, value)
        case .puntBudgets:
            guard let key = number(), let value = value(token_bucket.self) else { return nil }
            self = .puntBudget(key, value)
        }
    }
}
