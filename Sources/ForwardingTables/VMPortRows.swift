import Addresses
import CForwardingPipeline
import Resources
import VirtualTopology

/// The rows of a VM's port: its MAC and addresses on every host of its network, and on its own host its interface.
extension Derivation {
    mutating func derive(_ port: DevicePort, _ vm: VMPort) {
        guard let bridge = bridge(vm.bridge) else { return }
        if vm.host == hostID, let interface = interface(of: port.id) {
            deriveInterface(interface, port, vm, bridge)
            if vm.portSecurity { deriveAllowedSources(port, vm) }
        }
        for address in vm.addresses {
            claim(
                .bridgeNeighbour(key(bridge.vni.value, address), mac_address(port.mac)),
                Rank(order: 1, number: port.number))
        }
        guard let way = way(to: port) else { return }
        claim(.fdb(key(bridge.vni, port.mac), way.destination), Rank(order: 1, number: port.number))
        for routerPort in routerPorts(on: .bridge(vm.bridge)) {
            for address in vm.addresses {
                claimNeighbour(of: routerPort, address, port.mac, way, Rank(order: 1, number: port.number))
            }
            // A virtual address that moves between ports (VRRP) has no port of its own: the lowest-numbered port that
            // may use it stands in, unless somebody owns it.
            for pair in vm.allowedAddressPairs where pair.prefix.length == pair.prefix.family.bits {
                claimNeighbour(
                    of: routerPort, pair.prefix.address, pair.macAddress, way, Rank(order: 2, number: port.number))
            }
        }
    }

    private mutating func deriveInterface(
        _ interface: LocalInterface, _ port: DevicePort, _ vm: VMPort, _ bridge: Bridge
    ) {
        var flags: UInt32 = 0
        if vm.portSecurity { flags |= INTERFACE_PORT_SECURITY.rawValue }
        if !port.adminStateUp || !bridge.adminStateUp { flags |= INTERFACE_ADMIN_DOWN.rawValue }
        if bridge.dhcpSubnets.contains(where: \.isServedIPv4) { flags |= INTERFACE_DHCP.rawValue }
        var entry = interface_entry()
        entry.kind = INTERFACE_PORT.rawValue
        entry.port = port.number
        entry.bridge = bridge.vni.value
        entry.flags = flags
        entry.mac = mac_address(port.mac)
        entry.address = ip_address(vm.addresses.first { $0.family == .v4 })
        claim(.interface(interface.index, entry), Rank(number: port.number))
        claimCounters(port.number)
    }

    private mutating func deriveAllowedSources(_ port: DevicePort, _ vm: VMPort) {
        for address in vm.addresses { claimAllowedSource(port, port.mac, IPPrefix(host: address)) }
        for pair in vm.allowedAddressPairs { claimAllowedSource(port, pair.macAddress, pair.prefix) }
    }

    private mutating func claimAllowedSource(_ port: DevicePort, _ mac: MACAddress, _ prefix: IPPrefix) {
        for part in MappedPrefix.covering(prefix) {
            var key = allowed_source_key()
            key.prefix_length = UInt32(ALLOWED_SOURCE_PREFIX) + part.length
            key.port = port.number
            key.mac = mac_address(mac)
            key.address = ip_address(mapped: part.bits)
            claim(.allowedSource(key))
        }
    }
}

extension Derivation {
    /// Counters start at zero, the punts' budget full; both are the datapath's from then on.
    mutating func claimCounters(_ number: UInt32) {
        claim(.portCounters(number, port_counters()))
        claim(.puntBudget(number, token_bucket(updated: 0, tokens: UInt64(PUNT_BURST) * 1000)))
    }

    mutating func claimNeighbour(
        of routerPort: DevicePort, _ address: IPAddress, _ target: MACAddress, _ way: Way, _ rank: Rank
    ) {
        guard case .router(let role) = routerPort.role, !role.addresses.contains(where: { $0.address == address })
        else {
            return
        }
        var value = adjacency()
        value.source = mac_address(routerPort.mac)
        value.target = mac_address(target)
        value.mtu = way.mtu
        value.destination = way.destination
        claim(.neighbour(key(routerPort.number, address), value), rank)
    }

    func key(_ device: UInt32, _ address: IPAddress) -> neighbour_key {
        neighbour_key(device: device, reserved: 0, address: ip_address(address))
    }

    func key(_ bridge: VNI, _ mac: MACAddress) -> fdb_key {
        fdb_key(bridge: bridge.value, vlan: 0, mac: mac_address(mac))
    }
}
