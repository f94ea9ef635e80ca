import Addresses
import CForwardingPipeline
import Resources
import VirtualTopology

/// The rows of a bridge and of a segment: flooding, and which VNI is taken from whom.
extension Derivation {
    mutating func derive(_ bridge: Bridge) {
        var flags: UInt32 = 0
        var count: UInt32 = 0
        if bridge.adminStateUp {
            flags = BRIDGE_FLOOD.rawValue
            for destination in floodList(bridge) {
                claim(.flood(flood_key(bridge: bridge.vni.value, index: count), destination))
                count += 1
            }
        }
        claim(.bridge(bridge.vni.value, bridge_entry(flags: flags, flood_count: count)))
        claimEndpoint(tunnelAddress(), bridge.vni)
    }

    /// Local ports first: the datapath copies to them before it encapsulates, and stops there for what came by a tunnel.
    private mutating func floodList(_ bridge: Bridge) -> [destination] {
        var list: [destination] = []
        for port in localPorts(on: bridge.id) where port.adminStateUp {
            if let interface = interface(of: port.id) { list.append(.port(port.number, interface)) }
        }
        let local = tunnelAddress()
        for id in hosts(on: bridge.id) where id != hostID {
            guard let other = host(id) else { continue }
            list.append(.tunnel(SCOPE_SITE, from: local, to: other.tunnelAddress, vni: bridge.vni))
        }
        return list
    }

    /// A segment floods nothing: no broadcast crosses a peering (DESIGN §6, 8). On a bridge it is in nobody's flood list,
    /// and the datapath floods nothing that came by it.
    mutating func derive(_ segment: Segment) {
        if segment.bridge == nil { claim(.bridge(segment.siteVNI.value, bridge_entry(flags: 0, flood_count: 0))) }
        guard segment.gatewayHost == hostID else { return }
        claimEndpoint(tunnelAddress(), segment.siteVNI)
        claimEndpoint(segment.tunnelIP, segment.vni)
        claimEndpoint(segment.tunnelIP, nil)
    }

    mutating func derive(_ entry: RemoteMAC) {
        guard let segment = segment(entry.segment), link(segment.place) != nil else { return }
        if segment.gatewayHost == hostID {
            claimTunnelSource(
                local: segment.tunnelIP, remote: entry.tunnelIP, segment.vni, to: segment.siteVNI, SCOPE_PEER)
        }
        guard let way = way(to: entry) else { return }
        // A router port with this MAC on the segment is nearer.
        claim(.fdb(key(segment.siteVNI, entry.mac), way.destination), Rank(order: 2))
    }

    /// Another host of the site that can bring a frame onto the device. A segment's frames go to its gateway host only.
    mutating func deriveTunnelSender(_ device: RouterPort.Attachment, _ id: HostID) {
        guard id != hostID, reaches(id, device), let other = host(id) else { return }
        let vni: VNI
        switch device {
        case .bridge(let bridge):
            guard let bridge = self.bridge(bridge) else { return }
            vni = bridge.vni
        case .segment(let segment):
            guard let segment = self.segment(segment), segment.gatewayHost == hostID else { return }
            vni = segment.siteVNI
        }
        claimTunnelSource(local: tunnelAddress(), remote: other.tunnelAddress, vni, to: vni, SCOPE_SITE)
    }

    mutating func deriveHost() {
        let host = wholeHost()
        claim(.settings(datapath_settings(lookup_interface: host.lookupInterface, reserved: 0)))
        for address in host.addresses + [host.tunnelAddress] { claim(.hostAddress(ip_address(address))) }
        claimEndpoint(host.tunnelAddress, nil)
        for uplink in host.uplinks {
            var entry = interface_entry()
            entry.kind = INTERFACE_UPLINK.rawValue
            entry.port = uplink.index | UPLINK_PORT
            // An interface that is both is an uplink: the underlay must go on.
            claim(.interface(uplink.index, entry))
            claimCounters(entry.port)
        }
    }

    private mutating func claimEndpoint(_ local: IPAddress, _ vni: VNI?) {
        claim(
            .tunnelEndpoint(
                tunnel_endpoint_key(
                    local: ip_address(local), vni: vni?.value ?? 0, encapsulation: ENCAPSULATION_VXLAN.rawValue)))
    }

    private mutating func claimTunnelSource(
        local: IPAddress, remote: IPAddress, _ vni: VNI, to bridge: VNI, _ scope: tunnel_scope
    ) {
        let key = tunnel_source_key(
            local: ip_address(local), remote: ip_address(remote), vni: vni.value,
            encapsulation: ENCAPSULATION_VXLAN.rawValue)
        claim(
            .tunnelSource(key, tunnel_source(bridge: bridge.value, scope: scope.rawValue)),
            Rank(order: UInt8(truncatingIfNeeded: scope.rawValue), number: bridge.value))
    }
}
