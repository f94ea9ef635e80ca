import Addresses
import CForwardingPipeline
import ForwardingTables
import Resources
import SeededRandom
import VirtualTopology

/// A topology and one host of it: what the datapath of a host is tested with.
package struct HostScene: Sendable {
    package let topology: Topology
    package let host: HostView

    package init(topology: Topology, host: HostView) {
        self.topology = topology
        self.host = host
    }

    /// The demo's.
    package init(_ scenario: Scenario) {
        self.init(topology: scenario.topology, host: scenario.host)
    }

    package var tables: ForwardingTables { ForwardingTables(topology: topology, host: host) }
    package var machine: Machine { Machine(tables) }
    package var uplink: UInt32 { host.uplinks[0].index }

    /// Some tenants' networks, routers and peerings, all with the same MACs and addresses (invariant 1), on a few hosts.
    /// The same seed makes the same scene.
    package static func random(seed: UInt64) -> HostScene {
        var random = SplitMix64(seed: seed)
        var making = RandomScene()
        making.addHosts(&random)
        for tenant in 0..<Int.random(in: 2...3, using: &random) { making.addTenant(tenant, &random) }
        return HostScene(topology: Topology(making.objects), host: making.view)
    }
}

/// Numbers are given one after the other, so no two devices share one; interfaces from 10 on.
private struct RandomScene {
    var objects: [TopologyObject] = []
    private var interfaces: [PortID: LocalInterface] = [:]
    private var next: UInt32 = 100
    private var underlayMTU: UInt16 = 1600

    private static let hosts = (1...3).map { HostID(UInt128($0)) }
    private static let tunnelIPs = ["200.200.200.3", "200.200.200.4"]
    private static func address(_ host: HostID) -> String { "192.168.192.\(10 + host.value)" }

    var view: HostView {
        HostView(
            hostID: Self.hosts[0], tunnelAddress: ip(Self.address(Self.hosts[0])), interfaces: interfaces,
            uplinks: [UplinkInterface(index: Machine.underlayInterface)],
            addresses: [ip(Self.address(Self.hosts[0]))] + Self.tunnelIPs.map(ip), lookupInterface: 9)
    }

    private mutating func number() -> UInt32 {
        next += 1
        return next
    }

    mutating func addHosts(_ random: inout some RandomNumberGenerator) {
        underlayMTU = [1550, 1600, 2000].randomElement(using: &random) ?? 1600
        objects += Self.hosts.map {
            .host(Host(id: $0, name: "", tunnelAddress: ip(Self.address($0)), underlayMTU: underlayMTU))
        }
    }

    mutating func addTenant(_ tenant: Int, _ random: inout some RandomNumberGenerator) {
        let routers = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let number = number()
            let id = RouterID(UInt128(number))
            objects.append(.router(VirtualRouter(id: id, number: number, adminStateUp: isUp(&random))))
            return id
        }
        for index in 0..<Int.random(in: 1...3, using: &random) { addNetwork(index, routers, &random) }
        for (index, router) in routers.enumerated() where Int.random(in: 0..<3, using: &random) > 0 {
            addPeering(tenant, index, router, &random)
        }
    }

    private func isUp(_ random: inout some RandomNumberGenerator) -> Bool { Int.random(in: 0..<12, using: &random) > 0 }

    private mutating func addNetwork(
        _ index: Int, _ routers: [RouterID], _ random: inout some RandomNumberGenerator
    ) {
        let link = number()
        let network = NetworkID(UInt128(link))
        let subnet = DHCPSubnet(
            cidr: IPPrefix("10.0.\(index).0/24")!, gateway: nil, nameServers: [], hostRoutes: [],
            enabled: .random(using: &random))
        objects.append(
            .bridge(
                Bridge(
                    id: network, vni: VNI(link)!, adminStateUp: isUp(&random),
                    mtu: [1400, 1450, 1500].randomElement(using: &random) ?? 1450, dhcpSubnets: [subnet])))
        var ports: [PortID] = []
        for (position, router) in routers.enumerated() where Int.random(in: 0..<4, using: &random) > 0 {
            ports.append(
                addRouterPort(
                    router, .bridge(network), mac("02:00:00:00:ff:0\(position)"), "10.0.\(index).\(1 + position)/24",
                    &random))
            // A way through the next router of the network: chains, and loops, of routers.
            guard Bool.random(using: &random), let port = ports.last else { continue }
            for destination in ["10.\(50 + index).0.0/16", "10.0.\((index + 1) % 3).0/24"] {
                objects.append(
                    .route(
                        Route(
                            router: router, destination: IPPrefix(destination)!,
                            nextHop: ip("10.0.\(index).\(1 + (position + 1) % routers.count)"), port: port)))
            }
        }
        for position in 0..<Int.random(in: 1...4, using: &random) { addVM(index, position, network, &random) }
    }

    private mutating func addVM(
        _ index: Int, _ position: Int, _ network: NetworkID, _ random: inout some RandomNumberGenerator
    ) {
        let number = number()
        let id = PortID(UInt128(number))
        let owner = Bool.random(using: &random) ? Self.hosts[0] : Self.hosts.randomElement(using: &random)
        if owner == Self.hosts[0], Int.random(in: 0..<8, using: &random) > 0 {
            interfaces[id] = LocalInterface(
                index: UInt32(10 + interfaces.count), isPeerDevice: .random(using: &random))
        }
        let pair = AllowedAddressPair(
            macAddress: mac("02:00:5e:00:01:01"), prefix: IPPrefix("10.0.\(index).200/32")!)
        objects.append(
            .port(
                DevicePort(
                    id: id, number: number, mac: mac("02:00:00:00:0\(index):0\(position)"), adminStateUp: isUp(&random),
                    role: .vm(
                        VMPort(
                            bridge: network, addresses: [ip("10.0.\(index).\(10 + position)")], host: owner,
                            portSecurity: .random(using: &random),
                            allowedAddressPairs: Int.random(in: 0..<3, using: &random) == 0 ? [pair] : [],
                            hostname: "")))))
    }

    private mutating func addRouterPort(
        _ router: RouterID, _ attachment: RouterPort.Attachment, _ mac: MACAddress, _ address: String,
        _ random: inout some RandomNumberGenerator
    ) -> PortID {
        let number = number()
        let id = PortID(UInt128(number))
        objects.append(
            .port(
                DevicePort(
                    id: id, number: number, mac: mac, adminStateUp: isUp(&random),
                    role: .router(RouterPort(router: router, attachment: attachment, addresses: [IPPrefix(address)!]))))
        )
        return id
    }

    /// Two tunnel IPs and few VNIs: tenants have the same VNI on different tunnel IPs.
    private mutating func addPeering(
        _ tenant: Int, _ index: Int, _ router: RouterID, _ random: inout some RandomNumberGenerator
    ) {
        let site = number()
        let id = SegmentID(UInt128(site))
        let port = addRouterPort(
            router, .segment(id), mac("02:bb:aa:aa:dd:01"), "192.168.123.1/29", &random)
        let peer = mac("02:bb:aa:aa:dd:02")
        objects += [
            .segment(
                Segment(
                    id: id, vtepRouter: RouterID(9), vni: VNI(9000 + tenant / 2 + 10 * index)!, siteVNI: VNI(site)!,
                    tunnelIP: ip(Self.tunnelIPs[tenant % 2]),
                    gatewayHost: Bool.random(using: &random) ? Self.hosts[0] : Self.hosts.randomElement(using: &random),
                    adminStateUp: isUp(&random))),
            .remoteMAC(RemoteMAC(segment: id, mac: peer, tunnelIP: ip("200.100.100.\(3 + tenant % 2)"))),
            .neighbour(Neighbour(port: port, address: ip("192.168.123.2"), mac: peer)),
            .route(
                Route(
                    router: router, destination: IPPrefix("10.\(100 + index).0.0/16")!, nextHop: ip("192.168.123.2"),
                    port: port)),
        ]
    }
}
