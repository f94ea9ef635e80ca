import ForwardingTables
import Resources
import VirtualTopology

/// The slice's VM ports that are meant to be on this host, by the names they are asked for: few of a slice's many.
package struct OwnPorts: Sendable {
    package struct OwnPort: Hashable, Sendable {
        package var port: DevicePort
        package var vm: VMPort
    }

    private let host: HostID
    private var ports: [PortID: OwnPort] = [:]
    private var numbers: [UInt32: Set<PortID>] = [:]
    /// By the part of the id that fits into an interface's name.
    private var parts: [String: Set<PortID>] = [:]

    package init(host: HostID, topology: Topology = Topology()) {
        self.host = host
        _ = apply(TopologyDelta(changed: Array(topology.objects.values)))
    }

    package var all: some Collection<OwnPort> { ports.values }
    package var ids: Set<PortID> { Set(ports.keys) }
    package subscript(id: PortID) -> OwnPort? { ports[id] }
    package subscript(number number: UInt32) -> OwnPort? { Self.only(of: numbers[number]).flatMap { ports[$0] } }

    /// The port whose interface carries this part of an id. Nil also when two ports begin with it: an interface of one
    /// must not become the other's.
    package func port(part: String) -> PortID? { Self.only(of: parts[part]) }

    private static func only(of ids: Set<PortID>?) -> PortID? { ids?.count == 1 ? ids?.first : nil }

    /// - Returns: the ports that came, went or changed; work in proportion to the delta.
    package mutating func apply(_ delta: TopologyDelta) -> Set<PortID> {
        var touched: Set<PortID> = []
        for case .port(let id) in delta.removed where ports[id] != nil {
            set(nil, for: id)
            touched.insert(id)
        }
        for case .port(let port) in delta.changed {
            var own: OwnPort?
            if case .vm(let vm) = port.role, vm.host == host { own = OwnPort(port: port, vm: vm) }
            guard own != ports[port.id] else { continue }
            set(own, for: port.id)
            touched.insert(port.id)
        }
        return touched
    }

    private mutating func set(_ own: OwnPort?, for id: PortID) {
        if let old = ports[id] { Self.remove(id, from: old.port.number, in: &numbers) }
        ports[id] = own
        if let own {
            numbers[own.port.number, default: []].insert(id)
            parts[HostInterfaces.part(of: id), default: []].insert(id)
        } else {
            Self.remove(id, from: HostInterfaces.part(of: id), in: &parts)
        }
    }

    private static func remove<Name>(_ id: PortID, from name: Name, in index: inout [Name: Set<PortID>]) {
        index[name]?.remove(id)
        if index[name]?.isEmpty == true { index[name] = nil }
    }
}
