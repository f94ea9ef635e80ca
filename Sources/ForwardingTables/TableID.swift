import CForwardingPipeline

/// The datapath's tables, by the names of forwarding_pipeline.h and in its order.
package enum TableID: UInt8, CaseIterable, Hashable, Sendable {
    case interfaces
    case allowedSources
    case bridges
    case floodLists
    case fdb
    case bridgeNeighbours
    case neighbours
    case routes
    case routerPorts
    case tunnelSources
    case tunnelEndpoints
    case hostAddresses
    case settings
    case portCounters
    case drops
    case puntBudgets

    /// Who decides what is in a table.
    package enum Policy: Hashable, Sendable {
        /// The control plane: rows are exactly the desired ones.
        case managed
        /// The control plane makes a row and takes it away, the datapath writes its value: never overwritten once there.
        case createOnly
        /// The datapath makes the rows; they are swept when the port they are about is gone.
        case datapath
    }

    package var policy: Policy {
        switch self {
        case .portCounters, .puntBudgets: .createOnly
        case .drops: .datapath
        default: .managed
        }
    }

    /// The map's name in the object file and under the pin directory.
    package var name: String {
        switch self {
        case .interfaces: "interfaces"
        case .allowedSources: "allowed_sources"
        case .bridges: "bridges"
        case .floodLists: "flood_lists"
        case .fdb: "fdb"
        case .bridgeNeighbours: "bridge_neighbours"
        case .neighbours: "neighbours"
        case .routes: "routes"
        case .routerPorts: "router_ports"
        case .tunnelSources: "tunnel_sources"
        case .tunnelEndpoints: "tunnel_endpoints"
        case .hostAddresses: "host_addresses"
        case .settings: "settings"
        case .portCounters: "port_counters"
        case .drops: "drops"
        case .puntBudgets: "punt_budgets"
        }
    }

    package init?(name: some StringProtocol) {
        guard let table = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = table
    }

    /// In bytes.
    package var keySize: Int {
        switch self {
        case .interfaces, .bridges, .routerPorts, .settings, .portCounters, .puntBudgets: MemoryLayout<UInt32>.size
        case .allowedSources: MemoryLayout<allowed_source_key>.size
        case .floodLists: MemoryLayout<flood_key>.size
        case .fdb: MemoryLayout<fdb_key>.size
        case .bridgeNeighbours, .neighbours: MemoryLayout<neighbour_key>.size
        case .routes: MemoryLayout<route_key>.size
        case .tunnelSources: MemoryLayout<tunnel_source_key>.size
        case .tunnelEndpoints: MemoryLayout<tunnel_endpoint_key>.size
        case .hostAddresses: MemoryLayout<ip_address>.size
        case .drops: MemoryLayout<drop_key>.size
        }
    }

    /// In bytes, of one CPU's value in a per-CPU table.
    package var valueSize: Int {
        switch self {
        case .interfaces: MemoryLayout<interface_entry>.size
        case .allowedSources, .tunnelEndpoints, .hostAddresses: MemoryLayout<UInt32>.size
        case .bridges: MemoryLayout<bridge_entry>.size
        case .floodLists, .fdb: MemoryLayout<destination>.size
        case .bridgeNeighbours: MemoryLayout<mac_address>.size
        case .neighbours: MemoryLayout<adjacency>.size
        case .routes: MemoryLayout<route_entry>.size
        case .routerPorts: MemoryLayout<router_port_entry>.size
        case .tunnelSources: MemoryLayout<tunnel_source>.size
        case .settings: MemoryLayout<datapath_settings>.size
        case .portCounters: MemoryLayout<port_counters>.size
        case .drops: MemoryLayout<UInt64>.size
        case .puntBudgets: MemoryLayout<token_bucket>.size
        }
    }

    /// Keys start with a prefix length and are matched by the longest one.
    package var isLongestPrefixMatch: Bool { self == .routes || self == .allowedSources }
    /// One value per CPU.
    package var isPerCPU: Bool { self == .portCounters || self == .drops }
}
