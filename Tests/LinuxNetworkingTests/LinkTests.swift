import Addresses
import Glibc
import Testing

@testable import LinuxNetworking

@Suite("links") struct LinkTests {
    @Test("a veth pair is born with one end in each namespace, with the MACs and MTU asked for") func veth()
        async throws
    {
        try await NamespaceFixture.with(2) { namespaces in
            let (near, far) = (try RouteNetlink(in: namespaces[0]), try RouteNetlink(in: namespaces[1]))
            let link = try near.createVeth(
                name: "near", mac: MACAddress(0x0200_0000_0001), mtu: 1400,
                peer: VethPeer(name: "far", mac: MACAddress(0x0200_0000_0002), mtu: 1400, namespace: namespaces[1])
            )
            #expect(link.kind == "veth")
            #expect(link.mac == MACAddress(0x0200_0000_0001))
            #expect(!link.isUp)
            let peer = try #require(try far.link(named: "far"))
            #expect(link.peerIndex == peer.index)
            #expect(link.peerNamespaceID != nil)
            #expect(peer.mac == MACAddress(0x0200_0000_0002))
            try near.setLink(link.index, up: true)
            try far.setLink(peer.index, up: true)
            try await near.waitUntilRunning(link.index)
            try await far.waitUntilRunning(peer.index)
            #expect(try near.link(index: link.index)?.isRunning == true)

            let seen = try #require(try await witness(namespaces[1], "link", "show", "far").first)
            #expect(seen["mtu"] as? Int == 1400)
            #expect(seen["address"] as? String == "02:00:00:00:00:02")
            #expect(seen["operstate"] as? String == "UP")

            try near.delete(index: link.index)
            #expect(try far.link(named: "far") == nil)
        }
    }

    @Test("a change touches what it names and nothing else") func change() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let bridge = try netlink.createBridge(name: "br0")
            let link = try netlink.createVeth(name: "d0", peer: VethPeer(name: "d0-peer"))
            // A flag that somebody else set.
            _ = try await witness(namespaces[0], "link", "set", "d0", "promisc", "on")
            try netlink.setLink(
                link.index, up: true, mtu: 1300, mac: MACAddress(0x0200_0000_0003), alias: "ours: d0",
                master: bridge.index
            )
            try netlink.setLink(link.index, mtu: 1301)
            var seen = try #require(try await witness(namespaces[0], "link", "show", "d0").first)
            #expect(seen["mtu"] as? Int == 1301)
            #expect(seen["address"] as? String == "02:00:00:00:00:03")
            #expect(seen["ifalias"] as? String == "ours: d0")
            #expect(seen["master"] as? String == "br0")
            #expect((seen["flags"] as? [String])?.contains("UP") == true)
            #expect((seen["flags"] as? [String])?.contains("PROMISC") == true)
            let read = try #require(try netlink.link(index: link.index))
            #expect(read.alias == "ours: d0")
            #expect(read.masterIndex == bridge.index)

            try netlink.setLink(link.index, up: false, alias: "", master: 0)
            try netlink.setLink(link.index, name: "d1")
            seen = try #require(try await witness(namespaces[0], "link", "show", "d1").first)
            #expect(seen["ifalias"] == nil)
            #expect(seen["master"] == nil)
            #expect((seen["flags"] as? [String])?.contains("UP") == false)
            #expect((seen["flags"] as? [String])?.contains("PROMISC") == true)
        }
    }

    @Test("a link moves to another namespace") func move() async throws {
        try await NamespaceFixture.with(2) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let link = try netlink.createVeth(name: "d0", peer: VethPeer(name: "d1"))
            try netlink.setLink(link.index, namespace: namespaces[1])
            #expect(try netlink.link(named: "d0") == nil)
            #expect(try RouteNetlink(in: namespaces[1]).link(named: "d0")?.kind == "veth")
        }
    }

    @Test("the idle vxlan device is in metadata mode, on port 4789, and opens it on both families") func vxlan()
        async throws
    {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let link = try netlink.createVXLANExternal(name: "tombolo-vxlan")
            #expect(link.kind == "vxlan")
            try netlink.setLink(link.index, up: true)
            let seen = try #require(try await witness(namespaces[0], "link", "show", "tombolo-vxlan").first)
            let data = (seen["linkinfo"] as? [String: Any])?["info_data"] as? [String: Any]
            #expect(data?["external"] as? Bool == true)
            #expect(data?["port"] as? Int == 4789)
            // The kernel's sockets are in no list, but their ports are taken.
            for family in [AF_INET, AF_INET6] {
                #expect(try namespaces[0].perform { bindError(family, port: 4789) } == EADDRINUSE)
                #expect(try namespaces[0].perform { bindError(family, port: 4790) } == 0)
            }
            #expect(throws: NetlinkError.self) {
                let other = try netlink.createVXLANExternal(name: "second")
                try netlink.setLink(other.index, up: true)
            }
        }
    }

    @Test("a dump of more than a hundred links is complete") func manyLinks() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            for number in 0..<150 { try netlink.createBridge(name: "d\(number)") }
            let links = try netlink.links()
            #expect(links.count == 151)
            #expect(Set(links.map(\.name)) == Set((0..<150).map { "d\($0)" } + ["lo"]))
            let seen = try await witness(namespaces[0], "link", "show")
            #expect(
                Dictionary(uniqueKeysWithValues: links.map { ($0.name, Int($0.index)) })
                    == Dictionary(
                        uniqueKeysWithValues: seen.compactMap { entry in
                            (entry["ifname"] as? String).flatMap { name in (entry["ifindex"] as? Int).map { (name, $0) }
                            }
                        }))
        }
    }

    @Test("a dump stays complete while links come and go") func interruptedDump() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let kept = Set((0..<120).map { "k\($0)" })
            for name in kept.sorted() { try netlink.createBridge(name: name) }
            let other = try RouteNetlink(in: namespaces[0])
            let churn = Task.detached {
                while !Task.isCancelled {
                    let link = try other.createBridge(name: "x")
                    try other.delete(index: link.index)
                }
            }
            for _ in 0..<30 {
                let names = Set(try netlink.links().map(\.name))
                #expect(names.isSuperset(of: kept))
            }
            churn.cancel()
            try await churn.value
        }
    }

    @Test("waiting for a link that never runs ends in time, for one that goes at once", .timeLimit(.minutes(1)))
    func waiting() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let link = try netlink.createVeth(name: "v0", peer: VethPeer(name: "v1"))
            let late = await #expect(throws: NetlinkError.self) {
                try await netlink.waitUntilRunning(link.index, atMost: .milliseconds(50))
            }
            #expect(late?.errno == ETIMEDOUT)
            let waiting = Task { try await netlink.waitUntilRunning(link.index, atMost: .seconds(50)) }
            let events = try NetlinkEvents(.links, in: namespaces[0])
            try netlink.delete(index: link.index)
            for await case .linkRemoved(let gone) in events.events where gone.index == link.index { break }
            await #expect(throws: NetlinkError.self) { try await waiting.value }
        }
    }

    @Test("a missing link is nil, and a change to one is an error that names it") func missing() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            #expect(try netlink.link(named: "nothing") == nil)
            #expect(try netlink.link(index: 4711) == nil)
            let error = #expect(throws: NetlinkError.self) { try netlink.setLink(4711, up: true) }
            #expect(error?.errno == ENODEV)
            #expect(error?.operation == "change link 4711")
        }
    }

    @Test("a refusal carries the kernel's own words") func extendedAcknowledgement() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let link = try netlink.createBridge(name: "d0")
            let error = #expect(throws: NetlinkError.self) { try netlink.setLink(link.index, mtu: 10) }
            #expect(error?.errno == EINVAL)
            #expect(error?.message == "mtu less than device minimum")
            let gateway = #expect(throws: NetlinkError.self) {
                try netlink.addRoute(
                    Route(
                        destination: prefix("10.0.0.0/8"), gateway: ip("192.0.2.1"), linkIndex: link.index,
                        protocolNumber: 77
                    )
                )
            }
            #expect(gateway?.message?.isEmpty == false)
            let name = #expect(throws: NetlinkError.self) { try netlink.createBridge(name: "sixteen-letters-") }
            #expect(name?.message?.contains("1 to 15") == true)
        }
    }
}

/// 0, or why the UDP port cannot be bound in the calling thread's namespace.
private func bindError(_ family: Int32, port: UInt16) -> Int32 {
    let descriptor = OwnedDescriptor(owning: socket(family, Int32(SOCK_DGRAM.rawValue), 0))
    var only: Int32 = 1
    if family == AF_INET6 {
        setsockopt(descriptor.rawValue, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &only, socklen_t(MemoryLayout<Int32>.size))
    }
    // sockaddr_in and sockaddr_in6 begin alike: family, port; the any address is zero in both.
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(family)
    address.sin6_port = port.bigEndian
    let result = withUnsafeBytes(of: &address) { bytes in
        bind(
            descriptor.rawValue, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
            socklen_t(family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        )
    }
    return result == 0 ? 0 : errno
}
