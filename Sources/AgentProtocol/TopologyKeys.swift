import Addresses
import Resources
import VirtualTopology

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireTopologyKey {
    package init(_ key: TopologyKey) {
        self.init()
        switch key {
        case .host(let id): host = Data(id)
        case .bridge(let id): bridge = Data(id)
        case .router(let id): router = Data(id)
        case .port(let id): port = Data(id)
        case .segment(let id): segment = Data(id)
        case .route(let router, let destination):
            route.router = Data(router)
            route.destination = WirePrefix(destination)
        case .neighbour(let port, let address):
            neighbour.port = Data(port)
            neighbour.address = Data(address)
        case .remoteMAC(let segment, let mac):
            remoteMac.segment = Data(segment)
            remoteMac.mac = Data(mac)
        }
    }
}

extension TopologyKey {
    package init(_ wire: WireTopologyKey) throws(WireError) {
        guard let key = wire.key else { throw WireError("key", .missing) }
        switch key {
        case .host(let bytes): self = .host(try Identifier("host", bytes))
        case .bridge(let bytes): self = .bridge(try Identifier("bridge", bytes))
        case .router(let bytes): self = .router(try Identifier("router", bytes))
        case .port(let bytes): self = .port(try Identifier("port", bytes))
        case .segment(let bytes): self = .segment(try Identifier("segment", bytes))
        case .route(let route):
            self = try reading("route") { () throws(WireError) in
                .route(
                    try Identifier("router", route.router),
                    try IPPrefix("destination", route.hasDestination ? route.destination : nil))
            }
        case .neighbour(let neighbour):
            self = try reading("neighbour") { () throws(WireError) in
                .neighbour(try Identifier("port", neighbour.port), try IPAddress("address", neighbour.address))
            }
        case .remoteMac(let entry):
            self = try reading("remote_mac") { () throws(WireError) in
                .remoteMAC(try Identifier("segment", entry.segment), try MACAddress("mac", entry.mac))
            }
        }
    }
}
