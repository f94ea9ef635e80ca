/// An address with a prefix length, as in `192.168.123.1/29`. Host bits are kept, so it serves both for a network
/// (`isCanonical`) and for an interface's address within one. Sorts by address, then shorter length first.
package struct IPPrefix: StringCoded {
    package let address: IPAddress
    package let length: Int

    /// Nil unless `length` lies in 0...32 (IPv4) or 0...128 (IPv6).
    package init?(address: IPAddress, length: Int) {
        guard (0...address.family.bits).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// The prefix that holds this one address: /32 or /128.
    package init(host address: IPAddress) {
        self.address = address
        length = address.family.bits
    }

    /// `address/length`; the length is required.
    package init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2,
            let address = IPAddress(utf8: Array(parts[0])[...]),
            let length = StrictNumber.decimal(parts[1], maximum: 128)
        else { return nil }
        self.init(address: address, length: Int(length))
    }

    package var description: String { "\(address)/\(length)" }
    package var family: IPFamily { address.family }

    /// Ones where host bits are.
    private var hostMask: UInt128 {
        let hostBits = family.bits - length
        return hostBits == 128 ? .max : (1 << UInt128(hostBits)) - 1
    }

    /// The same family with another number; the number is always `address`'s with host bits changed, so it fits.
    private func sibling(_ value: UInt128) -> IPAddress {
        switch family {
        case .v4: .v4(IPv4Address(UInt32(truncatingIfNeeded: value)))
        case .v6: .v6(IPv6Address(value))
        }
    }

    /// Host bits cleared.
    package var network: IPPrefix { IPPrefix(masked: first, length: length) }

    private init(masked: IPAddress, length: Int) {
        address = masked
        self.length = length
    }

    package var isCanonical: Bool { address.value & hostMask == 0 }
    /// The lowest address.
    package var first: IPAddress { sibling(address.value & ~hostMask) }
    /// The highest address.
    package var last: IPAddress { sibling(address.value | hostMask) }

    /// All addresses, network and broadcast included.
    package var range: AddressRange { AddressRange(orderedFirst: first, last: last) }

    package func contains(_ other: IPAddress) -> Bool {
        other.family == family && (other.value ^ address.value) & ~hostMask == 0
    }

    /// True when every address of `other` lies in this prefix.
    package func contains(_ other: IPPrefix) -> Bool {
        other.length >= length && contains(other.address)
    }

    package func overlaps(_ other: IPPrefix) -> Bool {
        contains(other) || other.contains(self)
    }

    /// The directed broadcast address. IPv6 has none, nor have /31 (RFC 3021) and /32.
    package var broadcast: IPv4Address? {
        length < 31 ? last.v4 : nil
    }

    /// The addresses that can be given to hosts: for IPv4 all but network and broadcast (/31 and /32: all),
    /// for IPv6 all. The subnet-router anycast address of RFC 4291 2.6.1 is left to the caller.
    package var hostRange: AddressRange {
        guard family == .v4, length < 31 else { return range }
        return AddressRange(orderedFirst: sibling(first.value + 1), last: sibling(last.value - 1))
    }

    /// IPv4 only.
    package var netmask: IPv4Address? {
        family == .v4 ? IPv4Address(netmaskLength: length) : nil
    }

    package static func < (left: IPPrefix, right: IPPrefix) -> Bool {
        (left.address, left.length) < (right.address, right.length)
    }
}
