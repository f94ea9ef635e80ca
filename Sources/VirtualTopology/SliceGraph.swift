import Addresses
import Resources

/// A virtual device as a node of the graph that slices are cut from.
enum SliceDevice: Hashable, Sendable {
    case bridge(NetworkID)
    case router(RouterID)
    case segment(SegmentID)

    var key: TopologyKey {
        switch self {
        case .bridge(let id): .bridge(id)
        case .router(let id): .router(id)
        case .segment(let id): .segment(id)
        }
    }
}

/// What joins two devices: a router's port, or the place where a segment is linked with a bridge.
enum SliceLink: Hashable, Sendable {
    case port(PortID)
    case segment(SegmentID)
}

/// Where a port is in the graph.
enum SlicePlace: Hashable, Sendable {
    /// Hangs on its bridge.
    case vm(SliceDevice, HostID?)
    /// Joins its router with a bridge or a segment; counted among the router's.
    case router(SliceDevice, SliceDevice)

    init(_ port: DevicePort) {
        switch port.role {
        case .vm(let vm): self = .vm(.bridge(vm.bridge), vm.host)
        case .router(let port):
            let other: SliceDevice =
                switch port.attachment {
                case .bridge(let id): .bridge(id)
                case .segment(let id): .segment(id)
                }
            self = .router(.router(port.router), other)
        }
    }

    var owner: SliceDevice {
        switch self {
        case .vm(let device, _), .router(let device, _): device
        }
    }
}

/// A device with what hangs on it.
struct SliceNode: Hashable, Sendable {
    /// False while only something else names it.
    var exists = false
    /// VM ports of a bridge, router ports of a router.
    var ports: Set<PortID> = []
    var routes: Set<IPPrefix> = []
    var remoteMACs: Set<MACAddress> = []
    /// Devices it is joined with, by what joins them.
    var links: [SliceLink: SliceDevice] = [:]
    /// Hosts that have its VM ports or its tunnel IP, and how many times.
    var hosts: [HostID: Int] = [:]

    var isEmpty: Bool {
        !exists && ports.isEmpty && routes.isEmpty && remoteMACs.isEmpty && links.isEmpty && hosts.isEmpty
    }
}

/// Devices joined by router ports, and segments with the bridges they are linked with. Whoever has a port in it, or the tunnel IP of a segment in it, hears of all of it.
///
/// A VTEP router is not joined with its segments: it carries many tenants' (invariant 1).
struct SliceComponent: Hashable, Sendable {
    var devices: Set<SliceDevice> = []
    /// Its audience, and the hosts it names: they are the same. With the number of devices that have the host.
    var hosts: [HostID: Int] = [:]
}
