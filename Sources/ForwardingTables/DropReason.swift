import CForwardingPipeline

/// Why the datapath dropped a packet, by the names the operator sees. Raw values are the header's `drop_reason`.
package enum DropReason: UInt32, CaseIterable, Hashable, Sendable {
    case unspecified
    case unknownInterface
    case portAdminDown
    case malformedFrame
    case vlanTagged
    case spoofedMAC
    case spoofedAddress
    case spoofedARP
    case spoofedDHCP
    case protocolNotAllowed
    case unknownMAC
    case splitHorizon
    case hairpin
    case noFlood
    case floodListTooLong
    case deviceAdminDown
    case notRoutable
    case malformedIP
    case noRoute
    case blackholeRoute
    case noNeighbour
    case ttlExceeded
    case packetTooBig
    case routerAddress
    case tooManyDevices
    case noUnderlayRoute
    case encapsulationFailed
    case decapsulationFailed
    case outerMalformed
    case outerFragment
    case unknownTunnelIP
    case vxlanFlags
    case unknownVNI
    case unknownTunnelSource
    case innerVLANTagged
    case ecnCongestion
    case puntRateLimited
    case puntQueueFull

    private var texts: (name: String, explanation: String) {
        switch self {
        case .unspecified: ("unspecified", "no reason was given; this is a defect, please report it")
        case .unknownInterface: ("unknown-interface", "the interface is not bound to a device port")
        case .portAdminDown: ("port-admin-down", "the port or its network is administratively down")
        case .malformedFrame: ("malformed-frame", "too short, or its source is a group address")
        case .vlanTagged: ("vlan-tagged", "the port takes no VLAN tags")
        case .spoofedMAC: ("spoofed-mac", "the source MAC is neither the port's nor allowed on it")
        case .spoofedAddress: ("spoofed-address", "the source address is neither the port's nor allowed on it")
        case .spoofedARP: ("spoofed-arp", "the ARP sender is not the port's")
        case .spoofedDHCP: ("spoofed-dhcp", "a port with port security may not act as a DHCP server")
        case .protocolNotAllowed:
            ("protocol-not-allowed", "port security can't check this protocol, so it does not leave")
        case .unknownMAC: ("unknown-mac", "no port of the network has the destination MAC")
        case .splitHorizon: ("split-horizon", "what came by a tunnel does not leave by a tunnel of the same scope")
        case .hairpin: ("hairpin", "the destination is the port the frame came from")
        case .noFlood: ("no-flood", "broadcast and multicast do not go here")
        case .floodListTooLong:
            ("flood-list-too-long", "the network has more flood destinations than the datapath copies")
        case .deviceAdminDown: ("device-admin-down", "the network, router or segment is administratively down")
        case .notRoutable: ("not-routable", "sent to a router, but not a protocol it routes")
        case .malformedIP: ("malformed-ip", "the IP header contradicts itself or the frame's length")
        case .noRoute: ("no-route", "the router has no route to the destination")
        case .blackholeRoute: ("blackhole-route", "the route says to discard")
        case .noNeighbour: ("no-neighbour", "nobody is known to have the next hop's address")
        case .ttlExceeded: ("ttl-exceeded", "the time to live ran out at a router")
        case .packetTooBig: ("packet-too-big", "longer than the way ahead carries; the sender was told")
        case .routerAddress: ("router-address", "for the router itself, which does not serve it")
        case .tooManyDevices: ("too-many-devices", "passed more virtual devices than allowed: a routing loop")
        case .noUnderlayRoute: ("no-underlay-route", "the host has no route to the tunnel's other end")
        case .encapsulationFailed: ("encapsulation-failed", "the kernel could not make room for the tunnel's headers")
        case .decapsulationFailed: ("decapsulation-failed", "the kernel could not take the tunnel's headers off")
        case .outerMalformed: ("outer-malformed", "a tunnel packet whose outer headers contradict themselves")
        case .outerFragment: ("outer-fragment", "a tunnel packet was fragmented in the underlay")
        case .unknownTunnelIP: ("unknown-tunnel-ip", "VXLAN to an address of this host that is no tunnel IP")
        case .vxlanFlags: ("vxlan-flags", "the VXLAN header names no VNI (I flag not set)")
        case .unknownVNI: ("unknown-vni", "this host does not take this VNI on this tunnel IP")
        case .unknownTunnelSource:
            ("unknown-tunnel-source", "the sender is not known to the control plane for this VNI")
        case .innerVLANTagged: ("inner-vlan-tagged", "the encapsulated frame carries a VLAN tag")
        case .ecnCongestion:
            ("ecn-congestion", "congestion was marked on a packet that can't carry the mark (RFC 6040)")
        case .puntRateLimited: ("punt-rate-limited", "the port sends more requests to the agent than allowed")
        case .puntQueueFull: ("punt-queue-full", "the agent does not keep up with requests")
        }
    }

    /// What the operator sees and types.
    package var name: String { texts.name }
    /// One line, no full stop.
    package var explanation: String { texts.explanation }

    package init?(name: some StringProtocol) {
        guard let reason = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = reason
    }
}
