import Addresses
import CForwardingPipeline

// Between Swift's values and the header's layouts: addresses are 16 bytes in network order, IPv4 as ::ffff:a.b.c.d.

extension ip_address {
    /// Nil gives the all-zero address, which no packet's source equals (IPv4's 0.0.0.0 is ::ffff:0.0.0.0).
    package init(_ address: IPAddress?) {
        let mapped = address?.mapped ?? 0
        self.init(
            high: UInt64(truncatingIfNeeded: mapped >> 64).bigEndian, low: UInt64(truncatingIfNeeded: mapped).bigEndian)
    }

    /// Nil for the all-zero address.
    package var address: IPAddress? {
        let mapped = UInt128(UInt64(bigEndian: high)) << 64 | UInt128(UInt64(bigEndian: low))
        return mapped == 0 ? nil : IPAddress(mapped: mapped)
    }

    /// The bits as a number in host order.
    var mapped: UInt128 { UInt128(UInt64(bigEndian: high)) << 64 | UInt128(UInt64(bigEndian: low)) }

    init(mapped: UInt128) {
        self.init(
            high: UInt64(truncatingIfNeeded: mapped >> 64).bigEndian, low: UInt64(truncatingIfNeeded: mapped).bigEndian)
    }
}

extension mac_address {
    package init(_ mac: MACAddress) {
        let octets = mac.octets
        self.init(octets: (octets[0], octets[1], octets[2], octets[3], octets[4], octets[5]))
    }

    package var address: MACAddress {
        MACAddress(octets.0, octets.1, octets.2, octets.3, octets.4, octets.5)
    }
}

/// A prefix over the 128 bits that longest-prefix tables match.
struct MappedPrefix: Hashable {
    var bits: UInt128
    var length: UInt32

    /// `prefix` as the tables' prefixes: one, or several for an IPv6 prefix that is so short that it would hold the
    /// IPv4 addresses too (::/0…::/95). Then it is cut into the siblings along the way to ::ffff:0:0/96, so that an
    /// IPv6 default route or an allowed ::/0 never speaks for IPv4.
    static func covering(_ prefix: IPPrefix) -> [MappedPrefix] {
        let first = prefix.first
        guard first.family == .v6 else {
            return [MappedPrefix(bits: first.mapped, length: 96 + UInt32(prefix.length))]
        }
        let mappedIPv4: UInt128 = 0xffff_0000_0000
        let holdsIPv4 =
            prefix.length < 96
            && (prefix.length == 0 || (first.value ^ mappedIPv4) >> UInt128(128 - prefix.length) == 0)
        guard holdsIPv4 else { return [MappedPrefix(bits: first.value, length: UInt32(prefix.length))] }
        return (prefix.length..<96).map { bit in
            let flipped = mappedIPv4 ^ (1 << UInt128(127 - bit))
            let mask = UInt128.max << UInt128(127 - bit)
            return MappedPrefix(bits: flipped & mask, length: UInt32(bit + 1))
        }
    }

    /// As an operator writes it.
    var prefix: IPPrefix? {
        if length >= 96, bits >> 32 == 0xffff {
            return IPPrefix(address: IPAddress(mapped: bits), length: Int(length) - 96)
        }
        return IPPrefix(address: .v6(IPv6Address(bits)), length: Int(length))
    }
}

/// The bytes of a value without padding.
func rawBytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] {
    withUnsafeBytes(of: value) { [UInt8]($0) }
}

/// Nil unless the size fits.
func decoded<Value: BitwiseCopyable>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
    guard bytes.count == MemoryLayout<Value>.size else { return nil }
    return bytes.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
}
