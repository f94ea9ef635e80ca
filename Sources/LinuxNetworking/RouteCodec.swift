import Addresses

/// struct rtmsg.
struct RouteHeader {
    static let length = 12
    var family: UInt8
    var destinationLength: UInt8 = 0
    var sourceLength: UInt8 = 0
    /// The low byte of the table; RTA_TABLE has all of it.
    var table: UInt8 = 0
    var protocolNumber: UInt8 = 0
    var scope = RouteScope.universe
    var kind = RouteKind(rawValue: 0)
    var flags: UInt32 = 0
}

extension NetlinkMessage {
    mutating func append(_ header: RouteHeader) {
        append(header.family)
        append(header.destinationLength)
        append(header.sourceLength)
        append(UInt8(0))  // type of service
        append(header.table)
        append(header.protocolNumber)
        append(header.scope.rawValue)
        append(header.kind.rawValue)
        append(header.flags)
    }

    mutating func append(_ route: Route) {
        append(
            RouteHeader(
                family: route.destination.family.netlink, destinationLength: UInt8(route.destination.length),
                table: route.table < 256 ? UInt8(route.table) : 0, protocolNumber: route.protocolNumber,
                scope: route.scope, kind: route.kind, flags: route.onlink ? RouteAttribute.flagOnLink : 0
            )
        )
        attribute(RouteAttribute.table, route.table)
        if route.destination.length > 0 { attribute(RouteAttribute.destination, route.destination.address) }
        if let gateway = route.gateway { append(gateway: gateway, of: route.destination.family) }
        if let link = route.linkIndex { attribute(RouteAttribute.outputLink, link) }
        if let metric = route.metric { attribute(RouteAttribute.priority, metric) }
        if let source = route.source { attribute(RouteAttribute.preferredSource, source) }
        if let mtu = route.mtu {
            nest(RouteAttribute.metrics) { $0.attribute(RouteAttribute.metricMTU, mtu) }
        }
        if !route.nextHops.isEmpty {
            nest(RouteAttribute.multipath) { message in
                for hop in route.nextHops { message.append(hop, of: route.destination.family) }
            }
        }
    }

    /// struct rtnexthop and its attributes.
    private mutating func append(_ hop: RouteNextHop, of family: IPFamily) {
        var attributes = NetlinkMessage(type: 0)
        let start = attributes.bytes.count
        if let gateway = hop.gateway { attributes.append(gateway: gateway, of: family) }
        let content = attributes.bytes[start...]
        append(UInt16(RouteNextHop.headerLength + content.count))
        append(UInt8(hop.onlink ? RouteAttribute.flagOnLink : 0))
        append(UInt8(clamping: hop.weight - 1))
        append(hop.linkIndex)
        append(contentsOf: content)
    }

    /// An IPv4 destination by an IPv6 gateway (RFC 8950) has an attribute of its own.
    private mutating func append(gateway: IPAddress, of family: IPFamily) {
        if gateway.family == family { return attribute(RouteAttribute.gateway, gateway) }
        nest(RouteAttribute.via) { message in
            message.append(UInt16(gateway.family.netlink))
            switch gateway {
            case .v4(let address): message.append(address.value.bigEndian)
            case .v6(let address): message.append(address.value.bigEndian)
            }
        }
    }
}

extension RouteNextHop {
    fileprivate static let headerLength = 8
}

/// The parts that routes, lookups and next hops share, as read.
struct RouteParts {
    var header: RouteHeader
    var isCloned: Bool
    var table: UInt32
    var destination: IPPrefix
    var gateway: IPAddress?
    var linkIndex: UInt32?
    var metric: UInt32?
    var source: IPAddress?
    var mtu: UInt32?
    var nextHops: [RouteNextHop] = []

    /// Nil for families other than IPv4 and IPv6 (multicast routing, MPLS).
    init?(payload: RawSpan) throws(NetlinkFormatError) {
        guard let family = payload.integer(at: 0, as: UInt8.self),
            let length = payload.integer(at: 1, as: UInt8.self),
            let shortTable = payload.integer(at: 4, as: UInt8.self),
            let protocolNumber = payload.integer(at: 5, as: UInt8.self),
            let scope = payload.integer(at: 6, as: UInt8.self),
            let kind = payload.integer(at: 7, as: UInt8.self),
            let flags = payload.integer(at: 8, as: UInt32.self)
        else { throw .shortHeader(expected: RouteHeader.length, got: payload.byteCount) }
        let unspecified: IPAddress
        switch family {
        case AddressFamily.inet: unspecified = .v4(.unspecified)
        case AddressFamily.inet6: unspecified = .v6(.unspecified)
        default: return nil
        }
        header = RouteHeader(
            family: family, destinationLength: length, table: shortTable, protocolNumber: protocolNumber,
            scope: RouteScope(rawValue: scope), kind: RouteKind(rawValue: kind), flags: flags
        )
        isCloned = flags & RouteAttribute.flagCloned != 0

        var table = UInt32(shortTable)
        var address = unspecified
        var (gateway, source): (IPAddress?, IPAddress?)
        var (link, metric, mtu): (UInt32?, UInt32?, UInt32?)
        var hops: [RouteNextHop] = []
        try payload.forEachAttribute(from: RouteHeader.length) { (type, content) throws(NetlinkFormatError) in
            switch type {
            case RouteAttribute.table: table = try content.value(type, as: UInt32.self)
            case RouteAttribute.destination: address = try content.ipAddress(type)
            case RouteAttribute.gateway: gateway = try content.ipAddress(type)
            case RouteAttribute.via: gateway = try content.via(type)
            case RouteAttribute.outputLink: link = try content.value(type, as: UInt32.self)
            case RouteAttribute.priority: metric = try content.value(type, as: UInt32.self)
            case RouteAttribute.preferredSource: source = try content.ipAddress(type)
            case RouteAttribute.metrics:
                try content.forEachAttribute { (type, content) throws(NetlinkFormatError) in
                    if type == RouteAttribute.metricMTU { mtu = try content.value(type, as: UInt32.self) }
                }
            case RouteAttribute.multipath: hops = try content.nextHops(type)
            default: break
            }
        }
        guard let destination = IPPrefix(address: address, length: Int(length)) else {
            throw .attributeSize(type: RouteAttribute.destination, got: Int(length))
        }
        self.table = table
        self.destination = destination
        self.gateway = gateway
        self.source = source
        self.metric = metric
        self.mtu = mtu
        linkIndex = link
        nextHops = hops
    }
}

extension RawSpan {
    /// struct rtvia: the family (16), the address.
    fileprivate func via(_ type: UInt16) throws(NetlinkFormatError) -> IPAddress {
        guard byteCount > 2 else { throw .attributeSize(type: type, got: byteCount) }
        return try extracting(2..<byteCount).ipAddress(type)
    }

    fileprivate func nextHops(_ type: UInt16) throws(NetlinkFormatError) -> [RouteNextHop] {
        var hops: [RouteNextHop] = []
        var offset = 0
        while byteCount - offset >= RouteNextHop.headerLength {
            guard let length = integer(at: offset, as: UInt16.self),
                let flags = integer(at: offset + 2, as: UInt8.self),
                let weight = integer(at: offset + 3, as: UInt8.self),
                let link = integer(at: offset + 4, as: UInt32.self),
                Int(length) >= RouteNextHop.headerLength, Int(length) <= byteCount - offset
            else { throw .attributeSize(type: type, got: byteCount - offset) }
            var gateway: IPAddress?
            let attributes = extracting(offset + RouteNextHop.headerLength..<offset + Int(length))
            try attributes.forEachAttribute { (type, content) throws(NetlinkFormatError) in
                switch type {
                case RouteAttribute.gateway: gateway = try content.ipAddress(type)
                case RouteAttribute.via: gateway = try content.via(type)
                default: break
                }
            }
            hops.append(
                RouteNextHop(
                    gateway: gateway, linkIndex: link, weight: Int(weight) + 1,
                    onlink: UInt32(flags) & RouteAttribute.flagOnLink != 0
                )
            )
            offset += (Int(length) + 3) & ~3
        }
        return hops
    }
}

extension Route {
    /// From RTM_NEWROUTE or RTM_DELROUTE. Nil for other families and for path MTU exceptions.
    init?(payload: RawSpan) throws(NetlinkFormatError) {
        guard let parts = try RouteParts(payload: payload), !parts.isCloned else { return nil }
        self.init(
            destination: parts.destination, gateway: parts.gateway, linkIndex: parts.linkIndex,
            protocolNumber: parts.header.protocolNumber, table: parts.table, scope: parts.header.scope,
            kind: parts.header.kind, source: parts.source,
            onlink: parts.header.flags & RouteAttribute.flagOnLink != 0, mtu: parts.mtu, nextHops: parts.nextHops
        )
        // As it is: the kernel's own IPv6 routes have metrics that the initialiser would read as "none given".
        metric = parts.metric
    }
}
