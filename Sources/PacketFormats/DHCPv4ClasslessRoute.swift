import Addresses

/// A route of DHCP option 121 (RFC 3442): the prefix length, the octets of the network that matter, the router.
/// Router 0.0.0.0 means that the network is on the link.
package struct DHCPv4ClasslessRoute: Hashable, Sendable {
    package var destination: IPPrefix
    package var router: IPv4Address

    /// Nil for an IPv6 destination. Host bits of the destination are cleared.
    package init?(destination: IPPrefix, router: IPv4Address) {
        guard destination.family == .v4 else { return nil }
        self.destination = destination.network
        self.router = router
    }

    package static func parse(_ value: [UInt8]) throws(PacketError) -> [DHCPv4ClasslessRoute] {
        let bytes = value.span.bytes
        var routes: [DHCPv4ClasslessRoute] = []
        var offset = 0
        while offset < bytes.byteCount {
            let length = Int(try bytes.u8(offset))
            let significant = (length + 7) / 8
            guard length <= 32 else {
                throw .invalid(field: "DHCP option 121 prefix length", rule: "must be 32 or less")
            }
            try bytes.require(1 + significant + 4, at: offset, for: "DHCP option 121 route")
            var network: UInt32 = 0
            for index in 0..<significant {
                network |= UInt32(try bytes.u8(offset + 1 + index)) << UInt32(24 - 8 * index)
            }
            let router = try bytes.ipv4(offset + 1 + significant)
            if let prefix = IPPrefix(address: .v4(IPv4Address(network)), length: length),
                let route = DHCPv4ClasslessRoute(destination: prefix, router: router)
            {
                routes.append(route)
            }
            offset += 1 + significant + 4
        }
        return routes
    }

    package static func bytes(of routes: [DHCPv4ClasslessRoute]) -> [UInt8] {
        var bytes: [UInt8] = []
        for route in routes {
            let length = route.destination.length
            bytes.append(UInt8(length))
            let network = UInt32(truncatingIfNeeded: route.destination.first.value)
            for index in 0..<(length + 7) / 8 {
                bytes.append(UInt8(truncatingIfNeeded: network >> UInt32(24 - 8 * index)))
            }
            bytes.append(route.router)
        }
        return bytes
    }
}
