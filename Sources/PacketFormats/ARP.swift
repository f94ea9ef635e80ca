import Addresses

/// An ARP message for IPv4 over Ethernet (RFC 826): 28 bytes after the Ethernet header.
package struct ARPMessage: WireFormat {
    package struct Operation: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let request = Operation(rawValue: 1)
        package static let reply = Operation(rawValue: 2)
    }

    package static let byteCount = 28

    package var operation: Operation
    package var senderMAC: MACAddress
    package var senderIP: IPv4Address
    /// Zero in a request, where it is what is asked for.
    package var targetMAC: MACAddress
    package var targetIP: IPv4Address

    package init(
        operation: Operation, senderMAC: MACAddress, senderIP: IPv4Address, targetMAC: MACAddress = .zero,
        targetIP: IPv4Address
    ) {
        self.operation = operation
        self.senderMAC = senderMAC
        self.senderIP = senderIP
        self.targetMAC = targetMAC
        self.targetIP = targetIP
    }

    /// Announces the sender's own address (RFC 5227 section 3; "gratuitous ARP").
    package var isAnnouncement: Bool { senderIP == targetIP }
    /// Asks whether an address is free (RFC 5227 2.1.1).
    package var isProbe: Bool { operation == .request && senderIP.isUnspecified }

    package static func parse(_ bytes: RawSpan, at offset: Int = 0) throws(PacketError) -> ARPMessage {
        try bytes.require(byteCount, at: offset, for: "ARP message")
        guard try bytes.u16be(offset) == 1 else {
            throw .invalid(field: "ARP hardware type", rule: "must be 1, Ethernet")
        }
        guard try bytes.u16be(offset + 2) == EtherType.ipv4.rawValue else {
            throw .invalid(field: "ARP protocol type", rule: "must be 0x0800, IPv4")
        }
        guard try bytes.u16be(offset + 4) == 0x0604 else {
            throw .invalid(field: "ARP address lengths", rule: "must be 6 and 4")
        }
        return ARPMessage(
            operation: Operation(rawValue: try bytes.u16be(offset + 6)),
            senderMAC: try bytes.mac(offset + 8),
            senderIP: try bytes.ipv4(offset + 14),
            targetMAC: try bytes.mac(offset + 18),
            targetIP: try bytes.ipv4(offset + 24)
        )
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(be: 1 as UInt16)
        bytes.append(be: EtherType.ipv4.rawValue)
        bytes.append(be: 0x0604 as UInt16)
        bytes.append(be: operation.rawValue)
        bytes.append(senderMAC)
        bytes.append(senderIP)
        bytes.append(targetMAC)
        bytes.append(targetIP)
    }

    package func bytes() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }
}
