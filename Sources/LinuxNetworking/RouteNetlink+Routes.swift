import Addresses
import Glibc

extension RouteNetlink {
    /// The routes of one table, or of all of them, of both families.
    package func routes(table: UInt32? = Route.mainTable) throws(NetlinkError) -> [Route] {
        try routes(.v4, table: table) + routes(.v6, table: table)
    }

    package func routes(_ family: IPFamily, table: UInt32?) throws(NetlinkError) -> [Route] {
        var message = NetlinkMessage(type: MessageType.getRoute)
        message.append(RouteHeader(family: family.netlink))
        if let table { message.attribute(RouteAttribute.table, table) }
        do {
            return try dump(message, "list routes", decode: Route.init(payload:))
                // A kernel that doesn't filter by table sends all of them.
                .filter { table == nil || $0.table == table }
        } catch  where error.errno == ENOENT && table != nil {
            // The kernel makes a table with its first route.
            return []
        }
    }

    /// EEXIST when the table has a route to the same destination with the same metric.
    package func addRoute(_ route: Route) throws(NetlinkError) {
        try send(route, MessageType.newRoute, NetlinkFlag.create | NetlinkFlag.exclusive, "add")
    }

    /// Adds the route, in one step in place of the one with the same destination, metric and table if there is one.
    package func replaceRoute(_ route: Route) throws(NetlinkError) {
        try send(route, MessageType.newRoute, NetlinkFlag.create | NetlinkFlag.replace, "replace")
    }

    /// Removes this route, its protocol number, table and next hop included; without a metric the kernel takes it to
    /// match any. ESRCH when there is none.
    package func removeRoute(_ route: Route) throws(NetlinkError) {
        try send(route, MessageType.deleteRoute, 0, "remove")
    }

    private func send(_ route: Route, _ type: UInt16, _ flags: UInt16, _ verb: String) throws(NetlinkError) {
        var message = NetlinkMessage(type: type, flags: flags)
        message.append(route)
        try request(message, "\(verb) route \(route)")
    }

    /// Asks the kernel which way a packet to `destination` would take. No way at all is an error (ENETUNREACH);
    /// a destination on this host itself is `.local`.
    package func route(
        to destination: IPAddress, from source: IPAddress? = nil, outputLink: UInt32? = nil
    ) throws(NetlinkError) -> RouteLookup {
        let operation = "look up the route to \(destination)"
        var message = NetlinkMessage(type: MessageType.getRoute)
        message.append(
            RouteHeader(
                family: destination.family.netlink, destinationLength: UInt8(destination.family.bits),
                sourceLength: source == nil ? 0 : UInt8(destination.family.bits),
                // IPv6 always tells the table, and refuses to be asked.
                flags: destination.family == .v4 ? RouteAttribute.flagLookupTable : 0
            )
        )
        message.attribute(RouteAttribute.destination, destination)
        if let source { message.attribute(RouteAttribute.source, source) }
        if let outputLink { message.attribute(RouteAttribute.outputLink, outputLink) }
        var lookup: RouteLookup?
        try request(message, operation) { (payload) throws(NetlinkFormatError) in
            guard let parts = try RouteParts(payload: payload), let link = parts.linkIndex else { return }
            lookup = RouteLookup(
                kind: parts.header.kind, gateway: parts.gateway, linkIndex: link, source: parts.source,
                table: parts.table, mtu: parts.mtu
            )
        }
        guard let lookup else { throw NetlinkError(operation: operation, errno: ENETUNREACH) }
        return lookup
    }
}
