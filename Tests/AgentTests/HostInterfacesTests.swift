import Addresses
import ForwardingTables
import Resources
import Testing
import VirtualTopology

@testable import Agent
@testable import LinuxNetworking

@Suite struct HostInterfacesTests {
    private func link(
        _ index: UInt32, _ name: String, kind: String? = nil, mtu: UInt32 = 1500, mac: String? = "02:00:00:00:00:01",
        peerNamespace: Int32? = nil
    ) -> Link {
        Link(
            index: index, name: name, mac: mac.flatMap { MACAddress($0) }, mtu: mtu, isUp: true, isRunning: true,
            kind: kind, peerNamespaceID: peerNamespace)
    }

    private func address(_ text: String, _ link: UInt32, _ scope: RouteScope = .universe) -> LinkAddress {
        LinkAddress(prefix: IPPrefix(text)!, linkIndex: link, scope: scope, isTentative: false, isDuplicate: false)
    }

    @Test(
        "An interface is a port's by its whole name: tap, 8 digits, a dash, 2 digits",
        arguments: [
            ("tap6f1c0a2e-3b", "6f1c0a2e-3b"), ("tap00000000-00", "00000000-00"), ("tap6f1c0a2e-3", nil),
            ("tap6f1c0a2e-3bc", nil), ("tap6f1c0a2e3bc", nil), ("tap6F1C0A2E-3B", nil), ("tap-6f1c0a2e3b", nil),
            ("qvo6f1c0a2e-3b", nil), ("tap0", nil), ("tapabcdefabcd", nil), ("tap６f1c0a2e-3b", nil), ("", nil),
        ])
    func names(_ name: String, _ part: String?) {
        #expect(HostInterfaces.portPart(of: name) == part)
    }

    @Test("An interface's name is made of the port's id and read back from it")
    func roundTrip() throws {
        let id = try #require(PortID("6f1c0a2e-3b4d-4a5e-8c6f-001122334455"))
        #expect(HostInterfaces.interfaceName(for: id) == "tap6f1c0a2e-3b")
        #expect(HostInterfaces.portPart(of: HostInterfaces.interfaceName(for: id)) == HostInterfaces.part(of: id))
    }

    @Test("The underlay is what has an address others can reach, is Ethernet, and is neither ours nor internal")
    func uplinks() {
        let links = [
            link(1, "lo"), link(2, "eth0"), link(3, "dummy0", kind: "dummy"), link(4, HostInterfaces.ownDevice),
            link(5, "tap6f1c0a2e-3b"), link(6, "wg0", kind: "wireguard", mac: nil), link(7, "eth1"), link(8, "eth2"),
        ]
        let addresses = [
            address("127.0.0.1/8", 1, .host), address("10.255.0.1/32", 1), address("192.0.2.1/24", 2),
            address("10.0.0.1/24", 3), address("10.0.1.1/24", 4), address("10.0.2.1/24", 5), address("10.0.3.1/24", 6),
            address("fe80::1/64", 7, .link), address("2001:db8::1/64", 8),
        ]
        let found = HostInterfaces(links: links, addresses: addresses)
        #expect(found.uplinks.map(\.name) == ["eth0", "eth2"])
        #expect(found.hostAddresses.contains(IPAddress("10.255.0.1")!))
        #expect(!found.hostAddresses.contains(IPAddress("127.0.0.1")!))
        #expect(!found.hostAddresses.contains(IPAddress("fe80::1")!))
        let chosen = HostInterfaces(links: links, addresses: addresses, chosenUplinks: ["eth1", "wg0", "gone"])
        #expect(chosen.uplinks.map(\.name) == ["eth1"])
    }

    @Test(
        "The underlay's MTU is that of the tunnel address's link; of the least uplink when the address is a loopback's")
    func mtu() {
        let found = HostInterfaces(
            links: [link(1, "lo", mtu: 65536), link(2, "eth0", mtu: 9000), link(3, "eth1", mtu: 1400)],
            addresses: [address("10.9.9.9/32", 1), address("192.0.2.1/24", 2), address("198.51.100.1/24", 3)])
        #expect(found.underlayMTU(tunnelAddress: IPAddress("192.0.2.1")!) == 9000)
        #expect(found.underlayMTU(tunnelAddress: IPAddress("198.51.100.1")!) == 1400)
        #expect(found.underlayMTU(tunnelAddress: IPAddress("10.9.9.9")!) == 1400)
        #expect(HostInterfaces(links: [], addresses: []).underlayMTU(tunnelAddress: IPAddress("10.9.9.9")!) == 1500)
    }

    @Test("A port has the interface with its name; bpf_redirect_peer is for veths whose other end is elsewhere")
    func view() throws {
        let ports = [DevicePort.vm(1), .vm(2), .vm(3), .vm(4, host: 2)]
        let own = OwnPorts(host: HostID(1), topology: Topology(ports.map { .port($0) }))
        let names = ports.map { HostInterfaces.interfaceName(for: $0.id) }
        let interfaces = HostInterfaces(
            links: [
                link(10, names[0], kind: "veth", peerNamespace: 3), link(11, names[1], kind: "veth"),
                link(13, names[3], kind: "tun"), link(2, "eth0"),
            ], addresses: [address("192.0.2.1/24", 2)])
        let view = interfaces.view(
            host: HostID(1), tunnelAddress: IPAddress("192.0.2.1")!, ports: own, lookupInterface: 9)
        #expect(
            view.interfaces == [
                ports[0].id: LocalInterface(index: 10, isPeerDevice: true),
                ports[1].id: LocalInterface(index: 11, isPeerDevice: false),
            ])
        #expect(view.uplinks == [UplinkInterface(index: 2)])
        #expect(view.addresses == [IPAddress("192.0.2.1")!])
        #expect(interfaces.announcements.count == 3)
    }

    @Test("Two ports of the host that begin alike: neither gets the interface, until one is gone")
    func ambiguous() {
        let (first, second) = (PortID(7 << 88), PortID(7 << 88 | 1))
        var own = OwnPorts(host: HostID(1), topology: Topology([.port(.vm(1, id: first)), .port(.vm(2, id: second))]))
        let interfaces = HostInterfaces(links: [link(10, HostInterfaces.interfaceName(for: first))], addresses: [])
        func bound() -> [PortID] {
            Array(
                interfaces.view(host: HostID(1), tunnelAddress: IPAddress("192.0.2.1")!, ports: own, lookupInterface: 9)
                    .interfaces.keys)
        }
        #expect(bound() == [])
        _ = own.apply(TopologyDelta(removed: [.port(first)]))
        #expect(bound() == [second])
    }
}
