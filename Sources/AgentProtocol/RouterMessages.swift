import Addresses
import Resources
import VirtualTopology

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireVirtualRouter {
    init(_ router: VirtualRouter) {
        self.init()
        id = Data(router.id)
        number = router.number
        adminStateUp = router.adminStateUp
    }
}

extension VirtualRouter {
    init(_ wire: WireVirtualRouter) throws(WireError) {
        self.init(id: try Identifier("id", wire.id), number: wire.number, adminStateUp: wire.adminStateUp)
    }
}

extension WireSegment {
    init(_ segment: Segment) {
        self.init()
        id = Data(segment.id)
        vtepRouter = Data(segment.vtepRouter)
        vni = segment.vni.value
        siteVni = segment.siteVNI.value
        tunnelIp = Data(segment.tunnelIP)
        if let id = segment.gatewayHost { gatewayHost = Data(id) }
        adminStateUp = segment.adminStateUp
        offRamp = segment.offRamp
        if let id = segment.bridge { bridge = Data(id) }
    }
}

extension Segment {
    init(_ wire: WireSegment) throws(WireError) {
        self.init(
            id: try Identifier("id", wire.id), vtepRouter: try Identifier("vtep_router", wire.vtepRouter),
            vni: try VNI("vni", wire.vni), siteVNI: try VNI("site_vni", wire.siteVni),
            tunnelIP: try IPAddress("tunnel_ip", wire.tunnelIp),
            gatewayHost: wire.hasGatewayHost ? try Identifier("gateway_host", wire.gatewayHost) : nil,
            adminStateUp: wire.adminStateUp, bridge: wire.hasBridge ? try Identifier("bridge", wire.bridge) : nil,
            offRamp: wire.offRamp)
    }
}

extension WireRoute {
    init(_ route: Route) {
        self.init()
        router = Data(route.router)
        destination = WirePrefix(route.destination)
        nextHop = Data(route.nextHop)
        port = Data(route.port)
    }
}

extension Route {
    init(_ wire: WireRoute) throws(WireError) {
        self.init(
            router: try Identifier("router", wire.router),
            destination: try IPPrefix("destination", wire.hasDestination ? wire.destination : nil),
            nextHop: try IPAddress("next_hop", wire.nextHop), port: try Identifier("port", wire.port))
    }
}

extension WireNeighbour {
    init(_ neighbour: Neighbour) {
        self.init()
        port = Data(neighbour.port)
        address = Data(neighbour.address)
        mac = Data(neighbour.mac)
    }
}

extension Neighbour {
    init(_ wire: WireNeighbour) throws(WireError) {
        self.init(
            port: try Identifier("port", wire.port), address: try IPAddress("address", wire.address),
            mac: try MACAddress("mac", wire.mac))
    }
}

extension WireRemoteMAC {
    init(_ entry: RemoteMAC) {
        self.init()
        segment = Data(entry.segment)
        mac = Data(entry.mac)
        tunnelIp = Data(entry.tunnelIP)
    }
}

extension RemoteMAC {
    init(_ wire: WireRemoteMAC) throws(WireError) {
        self.init(
            segment: try Identifier("segment", wire.segment), mac: try MACAddress("mac", wire.mac),
            tunnelIP: try IPAddress("tunnel_ip", wire.tunnelIp))
    }
}
