import Addresses
import Resources
import VirtualTopology

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension WireHost {
    init(_ host: Host) {
        self.init()
        id = Data(host.id)
        name = host.name
        tunnelAddress = Data(host.tunnelAddress)
        underlayMtu = UInt32(host.underlayMTU)
        uplinkMtu = UInt32(host.uplinkMTU)
    }
}

extension Host {
    init(_ wire: WireHost) throws(WireError) {
        self.init(
            id: try Identifier("id", wire.id), name: wire.name,
            tunnelAddress: try IPAddress("tunnel_address", wire.tunnelAddress),
            underlayMTU: try UInt16("underlay_mtu", wire.underlayMtu),
            uplinkMTU: wire.uplinkMtu == 0 ? nil : try UInt16("uplink_mtu", wire.uplinkMtu))
    }
}

extension WireBridge {
    init(_ bridge: Bridge) {
        self.init()
        id = Data(bridge.id)
        vni = bridge.vni.value
        adminStateUp = bridge.adminStateUp
        mtu = UInt32(bridge.mtu)
        dhcpSubnets = bridge.dhcpSubnets.map(WireDHCPSubnet.init)
    }
}

extension Bridge {
    init(_ wire: WireBridge) throws(WireError) {
        self.init(
            id: try Identifier("id", wire.id), vni: try VNI("vni", wire.vni), adminStateUp: wire.adminStateUp,
            mtu: try UInt16("mtu", wire.mtu),
            dhcpSubnets: try readingAll("dhcp_subnets", wire.dhcpSubnets) { (subnet) throws(WireError) in
                try DHCPSubnet(subnet)
            })
    }
}

extension WireDHCPSubnet {
    init(_ subnet: DHCPSubnet) {
        self.init()
        cidr = WirePrefix(subnet.cidr)
        if let address = subnet.gateway { gateway = Data(address) }
        nameServers = subnet.nameServers.map { Data($0) }
        hostRoutes = subnet.hostRoutes.map(WireHostRoute.init)
        enabled = subnet.enabled
    }
}

extension DHCPSubnet {
    init(_ wire: WireDHCPSubnet) throws(WireError) {
        self.init(
            cidr: try IPPrefix("cidr", wire.hasCidr ? wire.cidr : nil),
            gateway: wire.hasGateway ? try IPAddress("gateway", wire.gateway) : nil,
            nameServers: try readingAll("name_servers", wire.nameServers) { (bytes) throws(WireError) in
                try IPAddress("", bytes)
            },
            hostRoutes: try readingAll("host_routes", wire.hostRoutes) { (route) throws(WireError) in
                try HostRoute(route)
            },
            enabled: wire.enabled)
    }
}

extension WireHostRoute {
    init(_ route: HostRoute) {
        self.init()
        destination = WirePrefix(route.destination)
        nextHop = Data(route.nextHop)
    }
}

extension HostRoute {
    init(_ wire: WireHostRoute) throws(WireError) {
        self.init(
            destination: try IPPrefix("destination", wire.hasDestination ? wire.destination : nil),
            nextHop: try IPAddress("next_hop", wire.nextHop))
    }
}
