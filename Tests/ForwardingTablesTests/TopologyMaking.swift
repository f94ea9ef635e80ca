import Addresses
import ForwardingTables
import Resources
import VirtualTopology

// Short ways to write topologies down.

/// What a test writes down is right, or the test is wrong.
func written<Value>(_ value: Value?, _ text: String = "") -> Value {
    guard let value else { preconditionFailure("the test means a valid \(Value.self), not '\(text)'") }
    return value
}

func ip(_ text: String) -> IPAddress { written(IPAddress(text), text) }
func mac(_ text: String) -> MACAddress { written(MACAddress(text), text) }
func prefix(_ text: String) -> IPPrefix { written(IPPrefix(text), text) }
func vni(_ value: Int) -> VNI { written(VNI(value)) }

func host(_ id: HostID, _ address: String, underlayMTU: UInt16 = 1500) -> TopologyObject {
    .host(Host(id: id, name: "host-\(id.value)", tunnelAddress: ip(address), underlayMTU: underlayMTU))
}

func bridge(_ id: NetworkID, _ number: Int, up: Bool = true, mtu: UInt16 = 1450, dhcp: Bool = false) -> TopologyObject {
    let subnet = DHCPSubnet(cidr: prefix("10.1.0.0/24"), gateway: nil, nameServers: [], hostRoutes: [], enabled: dhcp)
    return .bridge(Bridge(id: id, vni: vni(number), adminStateUp: up, mtu: mtu, dhcpSubnets: [subnet]))
}

func router(_ id: RouterID, _ number: UInt32, up: Bool = true) -> TopologyObject {
    .router(VirtualRouter(id: id, number: number, adminStateUp: up))
}

func vmPort(
    _ id: PortID, _ number: UInt32, _ address: String, on bridge: NetworkID, _ addresses: [String], host: HostID?,
    up: Bool = true, portSecurity: Bool = true, pairs: [(String, String)] = [], hostname: String = ""
) -> TopologyObject {
    let vm = VMPort(
        bridge: bridge, addresses: addresses.map(ip), host: host, portSecurity: portSecurity,
        allowedAddressPairs: pairs.map { AllowedAddressPair(macAddress: mac($0.0), prefix: prefix($0.1)) },
        hostname: hostname)
    return .port(DevicePort(id: id, number: number, mac: mac(address), adminStateUp: up, role: .vm(vm)))
}

func routerPort(
    _ id: PortID, _ number: UInt32, _ address: String, of router: RouterID, on attachment: RouterPort.Attachment,
    _ addresses: [String], up: Bool = true
) -> TopologyObject {
    let role = RouterPort(router: router, attachment: attachment, addresses: addresses.map(prefix))
    return .port(DevicePort(id: id, number: number, mac: mac(address), adminStateUp: up, role: .router(role)))
}

func segment(
    _ id: SegmentID, _ number: Int, site: Int, tunnelIP: String, gateway: HostID?, up: Bool = true,
    bridge: NetworkID? = nil, offRamp: Bool = false
) -> TopologyObject {
    .segment(
        Segment(
            id: id, vtepRouter: RouterID(0xeee), vni: vni(number), siteVNI: vni(site), tunnelIP: ip(tunnelIP),
            gatewayHost: gateway, adminStateUp: up, bridge: bridge, offRamp: offRamp))
}

func route(_ router: RouterID, _ destination: String, via nextHop: String, port: PortID) -> TopologyObject {
    .route(Route(router: router, destination: prefix(destination), nextHop: ip(nextHop), port: port))
}

func neighbour(_ port: PortID, _ address: String, _ target: String) -> TopologyObject {
    .neighbour(Neighbour(port: port, address: ip(address), mac: mac(target)))
}

func remoteMAC(_ segment: SegmentID, _ address: String, at tunnelIP: String) -> TopologyObject {
    .remoteMAC(RemoteMAC(segment: segment, mac: mac(address), tunnelIP: ip(tunnelIP)))
}

func view(
    _ id: HostID, _ address: String, interfaces: [PortID: LocalInterface] = [:], uplinks: [UInt32] = [],
    addresses: [String] = [], lookupInterface: UInt32 = 9
) -> HostView {
    HostView(
        hostID: id, tunnelAddress: ip(address), interfaces: interfaces,
        uplinks: uplinks.map(UplinkInterface.init(index:)), addresses: addresses.map(ip),
        lookupInterface: lookupInterface)
}

func veth(_ index: UInt32) -> LocalInterface { LocalInterface(index: index, isPeerDevice: true) }

extension ForwardingTables {
    init(_ objects: [TopologyObject], _ host: HostView) { self.init(topology: Topology(objects), host: host) }

    /// The lines of one table, without its name.
    func lines(_ table: TableID) -> [String] {
        sortedRows.filter { $0.table == table }.map { String($0.description.dropFirst(table.name.count + 1)) }
    }
}
