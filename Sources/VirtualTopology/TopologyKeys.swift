import Addresses
import Resources

extension TopologyTranslation {
    /// Every key the inventory makes an object of; some twice (shared seeds).
    package static func keys(in inventory: Inventory) -> some Sequence<TopologyKey> {
        var keys: [TopologyKey] = []
        keys.reserveCapacity(inventory.count)
        for id in inventory.hosts.keys { keys.append(.host(id)) }
        for id in inventory.networks.keys { keys.append(.bridge(id)) }
        for id in inventory.ports.keys { keys.append(.port(id)) }
        for router in inventory.routers.values {
            keys.append(.router(router.id))
            for route in router.routes { keys.append(.route(router.id, route.destination)) }
        }
        for binding in inventory.routerVTEPBindings.values {
            keys.append(.segment(binding.segmentID))
            keys.append(.port(binding.routerPortID))
        }
        for connection in inventory.l2GatewayConnections.values { keys.append(.segment(connection.segmentID)) }
        for entry in inventory.remoteMACEntries.values { keys += seeds(of: entry, inventory) }
        for route in inventory.routerVTEPRoutes.values { keys += seeds(of: route, inventory) }
        return keys
    }

    /// Keys whose objects may differ before and after `changes`.
    package static func affectedKeys(
        by changes: [ResourceChange], before: Inventory, after: Inventory
    ) -> Set<TopologyKey> {
        affectedKeys(by: changes, in: before).union(affectedKeys(by: changes, in: after))
    }

    /// One half of ``affectedKeys(by:before:after:)``: to be asked before and after the changes are applied, so that a
    /// caller with one inventory, changed in place, need not keep a copy of it.
    ///
    /// Before, a put is compared with what is there, and reaches no further than what differs. After, the two are equal,
    /// and what is left is what the new resource itself names.
    package static func affectedKeys(by changes: [ResourceChange], in inventory: Inventory) -> Set<TopologyKey> {
        var keys: Set<TopologyKey> = []
        for change in changes {
            switch change.key {
            case .host(let id): host(id, inventory.hosts[id], change.host, inventory, &keys)
            case .gatewayDevice(let id):
                gatewayDevice(inventory.gatewayDevices[id], change.gatewayDevice, inventory, &keys)
            case .l2Gateway: break
            case .l2GatewayConnection(let id):
                for connection in [inventory.l2GatewayConnections[id], change.connection].compactMap(\.self) {
                    self.connection(connection, inventory, &keys)
                }
            // Who may use what, and filters that the datapath does not have yet.
            case .addressGroup, .quota, .rbacPolicy, .securityGroup, .securityGroupRule: break
            case .network(let id): keys.insert(.bridge(id))
            case .remoteMACEntry(let id):
                for entry in [inventory.remoteMACEntries[id], change.entry].compactMap(\.self) {
                    keys.formUnion(seeds(of: entry, inventory))
                }
            case .subnet(let id): subnet(id, inventory.subnets[id], change.subnet, inventory, &keys)
            case .port(let id): port(id, inventory.ports[id], change.port, inventory, &keys)
            case .router(let id): router(id, inventory.routers[id], change.router, inventory, &keys)
            case .routerVTEPBinding(let id):
                binding(id, inventory.routerVTEPBindings[id], change.binding, inventory, &keys)
            case .routerVTEPRoute(let id):
                for route in [inventory.routerVTEPRoutes[id], change.route].compactMap(\.self) {
                    keys.formUnion(seeds(of: route, inventory))
                }
            // Kept and checked; no device of the topology follows from them.
            case .addressScope, .floatingIP, .subnetPool, .trunk: break
            }
        }
        return keys
    }

    /// Ports know their host by name, segments their gateway host by address.
    private static func host(
        _ id: HostID, _ old: HostRecord?, _ new: HostRecord?, _ inventory: Inventory, _ keys: inout Set<TopologyKey>
    ) {
        keys.insert(.host(id))
        if old?.name != new?.name {
            for name in [old?.name, new?.name].compactMap(\.self) {
                for port in inventory.portIDs(onHostNamed: name) { keys.insert(.port(port)) }
            }
        }
        for address in Set(old?.addresses ?? []).symmetricDifference(new?.addresses ?? []) {
            for binding in inventory.bindingIDs(withTunnelIP: address) {
                keys.insert(.segment(SegmentID(binding.value)))
            }
            if let device = inventory.gatewayDevice(withTunnelIP: address) { segments(of: device.id, inventory, &keys) }
        }
    }

    /// Router ports take their prefix length from their subnets.
    private static func subnet(
        _ id: SubnetID, _ old: Subnet?, _ new: Subnet?, _ inventory: Inventory, _ keys: inout Set<TopologyKey>
    ) {
        for subnet in [old, new].compactMap(\.self) { keys.insert(.bridge(subnet.networkID)) }
        guard old?.cidr != new?.cidr else { return }
        for port in inventory.interfaceIDs(on: id) {
            keys.insert(.port(port))
            if let router = inventory.ports[port]?.interfaceOfRouter { extraRoutes(of: router, inventory, &keys) }
        }
    }

    /// A router's extra routes leave through the port whose subnet holds their next hop.
    private static func port(
        _ id: PortID, _ old: Port?, _ new: Port?, _ inventory: Inventory, _ keys: inout Set<TopologyKey>
    ) {
        keys.insert(.port(id))
        guard old?.interfaceOfRouter != new?.interfaceOfRouter || old?.fixedIPs != new?.fixedIPs else { return }
        for router in Set([old?.interfaceOfRouter, new?.interfaceOfRouter].compactMap(\.self)) {
            extraRoutes(of: router, inventory, &keys)
        }
    }

    private static func router(
        _ id: RouterID, _ old: Router?, _ new: Router?, _ inventory: Inventory, _ keys: inout Set<TopologyKey>
    ) {
        keys.insert(.router(id))
        for route in Set(old?.routes ?? []).symmetricDifference(new?.routes ?? []) {
            keys.insert(.route(id, route.destination))
        }
        if old?.adminStateUp != new?.adminStateUp {
            for binding in inventory.bindingIDs(ofVTEP: id) { keys.insert(.segment(SegmentID(binding.value))) }
            if let device = inventory.gatewayDevice(ofRouter: id) { segments(of: device.id, inventory, &keys) }
        }
    }

    /// Its segments have its tunnel IP.
    private static func gatewayDevice(
        _ old: GatewayDevice?, _ new: GatewayDevice?, _ inventory: Inventory, _ keys: inout Set<TopologyKey>
    ) {
        guard old?.tunnelIPs != new?.tunnelIPs, let id = (old ?? new)?.id else { return }
        segments(of: id, inventory, &keys)
    }

    private static func segments(
        of device: GatewayDeviceID, _ inventory: Inventory, _ keys: inout Set<TopologyKey>
    ) {
        for connection in inventory.connectionIDs(of: device) { keys.insert(.segment(SegmentID(connection.value))) }
    }

    /// What it is on its device follows from its L2 gateway, which may be part of the same change: so it is asked before
    /// and after, whether it differs or not.
    private static func connection(
        _ connection: L2GatewayConnection, _ inventory: Inventory, _ keys: inout Set<TopologyKey>
    ) {
        keys.insert(.segment(connection.segmentID))
        guard let segment = inventory.vtepSegment(of: connection) else { return }
        for id in inventory.remoteMACEntryIDs(of: segment.device, vni: segment.vni) {
            if let entry = inventory.remoteMACEntries[id] { keys.insert(.remoteMAC(connection.segmentID, entry.mac)) }
        }
    }

    /// An entry is a row of the segment that its VNI has on the VTEP router, if it has one.
    private static func seeds(of entry: RemoteMACEntry, _ inventory: Inventory) -> [TopologyKey] {
        guard let router = inventory.gatewayDevices[entry.deviceID]?.vtepRouter else { return [] }
        switch inventory.owner(of: .vtepVNI(router, entry.vni)) {
        case .routerVTEPBinding(let id)?: return [.remoteMAC(SegmentID(id.value), entry.mac)]
        case .l2GatewayConnection(let id)?: return [.remoteMAC(SegmentID(id.value), entry.mac)]
        default: return []
        }
    }

    private static func binding(
        _ id: RouterVTEPBindingID, _ old: RouterVTEPBinding?, _ new: RouterVTEPBinding?, _ inventory: Inventory,
        _ keys: inout Set<TopologyKey>
    ) {
        keys.insert(.segment(SegmentID(id.value)))
        for binding in [old, new].compactMap(\.self) {
            keys.insert(.port(binding.routerPortID))
            guard let device = inventory.gatewayDevice(ofRouter: binding.vtepID) else { continue }
            for entry in inventory.remoteMACEntryIDs(of: device.id, vni: binding.vni) {
                if let mac = inventory.remoteMACEntries[entry]?.mac { keys.insert(.remoteMAC(binding.segmentID, mac)) }
            }
        }
        guard old != new else { return }
        let routes = inventory.routeIDs(of: id).compactMap { inventory.routerVTEPRoutes[$0] }
        for binding in [old, new].compactMap(\.self) {
            extraRoutes(of: binding.routerID, inventory, &keys)
            for route in routes { keys.formUnion(seeds(of: route, binding)) }
        }
    }

    private static func extraRoutes(of id: RouterID, _ inventory: Inventory, _ keys: inout Set<TopologyKey>) {
        for route in inventory.routers[id]?.routes ?? [] { keys.insert(.route(id, route.destination)) }
    }

    private static func seeds(of route: RouterVTEPRoute, _ inventory: Inventory) -> [TopologyKey] {
        seeds(of: route, inventory.routerVTEPBindings[route.bindingID])
    }

    private static func seeds(of route: RouterVTEPRoute, _ binding: RouterVTEPBinding?) -> [TopologyKey] {
        var keys: [TopologyKey] = [.remoteMAC(SegmentID(route.bindingID.value), route.gatewayMAC)]
        if let binding {
            keys.append(.route(binding.routerID, route.cidr))
            keys.append(.neighbour(binding.routerPortID, route.gatewayIP))
        }
        return keys
    }
}

extension ResourceChange {
    fileprivate var host: HostRecord? { if case .put(.host(let host)) = self { host } else { nil } }
    fileprivate var subnet: Subnet? { if case .put(.subnet(let subnet)) = self { subnet } else { nil } }
    fileprivate var port: Port? { if case .put(.port(let port)) = self { port } else { nil } }
    fileprivate var gatewayDevice: GatewayDevice? {
        if case .put(.gatewayDevice(let device)) = self { device } else { nil }
    }
    fileprivate var connection: L2GatewayConnection? {
        if case .put(.l2GatewayConnection(let connection)) = self { connection } else { nil }
    }
    fileprivate var entry: RemoteMACEntry? {
        if case .put(.remoteMACEntry(let entry)) = self { entry } else { nil }
    }
    fileprivate var router: Router? { if case .put(.router(let router)) = self { router } else { nil } }
    fileprivate var binding: RouterVTEPBinding? {
        if case .put(.routerVTEPBinding(let binding)) = self { binding } else { nil }
    }
    fileprivate var route: RouterVTEPRoute? {
        if case .put(.routerVTEPRoute(let route)) = self { route } else { nil }
    }
}
