import Addresses
import PacketFormats
import Testing

@Suite("DHCP messages")
struct DHCPv4Tests {
    private func discover() -> DHCPv4Message {
        var message = DHCPv4Message(
            operation: .bootRequest, transaction: 0xdead_beef, clientMAC: macA, broadcast: true)
        message.messageType = .discover
        message.parameterRequestList = [.subnetMask, .routers, .domainNameServers, .interfaceMTU, .classlessRoutes]
        message.hostName = "vm-a1"
        return message
    }

    private func route(to text: String, _ router: IPv4Address) throws -> DHCPv4ClasslessRoute {
        let prefix = try #require(IPPrefix(text))
        return try #require(DHCPv4ClasslessRoute(destination: prefix, router: router))
    }

    private func offer() throws -> DHCPv4Message {
        var message = DHCPv4Message(
            operation: .bootReply, transaction: 0xdead_beef, clientMAC: macA, yourAddress: vm1,
            nextServerAddress: gateway)
        message.messageType = .offer
        message.serverIdentifier = gateway
        message.leaseTime = 86400
        message.subnetMask = IPv4Address(netmaskLength: 24)
        message.routers = [gateway]
        message.domainNameServers = [IPv4Address(8, 8, 8, 8), IPv4Address(8, 8, 4, 4)]
        message.interfaceMTU = 1450
        let routes = [
            ("0.0.0.0/0", gateway), ("192.168.1.0/24", .unspecified),
            ("169.254.169.254/32", IPv4Address(10, 1, 0, 2)),
        ]
        message.setClasslessRoutes(
            try routes.map {
                try route(to: $0.0, $0.1)
            })
        return message
    }

    /// Frame header, IP, UDP.
    private let dhcpOffset = 42

    @Test("RFC 2131: DISCOVER and OFFER as another implementation makes them, padded to 300 bytes")
    func golden() throws {
        let discover = Array(Golden.dhcpDiscover[dhcpOffset...])
        #expect(self.discover().bytes() == discover + zeros(300 - discover.count))
        let offer = Array(Golden.dhcpOffer[dhcpOffset...])
        #expect(try self.offer().bytes() == offer)
        #expect(try DHCPv4Message.parse(Golden.dhcpDiscover, at: dhcpOffset) == self.discover())
        #expect(try DHCPv4Message.parse(Golden.dhcpOffer, at: dhcpOffset) == self.offer())
        let frame = Packet.ethernet(source: macB, destination: macA)
            .ipv4(source: gateway, destination: vm1, identification: 15).udp(source: 67, destination: 68)
            .dhcp(try self.offer())
        #expect(frame == Golden.dhcpOffer)
    }

    @Test("Every message type survives the wire", arguments: DHCPv4Message.MessageType.allCases)
    func messageTypes(type: DHCPv4Message.MessageType) throws {
        var message = DHCPv4Message(operation: .bootRequest, transaction: 1, clientMAC: macA)
        message.messageType = type
        message.requestedAddress = vm1
        message.serverIdentifier = gateway
        message.clientIdentifier = [1, 2, 3]
        message.maximumMessageSize = 1400
        message.renewalTime = 1
        message.rebindingTime = 2
        message.broadcastAddress = .broadcast
        message.domainName = "example.org"
        message.message = "no such lease"
        message.serverName = Array("server".utf8)
        message.bootFile = Array("file".utf8)
        let bytes = message.bytes()
        let parsed = try DHCPv4Message.parse(bytes)
        #expect(parsed == message)
        #expect(parsed.messageType == type && bytes.count >= 300)
    }

    @Test("RFC 3396: a value over 255 bytes travels in pieces and comes back whole")
    func longOptions() throws {
        for length in [0, 1, 254, 255, 256, 510, 511, 1000] {
            var message = DHCPv4Message(operation: .bootReply, transaction: 1, clientMAC: macA)
            message[.domainSearch] = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            message.messageType = .ack
            let bytes = message.bytes()
            #expect(try DHCPv4Message.parse(bytes) == message)
        }
    }

    @Test("RFC 3396: pieces of an option are joined in the order options, file, sname")
    func overload() throws {
        var bytes = DHCPv4Message(operation: .bootRequest, transaction: 1, clientMAC: macA).bytes()
        bytes.replaceSubrange(240..<254, with: [0, 0, 53, 1, 1, 52, 1, 3, 61, 2, 1, 2, 0, 255])
        bytes.replaceSubrange(108..<113, with: [61, 1, 3, 255, 9])
        bytes.replaceSubrange(44..<51, with: [61, 1, 4, 12, 1, 0x78, 255])
        let message = try DHCPv4Message.parse(bytes)
        #expect(message.messageType == .discover)
        #expect(message.clientIdentifier == [1, 2, 3, 4])
        #expect(message.hostName == "x")
        #expect(message.serverName.isEmpty && message.bootFile.isEmpty)
        #expect(message[.overload] == nil)
        // Only sname is overloaded: file is a name.
        bytes[247] = 2
        let named = try DHCPv4Message.parse(bytes)
        #expect(named.clientIdentifier == [1, 2, 4] && named.bootFile == [61, 1, 3, 255, 9])
    }

    @Test("RFC 3442: the examples of the RFC's table")
    func classlessRoutes() throws {
        let table = [
            ("0.0.0.0/0", "00"), ("10.0.0.0/8", "080a"), ("10.0.0.0/24", "180a0000"), ("10.17.0.0/16", "100a11"),
            ("10.27.129.0/24", "180a1b81"), ("10.229.0.128/25", "190ae50080"), ("10.198.122.47/32", "200ac67a2f"),
        ]
        for (prefix, descriptor) in table {
            let route = try route(to: prefix, gateway)
            let bytes = hex(descriptor + "0a010001")
            #expect(DHCPv4ClasslessRoute.bytes(of: [route]) == bytes)
            #expect(try DHCPv4ClasslessRoute.parse(bytes) == [route])
        }
        // Bits beyond the prefix length are cleared by the receiver.
        #expect(try DHCPv4ClasslessRoute.parse(hex("090aff0a010001")).first?.destination.description == "10.128.0.0/9")
        #expect(throws: PacketError.self) { try DHCPv4ClasslessRoute.parse(hex("21ffffffffff0a010001")) }
        #expect(throws: PacketError.self) { try DHCPv4ClasslessRoute.parse(hex("180a00000a0100")) }
        let v6 = try #require(IPPrefix("::/0"))
        #expect(DHCPv4ClasslessRoute(destination: v6, router: gateway) == nil)
    }

    @Test("What is no DHCP message over Ethernet is refused, with the field and the rule")
    func refusals() throws {
        let good = discover().bytes()
        func refusal(_ change: (inout [UInt8]) -> Void) -> PacketError? {
            var bytes = good
            change(&bytes)
            do {
                _ = try DHCPv4Message.parse(bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0[0] = 3 } == .invalid(field: "DHCP op", rule: "must be 1 (request) or 2 (reply)"))
        #expect(refusal { $0[1] = 6 } != nil)
        #expect(refusal { $0[2] = 16 } != nil)
        #expect(refusal { $0[236] = 0 } == .invalid(field: "DHCP magic cookie", rule: "must be 99.130.83.99"))
        #expect(refusal { $0.removeLast(61) } == .truncated(field: "DHCP message", needed: 240, available: 239))
        // An option longer than what is left; an option without a length; an overload that is not 1 to 3.
        #expect(refusal { $0.replaceSubrange(240..., with: [12, 5, 1]) } != nil)
        #expect(refusal { $0.replaceSubrange(240..., with: [12]) } != nil)
        #expect(refusal { $0.replaceSubrange(240..<243, with: [52, 1, 4]) } != nil)
        // A list without "end" is accepted, as deployed clients need.
        #expect(refusal { $0.replaceSubrange(240..., with: [53, 1, 1]) } == nil)
        // Link-layer padding is not part of the message when its length is given.
        func type(_ bytes: [UInt8], length: Int) throws -> DHCPv4Message.MessageType? {
            try DHCPv4Message.parse(bytes.span.bytes, at: 0, length: length).messageType
        }
        let padded = Array(good[..<240]) + [53, 1, 1] + [12, 200]
        #expect(try type(padded, length: 243) == .discover)
        for length in [-1, 0, 239, 246, .max, .min] {
            #expect(throws: PacketError.self) { try type(padded, length: length) }
        }
    }

    @Test("An option of the wrong length reads as absent, not as a guess")
    func wrongLengths() {
        var message = DHCPv4Message(operation: .bootRequest, transaction: 1, clientMAC: macA)
        message[.messageType] = [1, 2]
        message[.requestedAddress] = [10, 0, 0]
        message[.routers] = [10, 0, 0, 1, 2]
        message[.interfaceMTU] = [1]
        message[.hostName] = Array("host\0".utf8)
        #expect(message.messageType == nil && message.requestedAddress == nil && message.routers.isEmpty)
        #expect(message.interfaceMTU == nil && message.hostName == "host")
        message.hostName = nil
        #expect(message[.hostName] == nil && message.options.count == 4)
    }
}
