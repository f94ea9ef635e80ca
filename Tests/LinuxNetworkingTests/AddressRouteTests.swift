import Addresses
import Glibc
import Testing

@testable import LinuxNetworking

@Suite("addresses, routes, neighbours") struct AddressRouteTests {
    /// A namespace with one link, up, and its netlink socket.
    private func withLink(
        _ body: (NetworkNamespace, RouteNetlink, UInt32) async throws -> Void
    ) async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let link = try netlink.createVeth(name: "v0", peer: VethPeer(name: "v1"))
            let peer = try #require(try netlink.link(named: "v1"))
            try netlink.setLink(link.index, up: true)
            try netlink.setLink(peer.index, up: true)
            try await body(namespaces[0], netlink, link.index)
        }
    }

    @Test("an address is added with its prefix length, listed, and removed") func addresses() async throws {
        try await withLink { namespace, netlink, link in
            try netlink.addAddress(prefix("10.1.0.1/24"), link: link)
            try netlink.addAddress(prefix("fd00::1/64"), link: link, detectsDuplicates: false)
            let listed = try netlink.addresses(link: link).filter { !$0.prefix.address.isLinkLocal }
            #expect(Set(listed.map(\.prefix)) == [prefix("10.1.0.1/24"), prefix("fd00::1/64")])
            #expect(listed.allSatisfy { $0.peer == nil && !$0.isTentative && $0.linkIndex == link })
            // Loopback's are among all, not among the link's.
            #expect(try netlink.addresses().contains { $0.prefix == prefix("127.0.0.1/8") })

            let seen = try #require(try await witness(namespace, "addr", "show", "dev", "v0").first)
            let addresses = (seen["addr_info"] as? [[String: Any]])?.compactMap { $0["local"] as? String } ?? []
            #expect(Set(addresses).isSuperset(of: ["10.1.0.1", "fd00::1"]))

            let duplicate = #expect(throws: NetlinkError.self) {
                try netlink.addAddress(prefix("10.1.0.1/24"), link: link)
            }
            #expect(duplicate?.errno == EEXIST)
            try netlink.removeAddress(prefix("10.1.0.1/24"), link: link)
            try netlink.removeAddress(prefix("fd00::1/64"), link: link)
            #expect(try netlink.addresses(link: link).allSatisfy(\.prefix.address.isLinkLocal))
        }
    }

    @Test("a route that was added reads back equal, in both families and in a table of its own") func routes()
        async throws
    {
        try await withLink { namespace, netlink, link in
            try netlink.addAddress(prefix("10.1.0.1/24"), link: link)
            try netlink.addAddress(prefix("fd00::1/64"), link: link, detectsDuplicates: false)
            let routes = [
                Route(
                    destination: prefix("10.2.0.0/16"), gateway: ip("10.1.0.2"), linkIndex: link, protocolNumber: 77
                ),
                Route(
                    destination: prefix("10.3.0.0/16"), gateway: ip("10.1.0.2"), linkIndex: link, protocolNumber: 77,
                    metric: 5, mtu: 1400
                ),
                Route(destination: prefix("10.4.0.0/16"), linkIndex: link, protocolNumber: 77, table: 1000),
                Route(
                    destination: prefix("10.5.0.0/16"), gateway: ip("192.0.2.1"), linkIndex: link, protocolNumber: 77,
                    onlink: true
                ),
                Route(destination: prefix("10.6.0.0/16"), protocolNumber: 77, kind: .blackhole),
                Route(
                    destination: prefix("fd02::/32"), gateway: ip("fd00::2"), linkIndex: link, protocolNumber: 77
                ),
                Route(destination: prefix("10.7.0.0/16"), gateway: ip("fd00::2"), linkIndex: link, protocolNumber: 77),
                Route(
                    destination: prefix("10.8.0.0/16"), protocolNumber: 77,
                    nextHops: [
                        RouteNextHop(gateway: ip("10.1.0.2"), linkIndex: link),
                        RouteNextHop(gateway: ip("10.1.0.3"), linkIndex: link, weight: 3),
                    ]
                ),
            ]
            for route in routes { try netlink.addRoute(route) }
            let ours = try netlink.routes(table: nil).filter { $0.protocolNumber == 77 }
            #expect(Set(ours) == Set(routes))
            #expect(try netlink.routes(table: 1000) == [routes[2]])
            #expect(try netlink.routes().filter { $0.protocolNumber == 77 }.count == 7)
            #expect(try netlink.routes(table: 4242) == [])

            let seen = try await witness(namespace, "route", "show", "proto", "77")
            #expect(seen.contains { $0["dst"] as? String == "10.2.0.0/16" && $0["gateway"] as? String == "10.1.0.2" })

            for route in routes { try netlink.removeRoute(route) }
            #expect(try netlink.routes(table: nil).allSatisfy { $0.protocolNumber != 77 })
        }
    }

    @Test("replacing a route changes its gateway in place; removing takes only the exact one") func replace()
        async throws
    {
        try await withLink { _, netlink, link in
            try netlink.addAddress(prefix("10.1.0.1/24"), link: link)
            var route = Route(
                destination: prefix("10.2.0.0/16"), gateway: ip("10.1.0.2"), linkIndex: link, protocolNumber: 77
            )
            try netlink.addRoute(route)
            #expect(throws: NetlinkError.self) { try netlink.addRoute(route) }
            route.gateway = ip("10.1.0.3")
            try netlink.replaceRoute(route)
            #expect(try netlink.routes().filter { $0.protocolNumber == 77 } == [route])

            var foreign = route
            foreign.protocolNumber = 78
            let error = #expect(throws: NetlinkError.self) { try netlink.removeRoute(foreign) }
            #expect(error?.errno == ESRCH)
            #expect(try netlink.routes().contains(route))
        }
    }

    @Test("a lookup tells gateway, link and source; no way is an error") func lookup() async throws {
        try await withLink { _, netlink, link in
            try netlink.addAddress(prefix("10.1.0.1/24"), link: link)
            try netlink.addAddress(prefix("fd00::1/64"), link: link, detectsDuplicates: false)
            try netlink.addRoute(
                Route(destination: prefix("10.2.0.0/16"), gateway: ip("10.1.0.2"), linkIndex: link, protocolNumber: 77)
            )
            let far = try netlink.route(to: ip("10.2.3.4"))
            #expect(far.gateway == ip("10.1.0.2"))
            #expect(far.linkIndex == link)
            #expect(far.source == ip("10.1.0.1"))
            #expect(far.kind == .unicast)
            #expect(try netlink.route(to: ip("10.1.0.9")).gateway == nil)
            #expect(try netlink.route(to: ip("10.1.0.1")).kind == .local)
            #expect(try netlink.route(to: ip("10.2.3.4"), from: ip("10.1.0.1")).gateway == ip("10.1.0.2"))
            let six = try netlink.route(to: ip("fd00::9"))
            #expect(six.linkIndex == link && six.gateway == nil && six.source == ip("fd00::1"))
            let none = #expect(throws: NetlinkError.self) { try netlink.route(to: ip("192.0.2.1")) }
            #expect(none?.errno == ENETUNREACH)
        }
    }

    @Test("a permanent neighbour is set, replaced, listed and removed") func neighbours() async throws {
        try await withLink { namespace, netlink, link in
            try netlink.addAddress(prefix("10.1.0.1/24"), link: link)
            for address in [ip("10.1.0.2"), ip("fd00::2")] {
                try netlink.setNeighbour(address, mac: MACAddress(0x02bb_aaaa_dd01), link: link)
                try netlink.setNeighbour(address, mac: MACAddress(0x02bb_aaaa_dd02), link: link)
                let entry = Neighbour(address: address, linkIndex: link, mac: MACAddress(0x02bb_aaaa_dd02))
                #expect(try netlink.neighbours(link: link).contains(entry))
                #expect(try netlink.neighbours().contains(entry))
            }
            let seen = try await witness(namespace, "neigh", "show", "10.1.0.2").first
            #expect(seen?["lladdr"] as? String == "02:bb:aa:aa:dd:02")
            #expect(seen?["state"] as? [String] == ["PERMANENT"])
            for address in [ip("10.1.0.2"), ip("fd00::2")] { try netlink.removeNeighbour(address, link: link) }
            #expect(try netlink.neighbours(link: link).allSatisfy { $0.state != .permanent })
            let gone = #expect(throws: NetlinkError.self) { try netlink.removeNeighbour(ip("10.1.0.2"), link: link) }
            #expect(gone?.errno == ENOENT)
        }
    }

    @Test("the kernel resolves a neighbour when told to, and says so in an event", .timeLimit(.minutes(1)))
    func resolve() async throws {
        try await NamespaceFixture.with(2) { namespaces in
            let (near, far) = (try RouteNetlink(in: namespaces[0]), try RouteNetlink(in: namespaces[1]))
            let link = try near.createVeth(
                name: "near", peer: VethPeer(name: "far", mac: MACAddress(0x0200_0000_0002), namespace: namespaces[1])
            )
            let peer = try #require(try far.link(named: "far"))
            try near.setLink(link.index, up: true)
            try far.setLink(peer.index, up: true)
            try near.addAddress(prefix("10.1.0.1/24"), link: link.index)
            try far.addAddress(prefix("10.1.0.2/24"), link: peer.index)
            try far.addAddress(prefix("10.1.0.3/24"), link: peer.index)

            let events = try NetlinkEvents(.neighbours, in: namespaces[0])
            try near.resolveNeighbour(ip("10.1.0.2"), link: link.index, keepResolved: true)
            try near.resolveNeighbour(ip("10.1.0.3"), link: link.index, keepResolved: false)
            var waiting: Set<IPAddress> = [ip("10.1.0.2"), ip("10.1.0.3")]
            for await case .neighbourChanged(let neighbour) in events.events where neighbour.state.isUsable {
                #expect(neighbour.mac == MACAddress(0x0200_0000_0002))
                waiting.remove(neighbour.address)
                if waiting.isEmpty { break }
            }
            // Asked again, the entry stays usable.
            try near.resolveNeighbour(ip("10.1.0.2"), link: link.index, keepResolved: true)
            let entry = try #require(try near.neighbours().first { $0.address == ip("10.1.0.2") })
            #expect(entry.isManaged)
            #expect(entry.state.isUsable && entry.mac == MACAddress(0x0200_0000_0002))
        }
    }
}
