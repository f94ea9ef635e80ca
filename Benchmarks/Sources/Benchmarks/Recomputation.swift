import Addresses
import ForwardingTables
import Resources
import VirtualTopology

/// Translation ② on one host of a site with 10,000 ports: one tenant's router joins all 1,000 networks, and the host has
/// a port on some of them.
struct Recomputation {
    private static let networks = 1000
    private static let portsPerNetwork = 10
    private let host = HostID(1)

    func measure() -> [ResultRow] {
        let topology = topology()
        let clock = ContinuousClock()
        var state = ForwardingTablesState(host: view)
        let scratch = (0..<3).map { _ in
            milliseconds(clock.measure { state = ForwardingTablesState(host: view, topology: topology) })
        }
        var times: [Double] = []
        for round in 0..<200 {
            // It goes down, and up again.
            var port = self.port(network: round / 2 * 7 % Self.networks, index: 1)
            port.adminStateUp = round % 2 == 1
            times.append(
                milliseconds(clock.measure { _ = state.update(TopologyDelta(changed: [.port(port)])) }) * 1000)
        }
        let path = "10,000 ports"
        return [
            ResultRow("tables_one_port", path, "µs", times),
            ResultRow("tables_from_scratch", path, "ms", scratch),
            ResultRow("tables_rows", path, "rows", [Double(state.tables.count)]),
        ]
    }

    private func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    private var view: HostView {
        HostView(
            hostID: host, tunnelAddress: .v4(IPv4Address(172, 16, 1, 1)),
            interfaces: [portID(network: 0, index: 0): LocalInterface(index: 100, isPeerDevice: true)],
            uplinks: [UplinkInterface(index: 2)], addresses: [.v4(IPv4Address(172, 16, 1, 1))], lookupInterface: 9)
    }

    private func topology() -> Topology {
        var objects: [TopologyObject] = (1...3).map { number in
            .host(
                Host(
                    id: HostID(UInt128(number)), name: "host\(number)",
                    tunnelAddress: .v4(IPv4Address(172, 16, 1, UInt8(number))), underlayMTU: 1600))
        }
        let router = RouterID(1)
        objects.append(.router(VirtualRouter(id: router, number: 1, adminStateUp: true)))
        for network in 0..<Self.networks {
            guard let vni = VNI(5000 + network),
                let gateway = IPPrefix(address: address(network, 1), length: 24)
            else { continue }
            objects.append(
                .bridge(Bridge(id: id(of: network), vni: vni, adminStateUp: true, mtu: 1550, dhcpSubnets: [])))
            let role = RouterPort(router: router, attachment: .bridge(id(of: network)), addresses: [gateway])
            objects.append(
                .port(
                    DevicePort(
                        id: PortID(UInt128(1_000_000 + network)), number: UInt32(100_000 + network),
                        mac: MACAddress(0x02_0000_000000 + UInt64(network)), adminStateUp: true, role: .router(role))))
            for index in 0..<Self.portsPerNetwork { objects.append(.port(port(network: network, index: index))) }
        }
        return Topology(objects)
    }

    private func id(of network: Int) -> NetworkID { NetworkID(UInt128(network + 1)) }
    private func portID(network: Int, index: Int) -> PortID {
        PortID(UInt128(network * Self.portsPerNetwork + index + 1))
    }
    private func address(_ network: Int, _ number: UInt8) -> IPAddress {
        .v4(IPv4Address(10, UInt8(network / 250), UInt8(network % 250), number))
    }

    private func port(network: Int, index: Int) -> DevicePort {
        let number = network * Self.portsPerNetwork + index + 1
        let vm = VMPort(
            bridge: id(of: network), addresses: [address(network, UInt8(index + 2))],
            host: network == 0 && index == 0 ? host : HostID(2), portSecurity: true, allowedAddressPairs: [],
            hostname: "")
        return DevicePort(
            id: portID(network: network, index: index), number: UInt32(number),
            mac: MACAddress(0xfa_163e_000000 + UInt64(number)), adminStateUp: true, role: .vm(vm))
    }
}
