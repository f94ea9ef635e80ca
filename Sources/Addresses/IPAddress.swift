/// The raw value is the IP version number.
package enum IPFamily: UInt8, Hashable, Comparable, Sendable, Codable, CaseIterable {
    case v4 = 4
    case v6 = 6

    /// Bits in an address of this family.
    package var bits: Int { self == .v4 ? 32 : 128 }

    package static func < (left: IPFamily, right: IPFamily) -> Bool { left.rawValue < right.rawValue }
}

/// An address of either family. IPv4 sorts before IPv6.
package enum IPAddress: StringCoded {
    case v4(IPv4Address)
    case v6(IPv6Address)

    package init?(_ text: some StringProtocol) {
        self.init(utf8: Array(text.utf8)[...])
    }

    init?(utf8: ArraySlice<UInt8>) {
        if let address = IPv4Address(utf8: utf8) {
            self = .v4(address)
        } else if let address = IPv6Address(utf8: utf8) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// The address of `family` with this number. Nil when the number has more bits than the family.
    package init?(family: IPFamily, value: UInt128) {
        switch family {
        case .v4:
            guard let value = UInt32(exactly: value) else { return nil }
            self = .v4(IPv4Address(value))
        case .v6: self = .v6(IPv6Address(value))
        }
    }

    /// The inverse of `mapped`. An address in ::ffff:0:0/96 is IPv4, so `.v6(::ffff:a.b.c.d)` does not survive the
    /// round trip: the kernel tables do not tell it from a.b.c.d, and it never appears on the wire (RFC 4038 4.2).
    package init(mapped: UInt128) {
        if mapped >> 32 == 0xffff {
            self = .v4(IPv4Address(UInt32(truncatingIfNeeded: mapped)))
        } else {
            self = .v6(IPv6Address(mapped))
        }
    }

    /// The form kernel tables use for both families: IPv4 as ::ffff:a.b.c.d, IPv6 as it is. Host byte order.
    package var mapped: UInt128 {
        switch self {
        case .v4(let address): 0xffff_0000_0000 | UInt128(address.value)
        case .v6(let address): address.value
        }
    }

    /// The address as a number in host order, without mapping.
    package var value: UInt128 {
        switch self {
        case .v4(let address): UInt128(address.value)
        case .v6(let address): address.value
        }
    }

    package var family: IPFamily {
        switch self {
        case .v4: .v4
        case .v6: .v6
        }
    }

    package var v4: IPv4Address? {
        if case .v4(let address) = self { address } else { nil }
    }

    package var v6: IPv6Address? {
        if case .v6(let address) = self { address } else { nil }
    }

    package var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }

    package var isUnspecified: Bool { value == 0 }

    package var isLoopback: Bool {
        switch self {
        case .v4(let address): address.isLoopback
        case .v6(let address): address.isLoopback
        }
    }

    package var isMulticast: Bool {
        switch self {
        case .v4(let address): address.isMulticast
        case .v6(let address): address.isMulticast
        }
    }

    /// 255.255.255.255.
    package var isBroadcast: Bool {
        switch self {
        case .v4(let address): address.isBroadcast
        case .v6(let address): address.isBroadcast
        }
    }

    package var isLinkLocal: Bool {
        switch self {
        case .v4(let address): address.isLinkLocal
        case .v6(let address): address.isLinkLocal
        }
    }

    /// The address `distance` further on; nil beyond either end of the family's address space.
    package func advanced(by distance: Int) -> IPAddress? {
        switch self {
        case .v4(let address): address.advanced(by: distance).map(IPAddress.v4)
        case .v6(let address): address.advanced(by: distance).map(IPAddress.v6)
        }
    }

    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.family, left.value) < (right.family, right.value)
    }
}
