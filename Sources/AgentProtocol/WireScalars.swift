import Addresses
import Resources

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// Identifiers, addresses and numbers as the protocol's fields have them: bytes in network order.

extension Data {
    package init(_ identifier: Identifier<some Any>) {
        self.init(networkOrder: identifier.value, count: 16)
    }

    package init(_ mac: MACAddress) {
        self.init(networkOrder: UInt128(mac.value), count: 6)
    }

    package init(_ address: IPAddress) {
        self.init(networkOrder: address.value, count: address.family.bits / 8)
    }

    private init(networkOrder value: UInt128, count: Int) {
        self.init((0..<count).map { UInt8(truncatingIfNeeded: value >> UInt128(8 * (count - 1 - $0))) })
    }

    fileprivate var number: UInt128 { reduce(0) { $0 << 8 | UInt128($1) } }
}

extension Identifier {
    package init(_ field: String, _ bytes: Data) throws(WireError) {
        guard bytes.count == 16 else { throw WireError(field, .length(bytes.count, expected: "16")) }
        self.init(bytes.number)
    }
}

extension MACAddress {
    package init(_ field: String, _ bytes: Data) throws(WireError) {
        guard bytes.count == 6 else { throw WireError(field, .length(bytes.count, expected: "6")) }
        self.init(UInt64(bytes.number))
    }
}

extension IPAddress {
    package init(_ field: String, _ bytes: Data) throws(WireError) {
        switch bytes.count {
        case 4: self = .v4(IPv4Address(UInt32(bytes.number)))
        case 16: self = .v6(IPv6Address(bytes.number))
        default: throw WireError(field, .length(bytes.count, expected: "4 or 16"))
        }
    }
}

extension IPPrefix {
    /// - Parameter wire: the field's message; nil when the message lacks it.
    init(_ field: String, _ wire: WirePrefix?) throws(WireError) {
        guard let wire else { throw WireError(field, .missing) }
        let address = try reading(field) { () throws(WireError) in try IPAddress("address", wire.address) }
        guard let prefix = IPPrefix(address: address, length: Int(wire.length)) else {
            throw WireError("\(field).length", .outOfRange(UInt64(wire.length), allowed: "0...\(address.family.bits)"))
        }
        self = prefix
    }
}

extension WirePrefix {
    init(_ prefix: IPPrefix) {
        self.init()
        address = Data(prefix.address)
        length = UInt32(prefix.length)
    }
}

extension VNI {
    init(_ field: String, _ number: UInt32) throws(WireError) {
        guard let vni = VNI(number) else {
            throw WireError(field, .outOfRange(UInt64(number), allowed: "\(VNI.range)"))
        }
        self = vni
    }
}

extension UInt16 {
    init(_ field: String, _ number: UInt32) throws(WireError) {
        guard let value = UInt16(exactly: number) else {
            throw WireError(field, .outOfRange(UInt64(number), allowed: "0...\(UInt16.max)"))
        }
        self = value
    }
}
