import Addresses
import ForwardingTables
import Resources
import VirtualTopology

/// The demo of DESIGN §11: tenant A's router at site 1 and at site 2, joined by VNI 10001. Site 1 has a compute host and
/// a gateway host; at site 2 one host is both.
enum Demo {
    static let computeHost = HostID(1)
    static let gatewayHost = HostID(2)
    static let network = NetworkID(0xa)
    static let tenantRouter = RouterID(0xaa)
    static let binding = SegmentID(0xb)
    static let vm = PortID(1)
    static let networkPort = PortID(2)
    static let peeringPort = PortID(3)

    static let site1: [TopologyObject] = [
        host(computeHost, "172.16.1.1"),
        host(gatewayHost, "172.16.1.2"),
        bridge(network, 5001, dhcp: true),
        router(tenantRouter, 7),
        vmPort(vm, 101, "fa:16:3e:00:01:03", on: network, ["10.1.0.3"], host: computeHost),
        routerPort(networkPort, 102, "fa:16:3e:00:01:01", of: tenantRouter, on: .bridge(network), ["10.1.0.1/24"]),
        segment(binding, 10001, site: 6001, tunnelIP: "200.200.200.3", gateway: gatewayHost),
        routerPort(
            peeringPort, 103, "02:bb:aa:aa:dd:01", of: tenantRouter, on: .segment(binding), ["192.168.123.1/29"]),
        route(tenantRouter, "10.0.0.0/16", via: "192.168.123.2", port: peeringPort),
        neighbour(peeringPort, "192.168.123.2", "02:bb:aa:aa:dd:02"),
        remoteMAC(binding, "02:bb:aa:aa:dd:02", at: "200.100.100.3"),
    ]
    static let computeView = view(
        computeHost, "172.16.1.1", interfaces: [vm: veth(12)], uplinks: [2], addresses: ["172.16.1.1"])
    static let gatewayView = view(gatewayHost, "172.16.1.2", uplinks: [2], addresses: ["172.16.1.2", "200.200.200.3"])

    static let site2: [TopologyObject] = [
        host(computeHost, "200.100.100.3"),
        bridge(network, 5001),
        router(tenantRouter, 7),
        vmPort(vm, 101, "fa:16:3e:00:00:05", on: network, ["10.0.0.5"], host: computeHost),
        routerPort(networkPort, 102, "fa:16:3e:00:00:01", of: tenantRouter, on: .bridge(network), ["10.0.0.1/24"]),
        segment(binding, 10001, site: 6001, tunnelIP: "200.100.100.3", gateway: computeHost),
        routerPort(
            peeringPort, 103, "02:bb:aa:aa:dd:02", of: tenantRouter, on: .segment(binding), ["192.168.123.2/29"]),
        route(tenantRouter, "10.1.0.0/24", via: "192.168.123.1", port: peeringPort),
        neighbour(peeringPort, "192.168.123.1", "02:bb:aa:aa:dd:01"),
        remoteMAC(binding, "02:bb:aa:aa:dd:01", at: "200.200.200.3"),
    ]
    static let site2View = view(
        computeHost, "200.100.100.3", interfaces: [vm: LocalInterface(index: 30, isPeerDevice: false)], uplinks: [3],
        addresses: ["200.100.100.3"])

    static var allRows: [TableRow] {
        [(site1, computeView), (site1, gatewayView), (site2, site2View)].flatMap { ForwardingTables($0, $1).sortedRows }
    }
}
