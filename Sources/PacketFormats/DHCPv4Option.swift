/// One DHCP option: its code and its value, of any length. Values over 255 bytes travel as several options of the same
/// code (RFC 3396); here they are one.
package struct DHCPv4Option: Hashable, Sendable {
    /// IANA's "BOOTP vendor extensions and DHCP options".
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let pad = Code(rawValue: 0)
        package static let subnetMask = Code(rawValue: 1)
        package static let routers = Code(rawValue: 3)
        package static let domainNameServers = Code(rawValue: 6)
        package static let hostName = Code(rawValue: 12)
        package static let domainName = Code(rawValue: 15)
        package static let interfaceMTU = Code(rawValue: 26)
        package static let broadcastAddress = Code(rawValue: 28)
        package static let ntpServers = Code(rawValue: 42)
        package static let requestedAddress = Code(rawValue: 50)
        package static let leaseTime = Code(rawValue: 51)
        package static let overload = Code(rawValue: 52)
        package static let messageType = Code(rawValue: 53)
        package static let serverIdentifier = Code(rawValue: 54)
        package static let parameterRequestList = Code(rawValue: 55)
        package static let message = Code(rawValue: 56)
        package static let maximumMessageSize = Code(rawValue: 57)
        package static let renewalTime = Code(rawValue: 58)
        package static let rebindingTime = Code(rawValue: 59)
        package static let vendorClass = Code(rawValue: 60)
        package static let clientIdentifier = Code(rawValue: 61)
        package static let relayAgentInformation = Code(rawValue: 82)
        package static let domainSearch = Code(rawValue: 119)
        package static let classlessRoutes = Code(rawValue: 121)
        package static let end = Code(rawValue: 255)
    }

    package var code: Code
    package var value: [UInt8]

    package init(_ code: Code, _ value: [UInt8]) {
        self.code = code
        self.value = value
    }

    /// Reads a list of options from `field` (named in errors) and adds them to `options`: a code seen before has its
    /// value extended (RFC 3396 section 7). A list without "end" ends with the field.
    static func parse(_ field: [UInt8], named name: String, into options: inout [DHCPv4Option]) throws(PacketError) {
        var index = 0
        while index < field.count {
            let code = Code(rawValue: field[index])
            index += 1
            if code == .pad { continue }
            if code == .end { return }
            guard index < field.count else {
                throw .truncated(field: "DHCP option \(code.rawValue) length in \(name)", needed: 1, available: 0)
            }
            let length = Int(field[index])
            index += 1
            guard length <= field.count - index else {
                throw .truncated(
                    field: "DHCP option \(code.rawValue) in \(name)", needed: length, available: field.count - index
                )
            }
            let value = field[index..<index + length]
            index += length
            if let seen = options.firstIndex(where: { $0.code == code }) {
                options[seen].value += value
            } else {
                options.append(DHCPv4Option(code, Array(value)))
            }
        }
    }

    /// In pieces of at most 255 bytes.
    func append(to bytes: inout [UInt8]) {
        var rest = value[...]
        repeat {
            let piece = rest.prefix(255)
            bytes.append(code.rawValue)
            bytes.append(UInt8(piece.count))
            bytes += piece
            rest = rest.dropFirst(255)
        } while !rest.isEmpty
    }
}
