import VirtualTopology

extension WireTopologyObject {
    package init(_ object: TopologyObject) {
        self.init()
        switch object {
        case .host(let value): host = WireHost(value)
        case .bridge(let value): bridge = WireBridge(value)
        case .router(let value): router = WireVirtualRouter(value)
        case .port(let value): port = WireDevicePort(value)
        case .segment(let value): segment = WireSegment(value)
        case .route(let value): route = WireRoute(value)
        case .neighbour(let value): neighbour = WireNeighbour(value)
        case .remoteMAC(let value): remoteMac = WireRemoteMAC(value)
        }
    }
}

extension TopologyObject {
    package init(_ wire: WireTopologyObject) throws(WireError) {
        guard let object = wire.object else { throw WireError("object", .missing) }
        self =
            switch object {
            case .host(let wire): .host(try reading("host") { () throws(WireError) in try Host(wire) })
            case .bridge(let wire): .bridge(try reading("bridge") { () throws(WireError) in try Bridge(wire) })
            case .router(let wire): .router(try reading("router") { () throws(WireError) in try VirtualRouter(wire) })
            case .port(let wire): .port(try reading("port") { () throws(WireError) in try DevicePort(wire) })
            case .segment(let wire): .segment(try reading("segment") { () throws(WireError) in try Segment(wire) })
            case .route(let wire): .route(try reading("route") { () throws(WireError) in try Route(wire) })
            case .neighbour(let wire):
                .neighbour(try reading("neighbour") { () throws(WireError) in try Neighbour(wire) })
            case .remoteMac(let wire):
                .remoteMAC(try reading("remote_mac") { () throws(WireError) in try RemoteMAC(wire) })
            }
    }
}
