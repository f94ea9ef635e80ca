import Addresses

/// A DHCP message (RFC 2131): what a UDP datagram on ports 67 and 68 carries.
package struct DHCPv4Message: WireFormat {
    /// Option 53.
    package enum MessageType: UInt8, Hashable, Sendable, CaseIterable {
        case discover = 1
        case offer, request, decline, ack, nak, release, inform
        /// RFC 3203.
        case forceRenew
    }

    package enum Operation: UInt8, Hashable, Sendable {
        /// From a client.
        case bootRequest = 1
        /// From a server.
        case bootReply = 2
    }

    /// Before the options: the fixed fields (236 bytes) and the magic cookie.
    package static let headerLength = 240
    /// BOOTP's size (RFC 1542 2.1): some relays and clients drop anything shorter.
    package static let minimumLength = 300
    package static let magicCookie: UInt32 = 0x6382_5363

    package var operation: Operation
    package var hops: UInt8
    /// `xid`.
    package var transaction: UInt32
    package var seconds: UInt16
    /// The client cannot yet receive unicast: answer by broadcast.
    package var broadcast: Bool
    /// `ciaddr`: what the client has and answers ARP for.
    package var clientAddress: IPv4Address
    /// `yiaddr`: what the server gives.
    package var yourAddress: IPv4Address
    /// `siaddr`: the next server to boot from.
    package var nextServerAddress: IPv4Address
    /// `giaddr`.
    package var relayAddress: IPv4Address
    /// `chaddr`. Ethernet only.
    package var clientMAC: MACAddress
    /// `sname` up to its zero; empty when it carries options. At most 64 bytes are sent.
    package var serverName: [UInt8]
    /// `file` up to its zero; empty when it carries options. At most 128 bytes are sent.
    package var bootFile: [UInt8]
    /// In order of first appearance: options, then `file`, then `sname` (RFC 3396 section 5). Without pad, end and
    /// overload.
    package var options: [DHCPv4Option]

    package init(
        operation: Operation, transaction: UInt32, clientMAC: MACAddress, hops: UInt8 = 0, seconds: UInt16 = 0,
        broadcast: Bool = false, clientAddress: IPv4Address = .unspecified, yourAddress: IPv4Address = .unspecified,
        nextServerAddress: IPv4Address = .unspecified, relayAddress: IPv4Address = .unspecified,
        serverName: [UInt8] = [], bootFile: [UInt8] = [], options: [DHCPv4Option] = []
    ) {
        self.operation = operation
        self.transaction = transaction
        self.clientMAC = clientMAC
        self.hops = hops
        self.seconds = seconds
        self.broadcast = broadcast
        self.clientAddress = clientAddress
        self.yourAddress = yourAddress
        self.nextServerAddress = nextServerAddress
        self.relayAddress = relayAddress
        self.serverName = serverName
        self.bootFile = bootFile
        self.options = options
    }

    /// Reads to the end of `bytes`.
    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> DHCPv4Message {
        try parse(bytes, at: offset, length: nil)
    }

    /// Reads `length` bytes when given: a datagram's payload without link-layer padding.
    package static func parse(
        _ bytes: RawSpan, at offset: Int, length: Int?
    ) throws(PacketError) -> DHCPv4Message {
        try bytes.require(max(length ?? 0, headerLength), at: offset, for: "DHCP message")
        let end = length.map { offset + $0 } ?? bytes.byteCount
        guard end - offset >= headerLength else {
            throw .truncated(field: "DHCP message", needed: headerLength, available: end - offset)
        }
        guard let operation = Operation(rawValue: try bytes.u8(offset)) else {
            throw .invalid(field: "DHCP op", rule: "must be 1 (request) or 2 (reply)")
        }
        guard try bytes.u8(offset + 1) == 1, try bytes.u8(offset + 2) == 6 else {
            throw .invalid(field: "DHCP hardware address", rule: "must be of type 1 and length 6, Ethernet")
        }
        guard try bytes.u32be(offset + 236) == magicCookie else {
            throw .invalid(field: "DHCP magic cookie", rule: "must be 99.130.83.99")
        }
        var message = DHCPv4Message(
            operation: operation,
            transaction: try bytes.u32be(offset + 4),
            clientMAC: try bytes.mac(offset + 28),
            hops: try bytes.u8(offset + 3),
            seconds: try bytes.u16be(offset + 8),
            broadcast: try bytes.u16be(offset + 10) & 0x8000 != 0,
            clientAddress: try bytes.ipv4(offset + 12),
            yourAddress: try bytes.ipv4(offset + 16),
            nextServerAddress: try bytes.ipv4(offset + 20),
            relayAddress: try bytes.ipv4(offset + 24)
        )
        let serverName = try bytes.array(offset + 44, count: 64)
        let bootFile = try bytes.array(offset + 108, count: 128)
        let options = bytes.array(in: offset + headerLength..<end)
        try DHCPv4Option.parse(options, named: "options", into: &message.options)

        let overload = try message.takeOverload()
        if overload & 1 != 0 {
            try DHCPv4Option.parse(bootFile, named: "file", into: &message.options)
        } else {
            message.bootFile = Array(bootFile.prefix { $0 != 0 })
        }
        if overload & 2 != 0 {
            try DHCPv4Option.parse(serverName, named: "sname", into: &message.options)
        } else {
            message.serverName = Array(serverName.prefix { $0 != 0 })
        }
        message.options.removeAll { $0.code == .overload }
        return message
    }

    /// Option 52: 1 when `file` holds options, 2 when `sname` does, 3 for both.
    private func takeOverload() throws(PacketError) -> UInt8 {
        guard let value = self[.overload] else { return 0 }
        guard value.count == 1, (1...3).contains(value[0]) else {
            throw .invalid(field: "DHCP option 52", rule: "must be one byte, 1 to 3")
        }
        return value[0]
    }

    /// At least 300 bytes. Names are cut to their fields; options follow in their order. Nothing is overloaded, so the
    /// caller keeps to the client's maximum message size.
    package func bytes() -> [UInt8] {
        var bytes: [UInt8] = [operation.rawValue, 1, 6, hops]
        bytes.append(be: transaction)
        bytes.append(be: seconds)
        bytes.append(be: (broadcast ? 0x8000 : 0) as UInt16)
        for address in [clientAddress, yourAddress, nextServerAddress, relayAddress] { bytes.append(address) }
        bytes.append(clientMAC)
        bytes += [UInt8](repeating: 0, count: 10)
        for (name, size) in [(serverName, 64), (bootFile, 128)] {
            let field = name.prefix(size)
            bytes += field
            bytes += [UInt8](repeating: 0, count: size - field.count)
        }
        bytes.append(be: Self.magicCookie)
        for option in options where option.code != .pad && option.code != .end { option.append(to: &bytes) }
        bytes.append(DHCPv4Option.Code.end.rawValue)
        if bytes.count < Self.minimumLength {
            bytes += [UInt8](repeating: 0, count: Self.minimumLength - bytes.count)
        }
        return bytes
    }
}
