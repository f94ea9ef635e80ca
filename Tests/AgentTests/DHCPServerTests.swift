import Addresses
import Agent
import PacketFormats
import Resources
import Testing
import VirtualTopology

@Suite struct DHCPServerTests {
    private static let mac = MACAddress("fa:16:3e:00:00:03")!
    private static let address = IPv4Address("10.1.0.3")!
    private static let gateway = IPv4Address("10.1.0.1")!

    private func server(
        enabled: Bool = true, gateway: IPAddress? = .v4(DHCPServerTests.gateway), routes: [HostRoute] = [],
        hostname: String = "web-1"
    ) throws -> DHCPServer {
        let port = DevicePort(
            id: PortID(1), number: 7, mac: Self.mac, adminStateUp: true,
            role: .vm(
                VMPort(
                    bridge: NetworkID(1), addresses: [.v4(Self.address)], host: HostID(1), portSecurity: true,
                    allowedAddressPairs: [], hostname: hostname)))
        let bridge = Bridge(
            id: NetworkID(1), vni: VNI(5001)!, adminStateUp: true, mtu: 1450,
            dhcpSubnets: [
                DHCPSubnet(
                    cidr: IPPrefix("10.1.0.0/24")!, gateway: gateway, nameServers: [IPAddress("8.8.8.8")!],
                    hostRoutes: routes, enabled: enabled)
            ])
        return try #require(DHCPServer(port: port, bridge: bridge))
    }

    private func ask(
        _ type: DHCPv4Message.MessageType, from mac: MACAddress = DHCPServerTests.mac, broadcast: Bool = false,
        change: (inout DHCPv4Message) -> Void = { _ in }
    ) -> [UInt8] {
        var message = DHCPv4Message(
            operation: .bootRequest, transaction: 0xdead_beef, clientMAC: mac, broadcast: broadcast)
        message.messageType = type
        change(&message)
        return Packet.ethernet(source: mac, destination: .broadcast)
            .ipv4(source: message.clientAddress, destination: IPv4Address("255.255.255.255")!)
            .udp(source: 68, destination: 67).dhcp(message)
    }

    private func parse(_ frame: [UInt8]) throws -> (FrameLayers, DHCPv4Message) {
        let layers = try FrameLayers.parse(frame.span.bytes)
        return (layers, try DHCPv4Message.parse(frame.span.bytes, at: layers.payload.lowerBound))
    }

    @Test("S2-27: a discover is offered the port's address, mask, gateway, DNS, computed MTU and name")
    func offer() throws {
        let (layers, offer) = try parse(try #require(try server().answer(ask(.discover))))
        #expect(offer.messageType == .offer)
        #expect(offer.transaction == 0xdead_beef)
        #expect(offer.yourAddress == Self.address)
        #expect(offer.subnetMask == IPv4Address("255.255.255.0"))
        #expect(offer.routers == [Self.gateway])
        #expect(offer.domainNameServers == [IPv4Address("8.8.8.8")!])
        #expect(offer[.interfaceMTU] == [0x05, 0xaa])
        #expect(offer[.hostName] == Array("web-1".utf8))
        #expect(offer.leaseTime == DHCPServer.leaseTime)
        #expect(offer.serverIdentifier == Self.gateway)
        #expect(layers.ethernet.destination == Self.mac)
        #expect(layers.ipv4?.destination == Self.address)
        #expect(layers.udp?.sourcePort == 67)
    }

    @Test("RFC 2131: a client that asks for broadcast gets it, in the frame and in the packet")
    func broadcast() throws {
        let (layers, _) = try parse(try #require(try server().answer(ask(.discover, broadcast: true))))
        #expect(layers.ethernet.destination == .broadcast)
        #expect(layers.ipv4?.destination == IPv4Address("255.255.255.255"))
    }

    @Test("RFC 2131: the port's address is acknowledged, any other refused, another server's choice left alone")
    func request() throws {
        let server = try server()
        let good = ask(.request) {
            $0.requestedAddress = Self.address; $0.serverIdentifier = Self.gateway
        }
        #expect(try parse(#require(server.answer(good))).1.messageType == .ack)
        let renewal = ask(.request) { $0.clientAddress = Self.address }
        #expect(try parse(#require(server.answer(renewal))).1.messageType == .ack)
        let wrong = ask(.request) { $0.requestedAddress = IPv4Address("10.1.0.9") }
        let (layers, refusal) = try parse(try #require(server.answer(wrong)))
        #expect(refusal.messageType == .nak)
        #expect(refusal.yourAddress == .unspecified)
        #expect(layers.ethernet.destination == .broadcast)
        let others = ask(.request) {
            $0.requestedAddress = Self.address; $0.serverIdentifier = IPv4Address("10.1.0.2")
        }
        #expect(server.answer(others) == nil)
    }

    @Test("RFC 2131: inform is answered without an address, decline and release not at all")
    func otherMessages() throws {
        let inform = ask(.inform) { $0.clientAddress = Self.address }
        let (layers, answer) = try parse(try #require(try server().answer(inform)))
        #expect(answer.messageType == .ack)
        #expect(answer.yourAddress == .unspecified)
        #expect(answer.leaseTime == nil)
        #expect(layers.ipv4?.destination == Self.address)
        #expect(try server().answer(ask(.decline)) == nil)
        #expect(try server().answer(ask(.release)) == nil)
    }

    @Test("RFC 3442: host routes come as option 121, the default route repeated in it")
    func classlessRoutes() throws {
        let routes = [HostRoute(destination: IPPrefix("172.16.0.0/12")!, nextHop: IPAddress("10.1.0.254")!)]
        let (_, offer) = try parse(try #require(try server(routes: routes).answer(ask(.discover))))
        #expect(
            try DHCPv4ClasslessRoute.parse(#require(offer[.classlessRoutes])) == [
                DHCPv4ClasslessRoute(destination: IPPrefix("172.16.0.0/12")!, router: IPv4Address("10.1.0.254")!)!,
                DHCPv4ClasslessRoute(destination: IPPrefix("0.0.0.0/0")!, router: Self.gateway)!,
            ])
        let (_, plain) = try parse(try #require(try server().answer(ask(.discover))))
        #expect(plain[.classlessRoutes] == nil)
    }

    @Test("nothing is said to another MAC, on a subnet without DHCP, or to what is no DHCP")
    func silence() throws {
        #expect(try server().answer(ask(.discover, from: MACAddress("fa:16:3e:00:00:04")!)) == nil)
        #expect(try server(enabled: false).answer(ask(.discover)) == nil)
        #expect(try server().answer([]) == nil)
        #expect(try server().answer([UInt8](repeating: 0xff, count: 400)) == nil)
    }

    @Test("a subnet without a gateway announces none, and still leases")
    func noGateway() throws {
        let (_, offer) = try parse(try #require(try server(gateway: nil).answer(ask(.discover))))
        #expect(offer.routers == [])
        #expect(offer.yourAddress == Self.address)
    }
}
