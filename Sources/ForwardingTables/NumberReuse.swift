import Addresses
import Resources
import VirtualTopology

/// A number that rows of one device are kept under.
enum DeviceNumber: Hashable {
    /// Bridges and segments share one space of numbers: VNIs inside the site.
    case link(UInt32)
    case port(UInt32)
    case router(UInt32)

    init?(_ object: TopologyObject?) {
        switch object {
        case .bridge(let bridge)?: self = .link(bridge.vni.value)
        case .segment(let segment)?:
            // On a bridge it has the bridge's number, which stays the bridge's.
            guard segment.bridge == nil else { return nil }
            self = .link(segment.siteVNI.value)
        case .port(let port)?: self = .port(port.number)
        case .router(let router)?: self = .router(router.number)
        case .host?, .route?, .neighbour?, .remoteMAC?, nil: return nil
        }
    }
}

extension TopologyDelta {
    /// Whether a number goes from one object to another within this one delta. Then rows under it must be gone before
    /// the new owner's rows are written. (Across hosts only the manager can help: by not giving a number again before
    /// every host has let go of it.)
    func reusesNumber(in topology: Topology) -> Bool {
        var released: Set<DeviceNumber> = []
        var acquired: Set<DeviceNumber> = []
        for key in removed {
            if let number = DeviceNumber(topology[key]) { released.insert(number) }
        }
        for object in changed {
            let old = DeviceNumber(topology[object.key])
            let new = DeviceNumber(object)
            guard old != new else { continue }
            if let old { released.insert(old) }
            if let new { acquired.insert(new) }
        }
        return !released.isDisjoint(with: acquired)
    }
}

extension HostView {
    /// Whether an interface index goes from one port to another, or between a port and the underlay.
    func reusesInterface(of old: HostView) -> Bool {
        let before = Dictionary(old.interfaces.map { ($0.value.index, $0.key) }, uniquingKeysWith: min)
        let oldUplinks = Set(old.uplinks.map(\.index))
        for (port, interface) in interfaces {
            if oldUplinks.contains(interface.index) { return true }
            if let owner = before[interface.index], owner != port { return true }
        }
        return uplinks.contains { before[$0.index] != nil }
    }
}
