import Addresses
import CForwardingPipeline
import Resources
import VirtualTopology

extension destination {
    static func drop(_ reason: drop_reason) -> destination {
        var result = destination()
        result.kind = UInt8(DESTINATION_DROP.rawValue)
        result.device = reason.rawValue
        return result
    }

    static func port(_ number: UInt32, _ interface: LocalInterface) -> destination {
        var result = destination()
        result.kind = UInt8(DESTINATION_PORT.rawValue)
        result.flags = interface.isPeerDevice ? UInt8(DESTINATION_PEER_DEVICE.rawValue) : 0
        result.interface = interface.index
        result.device = number
        return result
    }

    static func router(_ router: UInt32, port: UInt32) -> destination {
        var result = destination()
        result.kind = UInt8(DESTINATION_ROUTER.rawValue)
        result.device = router
        result.port = port
        return result
    }

    static func tunnel(_ scope: tunnel_scope, from local: IPAddress, to remote: IPAddress, vni: VNI) -> destination {
        var result = destination()
        result.kind = UInt8(DESTINATION_TUNNEL.rawValue)
        result.encapsulation = UInt8(ENCAPSULATION_VXLAN.rawValue)
        result.scope = UInt8(scope.rawValue)
        result.vni = vni.value
        result.local = ip_address(local)
        result.remote = ip_address(remote)
        return result
    }
}

/// A bridge or a segment as the tables see it.
struct Link {
    var vni: VNI
    var adminStateUp: Bool
    /// Of layer 3, in bytes.
    var mtu: UInt16
}

/// A destination and the largest packet that fits on the way there.
struct Way {
    var destination: destination
    var mtu: UInt16
}

/// The one place that says where a MAC is: `fdb` and `neighbours` both ask here, so they cannot differ.
extension Derivation {
    mutating func link(_ device: RouterPort.Attachment) -> Link? {
        switch device {
        case .bridge(let id):
            guard let bridge = bridge(id) else { return nil }
            return Link(vni: bridge.vni, adminStateUp: bridge.adminStateUp, mtu: bridge.mtu)
        case .segment(let id):
            guard let segment = segment(id) else { return nil }
            return Link(vni: segment.siteVNI, adminStateUp: segment.adminStateUp, mtu: tunnelMTU(to: nil))
        }
    }

    /// What fits into a tunnel from here, and to `other` if it is a host of the site.
    mutating func tunnelMTU(to other: HostID?) -> UInt16 {
        var underlay = host(hostID)?.underlayMTU
        if let other, let mtu = host(other)?.underlayMTU { underlay = min(underlay ?? mtu, mtu) }
        return underlay.map { fitting(into: $0, tunnelAddress()) } ?? .max
    }

    /// What fits into a segment's tunnels to other sites: out of this host's uplinks, or through the site to the gateway
    /// and out of its uplinks.
    private mutating func segmentMTU(_ segment: Segment) -> UInt16 {
        if segment.offRamp { return host(hostID).map { fitting(into: $0.uplinkMTU, segment.tunnelIP) } ?? .max }
        let inside = tunnelMTU(to: segment.gatewayHost)
        guard let gateway = segment.gatewayHost, let uplink = host(gateway)?.uplinkMTU else { return inside }
        return min(inside, fitting(into: uplink, segment.tunnelIP))
    }

    private func fitting(into underlay: UInt16, _ tunnel: IPAddress) -> UInt16 {
        let overhead = tunnel.family == .v4 ? UInt16(VXLAN_OVERHEAD) : UInt16(VXLAN_OVERHEAD) + 20
        return underlay > overhead ? underlay - overhead : 0
    }

    /// Nil while nobody knows: the port is unbound, or a device it hangs on is not in the slice.
    mutating func way(to port: DevicePort) -> Way? {
        guard let link = link(port.attachment) else { return nil }
        guard port.adminStateUp else { return Way(destination: .drop(DROP_PORT_ADMIN_DOWN), mtu: link.mtu) }
        guard link.adminStateUp else { return Way(destination: .drop(DROP_DEVICE_ADMIN_DOWN), mtu: link.mtu) }
        switch port.role {
        case .router(let routerPort):
            guard let router = router(routerPort.router) else { return nil }
            guard router.adminStateUp else { return Way(destination: .drop(DROP_DEVICE_ADMIN_DOWN), mtu: link.mtu) }
            return Way(destination: .router(router.number, port: port.number), mtu: link.mtu)
        case .vm(let vm):
            guard let owner = vm.host else { return wayAcross(vm.bridge, port.mac) }
            if owner == hostID {
                guard let interface = interface(of: port.id) else { return nil }
                return Way(destination: .port(port.number, interface), mtu: link.mtu)
            }
            guard let there = host(owner) else { return nil }
            let destination = destination.tunnel(
                SCOPE_SITE, from: tunnelAddress(), to: there.tunnelAddress, vni: link.vni)
            return Way(destination: destination, mtu: min(link.mtu, tunnelMTU(to: owner)))
        }
    }

    /// By the peering's tunnel from the gateway host, by the site's tunnel to it from everywhere else (S0-38); with an
    /// off-ramp by the peering's tunnel from everywhere (S0-25).
    mutating func way(to entry: RemoteMAC) -> Way? {
        guard let segment = segment(entry.segment), let link = link(segment.place) else { return nil }
        let whole = segmentMTU(segment)
        let mtu = segment.bridge == nil ? whole : min(link.mtu, whole)
        guard link.adminStateUp else { return Way(destination: .drop(DROP_DEVICE_ADMIN_DOWN), mtu: mtu) }
        guard segment.adminStateUp else { return Way(destination: .drop(DROP_DEVICE_ADMIN_DOWN), mtu: mtu) }
        guard let gateway = segment.gatewayHost else { return nil }
        if gateway == hostID || segment.offRamp {
            let tunnel = destination.tunnel(SCOPE_PEER, from: segment.tunnelIP, to: entry.tunnelIP, vni: segment.vni)
            return Way(destination: tunnel, mtu: mtu)
        }
        guard let there = host(gateway) else { return nil }
        let tunnel = destination.tunnel(
            SCOPE_SITE, from: tunnelAddress(), to: there.tunnelAddress, vni: segment.siteVNI)
        return Way(destination: tunnel, mtu: mtu)
    }

    /// Where a MAC is that the control plane named: a port that has it, else the segment's remote MAC table.
    mutating func way(to station: Station) -> Way? {
        for port in ports(at: station) {
            if let way = way(to: port) { return way }
        }
        switch station.device {
        case .bridge(let bridge): return wayAcross(bridge, station.mac)
        case .segment(let id): return remoteMAC(id, station.mac).flatMap { way(to: $0) }
        }
    }

    /// By the remote MAC table of a segment on the bridge: how a remote-site port is reached (S1-10).
    private mutating func wayAcross(_ bridge: NetworkID, _ mac: MACAddress) -> Way? {
        for id in segments(on: bridge) {
            if let entry = remoteMAC(id, mac), let way = way(to: entry) { return way }
        }
        return nil
    }
}
