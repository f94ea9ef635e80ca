import Addresses

/// How far away a destination is (IPv4 only; IPv6 always says universe).
package struct RouteScope: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let universe = RouteScope(rawValue: 0)
    package static let site = RouteScope(rawValue: 200)
    /// Directly attached.
    package static let link = RouteScope(rawValue: 253)
    /// An address of our own.
    package static let host = RouteScope(rawValue: 254)
}

/// What a route does with its packets.
package struct RouteKind: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let unicast = RouteKind(rawValue: 1)
    package static let local = RouteKind(rawValue: 2)
    package static let broadcast = RouteKind(rawValue: 3)
    package static let anycast = RouteKind(rawValue: 4)
    package static let multicast = RouteKind(rawValue: 5)
    package static let blackhole = RouteKind(rawValue: 6)
    package static let unreachable = RouteKind(rawValue: 7)
    package static let prohibit = RouteKind(rawValue: 8)
}

/// One of several ways that share a route's traffic.
package struct RouteNextHop: Hashable, Sendable {
    package var gateway: IPAddress?
    package var linkIndex: UInt32
    /// 1...256.
    package var weight: Int
    package var onlink: Bool

    package init(gateway: IPAddress?, linkIndex: UInt32, weight: Int = 1, onlink: Bool = false) {
        self.gateway = gateway
        self.linkIndex = linkIndex
        self.weight = weight
        self.onlink = onlink
    }
}

/// A route of a kernel table. A route made with this initialiser and added reads back equal to itself.
package struct Route: Hashable, Sendable {
    /// The tables every namespace has.
    package static let mainTable: UInt32 = 254
    package static let localTable: UInt32 = 255

    /// Canonical: no host bits.
    package var destination: IPPrefix
    package var gateway: IPAddress?
    package var linkIndex: UInt32?
    /// Who made the route (rtm_protocol): 2 kernel, 3 boot, 4 static (an administrator). How a program knows its own.
    package var protocolNumber: UInt8
    /// Lower wins. Nil is 0; IPv6 user routes get 1024 from the kernel when they name none.
    package var metric: UInt32?
    package var table: UInt32
    package var scope: RouteScope
    package var kind: RouteKind
    /// The source address of packets this host sends by the route.
    package var source: IPAddress?
    /// The gateway is on the link though no address of ours says so.
    package var onlink: Bool
    /// Path MTU, when the route overrides the link's.
    package var mtu: UInt32?
    /// Two or more next hops in place of `gateway` and `linkIndex`; empty for the usual route with one.
    package var nextHops: [RouteNextHop]

    /// `scope` nil: what fits the destination's distance, as iproute2 chooses.
    package init(
        destination: IPPrefix, gateway: IPAddress? = nil, linkIndex: UInt32? = nil, protocolNumber: UInt8,
        metric: UInt32? = nil, table: UInt32 = Route.mainTable, scope: RouteScope? = nil,
        kind: RouteKind = .unicast, source: IPAddress? = nil, onlink: Bool = false, mtu: UInt32? = nil,
        nextHops: [RouteNextHop] = []
    ) {
        self.destination = destination
        self.gateway = gateway
        self.linkIndex = linkIndex
        self.protocolNumber = protocolNumber
        self.table = table
        self.kind = kind
        self.source = source
        self.onlink = onlink
        self.mtu = mtu
        self.nextHops = nextHops
        switch destination.family {
        case .v4:
            self.metric = metric == 0 ? nil : metric
            let direct = gateway == nil && nextHops.allSatisfy { $0.gateway == nil }
            self.scope = scope ?? (kind == .local ? .host : kind == .unicast && direct ? .link : .universe)
        case .v6:
            self.metric = metric == nil || metric == 0 ? 1024 : metric
            self.scope = .universe
        }
    }
}

extension Route: CustomStringConvertible {
    package var description: String {
        var text = "\(destination)"
        if let gateway { text += " via \(gateway)" }
        if let linkIndex { text += " link \(linkIndex)" }
        for hop in nextHops {
            text += " nexthop" + (hop.gateway.map { " via \($0)" } ?? "") + " link \(hop.linkIndex)"
        }
        if let metric { text += " metric \(metric)" }
        return text + " table \(table) protocol \(protocolNumber)"
    }
}

/// What the kernel would do with a packet.
package struct RouteLookup: Hashable, Sendable {
    package var kind: RouteKind
    /// Nil: the destination is on the link itself.
    package var gateway: IPAddress?
    package var linkIndex: UInt32
    /// The source address a local sender would get.
    package var source: IPAddress?
    package var table: UInt32
    /// Path MTU, when it differs from the link's.
    package var mtu: UInt32?
}

extension IPFamily {
    var netlink: UInt8 { self == .v4 ? AddressFamily.inet : AddressFamily.inet6 }
}
