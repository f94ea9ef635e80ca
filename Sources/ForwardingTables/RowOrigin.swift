import Addresses
import Resources
import VirtualTopology

/// What rows come from: the unit in which ② recomputes.
package enum RowOrigin: Hashable, Sendable {
    /// The host itself: its addresses, uplinks and settings.
    case host
    /// An object of the virtual topology.
    case object(TopologyKey)
    /// The other host that may send us a bridge's or a segment's VNI.
    case tunnelSender(RouterPort.Attachment, HostID)
}

/// Something an origin's rows were computed from. Every read is recorded, so what has to be recomputed after a change
/// is exactly what read the thing that changed; no list of dependencies is kept by hand.
enum Dependency: Hashable {
    case object(TopologyKey)
    /// This host's addresses, uplinks and settings as a whole.
    case host
    /// This host's own tunnel address.
    case tunnelAddress
    /// The interface of a port, or that it has none here.
    case interface(PortID)
    /// Which router ports are on a bridge or a segment.
    case routerPorts(RouterPort.Attachment)
    /// Which VM ports of a bridge have an interface here.
    case localPorts(NetworkID)
    /// Which hosts have VM ports on a bridge.
    case hosts(NetworkID)
    /// Which segments are linked with a bridge.
    case segments(NetworkID)
    /// Which ports of a bridge or segment have a MAC.
    case station(Station)
}

/// A MAC on a bridge or a segment.
struct Station: Hashable {
    var device: RouterPort.Attachment
    var mac: MACAddress
}

/// Who wins when several origins claim one row: the lowest. So the outcome depends on what there is, never on the order
/// in which it came.
struct Rank: Hashable {
    var order: UInt8 = 0
    /// A device's number.
    var number: UInt32 = 0
}

/// A row's value as one origin would have it.
struct ClaimedValue: Hashable, Comparable {
    var rank: Rank
    var value: [UInt8]

    static func < (left: ClaimedValue, right: ClaimedValue) -> Bool {
        if left.rank != right.rank {
            return (left.rank.order, left.rank.number) < (right.rank.order, right.rank.number)
        }
        return left.value.lexicographicallyPrecedes(right.value)
    }
}
