import Addresses
import CForwardingPipeline
import ForwardingTables
import PacketFormats
import Resources
import VirtualTopology

package func ip(_ text: String) -> IPAddress { IPAddress(text)! }
package func v4(_ text: String) -> IPv4Address { IPv4Address(text)! }
package func mac(_ text: String) -> MACAddress { MACAddress(text)! }

/// The demo's site 1 (DESIGN §11) on one host, twice: tenants A and B are equal in every address and MAC. Beside tenant
/// A's first network there is a second one on the same router, with a VM here and one on another host.
package struct Scenario {
    package static let here = HostID(1)
    package static let other = HostID(2)
    package static let hereAddress = "192.168.192.11"
    package static let otherAddress = "192.168.192.12"
    package static let tunnelIP = "200.200.200.3"
    package static let remoteTunnelIP = "200.100.100.3"
    package static let uplink = Machine.underlayInterface
    package static let uplinkPort = uplink | UInt32(UPLINK_PORT)

    package static let gatewayMAC = mac("fa:16:3e:00:00:01")
    package static let vmMAC = mac("fa:16:3e:00:00:03")
    package static let secondMAC = mac("fa:16:3e:00:00:04")
    package static let farMAC = mac("fa:16:3e:00:00:05")
    package static let serverMAC = mac("fa:16:3e:00:02:03")
    package static let serverGatewayMAC = mac("fa:16:3e:00:02:01")
    package static let peeringMAC = mac("02:bb:aa:aa:dd:01")
    package static let peerMAC = mac("02:bb:aa:aa:dd:02")

    /// Interface of tenant n's (1: A, 2: B) VM 10.1.0.3, and its port's number; then 10.1.0.4's.
    package static func vm(_ tenant: Int) -> UInt32 { UInt32(10 * tenant) }
    package static func vmPort(_ tenant: Int) -> UInt32 { UInt32(100 * tenant + 3) }
    package static func second(_ tenant: Int) -> UInt32 { UInt32(10 * tenant + 1) }
    package static func secondPort(_ tenant: Int) -> UInt32 { UInt32(100 * tenant + 4) }
    package static func server(_ tenant: Int) -> UInt32 { UInt32(10 * tenant + 2) }
    /// Number of the port that has one of these interfaces.
    package static func port(at interface: UInt32) -> UInt32 {
        interface / 10 * 100 + (interface % 10 == 2 ? 6 : interface % 10 + 3)
    }
    package static func serversVNI(_ tenant: Int) -> VNI { VNI(6000 + tenant)! }
    /// Of the peering's segment inside the site.
    package static func siteVNI(_ tenant: Int) -> VNI { VNI(7000 + tenant)! }
    package static func networkVNI(_ tenant: Int) -> VNI { VNI(5000 + tenant)! }
    package static func peeringVNI(_ tenant: Int) -> VNI { VNI(tenant == 1 ? 10001 : 20002)! }

    package var mtu: UInt16
    package var underlayMTU: UInt16
    package var portSecurity: Bool
    package var dhcp: Bool

    package init(mtu: UInt16 = 1500, underlayMTU: UInt16 = 1600, portSecurity: Bool = true, dhcp: Bool = true) {
        self.mtu = mtu
        self.underlayMTU = underlayMTU
        self.portSecurity = portSecurity
        self.dhcp = dhcp
    }

    package var topology: Topology {
        var objects: [TopologyObject] = [
            .host(Host(id: Self.here, name: "host1", tunnelAddress: ip(Self.hereAddress), underlayMTU: underlayMTU)),
            .host(Host(id: Self.other, name: "host2", tunnelAddress: ip(Self.otherAddress), underlayMTU: underlayMTU)),
        ]
        for tenant in 1...2 { objects += self.objects(of: tenant) }
        return Topology(objects)
    }

    private func objects(of tenant: Int) -> [TopologyObject] {
        let base = UInt128(1000 * tenant)
        let network = NetworkID(base + 1)
        let servers = NetworkID(base + 2)
        let router = RouterID(base + 3)
        let binding = SegmentID(base + 4)
        let peering = PortID(base + 5)
        let number = UInt32(100 * tenant)
        func subnet(_ cidr: String, _ gateway: String) -> DHCPSubnet {
            DHCPSubnet(
                cidr: IPPrefix(cidr)!, gateway: ip(gateway), nameServers: [], hostRoutes: [], enabled: dhcp)
        }
        func vm(_ index: UInt32, _ mac: MACAddress, _ address: String, on bridge: NetworkID, _ host: HostID)
            -> TopologyObject
        {
            .port(
                DevicePort(
                    id: PortID(base + UInt128(10 + index)), number: number + index, mac: mac, adminStateUp: true,
                    role: .vm(
                        VMPort(
                            bridge: bridge, addresses: [ip(address)], host: host, portSecurity: portSecurity,
                            allowedAddressPairs: [], hostname: ""))))
        }
        func routerPort(
            _ id: PortID, _ index: UInt32, _ mac: MACAddress, _ address: String, _ to: RouterPort.Attachment
        ) -> TopologyObject {
            .port(
                DevicePort(
                    id: id, number: number + index, mac: mac, adminStateUp: true,
                    role: .router(RouterPort(router: router, attachment: to, addresses: [IPPrefix(address)!]))))
        }
        return [
            .bridge(
                Bridge(
                    id: network, vni: Self.networkVNI(tenant), adminStateUp: true, mtu: mtu,
                    dhcpSubnets: [subnet("10.1.0.0/24", "10.1.0.1")])),
            .bridge(
                Bridge(
                    id: servers, vni: Self.serversVNI(tenant), adminStateUp: true, mtu: mtu,
                    dhcpSubnets: [subnet("10.2.0.0/24", "10.2.0.1")])),
            .router(VirtualRouter(id: router, number: UInt32(tenant), adminStateUp: true)),
            vm(3, Self.vmMAC, "10.1.0.3", on: network, Self.here),
            vm(4, Self.secondMAC, "10.1.0.4", on: network, Self.here),
            vm(5, Self.farMAC, "10.1.0.5", on: network, Self.other),
            vm(6, Self.serverMAC, "10.2.0.3", on: servers, Self.here),
            routerPort(PortID(base + 6), 20, Self.gatewayMAC, "10.1.0.1/24", .bridge(network)),
            routerPort(PortID(base + 7), 21, Self.serverGatewayMAC, "10.2.0.1/24", .bridge(servers)),
            routerPort(peering, 22, Self.peeringMAC, "192.168.123.1/29", .segment(binding)),
            .segment(
                Segment(
                    id: binding, vtepRouter: RouterID(9), vni: Self.peeringVNI(tenant), siteVNI: Self.siteVNI(tenant),
                    tunnelIP: ip(Self.tunnelIP), gatewayHost: Self.here, adminStateUp: true)),
            .route(
                Route(
                    router: router, destination: IPPrefix("10.0.0.0/16")!, nextHop: ip("192.168.123.2"), port: peering)),
            .neighbour(Neighbour(port: peering, address: ip("192.168.123.2"), mac: Self.peerMAC)),
            .remoteMAC(RemoteMAC(segment: binding, mac: Self.peerMAC, tunnelIP: ip(Self.remoteTunnelIP))),
        ]
    }

    package var host: HostView {
        var interfaces: [PortID: LocalInterface] = [:]
        for tenant in 1...2 {
            let base = UInt128(1000 * tenant)
            interfaces[PortID(base + 13)] = LocalInterface(index: Self.vm(tenant), isPeerDevice: true)
            interfaces[PortID(base + 14)] = LocalInterface(index: Self.second(tenant), isPeerDevice: true)
            interfaces[PortID(base + 16)] = LocalInterface(index: Self.server(tenant), isPeerDevice: false)
        }
        return HostView(
            hostID: Self.here, tunnelAddress: ip(Self.hereAddress), interfaces: interfaces,
            uplinks: [UplinkInterface(index: Self.uplink)], addresses: [ip(Self.hereAddress), ip(Self.tunnelIP)],
            lookupInterface: 9)
    }

    /// The tables with tenant A's VM 10.1.0.3 as the only one here: a container behind a veth.
    package func tables(vm: UInt32, uplink: UInt32) -> ForwardingTables {
        var host = host
        host.interfaces = [PortID(1013): LocalInterface(index: vm, isPeerDevice: true)]
        host.uplinks = [UplinkInterface(index: uplink)]
        return ForwardingTables(topology: topology, host: host)
    }

    package var tables: ForwardingTables { ForwardingTables(topology: topology, host: host) }
    package var machine: Machine { Machine(tables) }

    /// An echo request of a VM at 10.1.0.3 to another subnet, by way of its gateway.
    package static func ping(
        to destination: String, ttl: UInt8 = 64, size: Int = 56, from source: String = "10.1.0.3", tos: UInt8 = 0
    ) -> [UInt8] {
        Packet.ethernet(source: vmMAC, destination: gatewayMAC)
            .ipv4(source: v4(source), destination: v4(destination), ttl: ttl, dontFragment: true, tos: tos)
            .icmpEchoRequest(identifier: 5, sequence: 1).payload([UInt8](repeating: 0x61, count: size))
    }

    /// A packet from the remote site's gateway, in a tunnel.
    package static func fromPeer(
        _ inner: [UInt8], vni: VNI, from: String = remoteTunnelIP, to: String = tunnelIP, tos: UInt8 = 0,
        header: VXLANHeader? = nil, checksum: Bool = false
    ) -> [UInt8] {
        Packet.ethernet(source: Machine.underlayTarget, destination: Machine.underlaySource)
            .ipv4(source: v4(from), destination: v4(to), dontFragment: true, tos: tos)
            .udp(source: 51234, destination: 4789, checksum: checksum)
            .vxlan(header ?? VXLANHeader(vni: vni)).payload(inner)
    }
}

extension FrameLayers {
    package init(_ bytes: [UInt8]) throws { self = try FrameLayers.parse(bytes.span.bytes) }

    /// The layers of the frame in the tunnel.
    package func inner(of bytes: [UInt8]) throws -> FrameLayers { try FrameLayers(Array(bytes[payload])) }
}
