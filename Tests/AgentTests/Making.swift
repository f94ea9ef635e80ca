import Addresses
import Resources
import VirtualTopology

@testable import Agent

/// Short ways to objects that tests need. Ids end with the number given; `PortID(n, like: m)` begins like port m.
extension DevicePort {
    static func vm(_ number: Int, on bridge: Int = 1, host: Int? = 1, id: PortID? = nil) -> DevicePort {
        DevicePort(
            id: id ?? PortID(UInt128(number) << 88), number: UInt32(number), mac: MACAddress("02:00:00:00:00:01")!,
            adminStateUp: true,
            role: .vm(
                VMPort(
                    bridge: NetworkID(UInt128(bridge)),
                    addresses: [.v4(IPv4Address(0x0a01_0000 + UInt32(truncatingIfNeeded: number)))],
                    host: host.map { HostID(UInt128($0)) }, portSecurity: true, allowedAddressPairs: [], hostname: "")))
    }
}

extension TopologyObject {
    static func host(_ number: Int, at address: String) -> TopologyObject {
        .host(
            Host(id: HostID(UInt128(number)), name: "h\(number)", tunnelAddress: IPAddress(address)!, underlayMTU: 1500)
        )
    }

    static func bridge(_ number: Int) -> TopologyObject {
        .bridge(
            Bridge(
                id: NetworkID(UInt128(number)), vni: VNI(UInt32(number))!, adminStateUp: true, mtu: 1450,
                dhcpSubnets: []))
    }

    static func segment(_ number: Int, gateway: Int?) -> TopologyObject {
        .segment(
            Segment(
                id: SegmentID(UInt128(number)), vtepRouter: RouterID(1), vni: VNI(10001)!,
                siteVNI: VNI(20001)!, tunnelIP: IPAddress("200.0.0.1")!,
                gatewayHost: gateway.map { HostID(UInt128($0)) }, adminStateUp: true))
    }

    static func remoteMAC(_ segment: Int, _ mac: String, at address: String) -> TopologyObject {
        .remoteMAC(
            RemoteMAC(
                segment: SegmentID(UInt128(segment)), mac: MACAddress(mac)!, tunnelIP: IPAddress(address)!))
    }
}
