import Addresses
import Glibc
import Synchronization
import Testing

@testable import LinuxNetworking

@Suite("netlink events", .timeLimit(.minutes(1))) struct NetlinkEventTests {
    @Test("every kind of change arrives as its event, in order") func kinds() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let events = try NetlinkEvents(in: namespaces[0])
            var iterator = events.events.makeAsyncIterator()
            func next(_ matches: (NetlinkEvent) -> Bool) async throws {
                while let event = await iterator.next(isolation: #isolation) {
                    try #require(event != .overrun)
                    if matches(event) { return }
                }
                Issue.record("the stream ended")
            }

            let link = try netlink.createBridge(name: "d0")
            try await next { if case .linkAdded(let added) = $0 { added.name == "d0" } else { false } }
            try netlink.setLink(link.index, up: true)
            try await next {
                if case .linkChanged(let changed) = $0 { changed.index == link.index && changed.isUp } else { false }
            }
            try netlink.addAddress(prefix("10.1.0.1/24"), link: link.index)
            try await next { if case .addressAdded(let it) = $0 { it.prefix == prefix("10.1.0.1/24") } else { false } }
            let route = Route(
                destination: prefix("10.2.0.0/16"), gateway: ip("10.1.0.2"), linkIndex: link.index, protocolNumber: 77
            )
            try netlink.addRoute(route)
            try await next { $0 == .routeAdded(route) }
            try netlink.setNeighbour(ip("10.1.0.2"), mac: MACAddress(0x0200_0000_0002), link: link.index)
            try await next {
                $0
                    == .neighbourChanged(
                        Neighbour(address: ip("10.1.0.2"), linkIndex: link.index, mac: MACAddress(0x0200_0000_0002))
                    )
            }
            try netlink.removeRoute(route)
            try await next { $0 == .routeRemoved(route) }
            try netlink.removeAddress(prefix("10.1.0.1/24"), link: link.index)
            try await next { if case .addressRemoved = $0 { true } else { false } }
            try netlink.delete(index: link.index)
            try await next { if case .linkRemoved(let gone) = $0 { gone.name == "d0" } else { false } }
        }
    }

    @Test("a consumer that asked for links hears of nothing else") func selection() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let link = try netlink.createBridge(name: "d0")
            try netlink.setLink(link.index, up: true)
            let events = try NetlinkEvents(.links, in: namespaces[0])
            try netlink.addAddress(prefix("10.1.0.1/24"), link: link.index)
            try netlink.setLink(link.index, mtu: 1300)
            for await event in events.events {
                guard case .linkChanged(let changed) = event else {
                    Issue.record("\(event)")
                    break
                }
                if changed.mtu == 1300 { break }
            }
        }
    }

    @Test("events that come faster than they are taken end in an overrun, not in silence") func backlog() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let events = try NetlinkEvents(.links, in: namespaces[0], backlog: 8)
            for number in 0..<40 { try netlink.createBridge(name: "d\(number)") }
            var seen: [NetlinkEvent] = []
            for await event in events.events {
                seen.append(event)
                if event == .overrun { break }
            }
            #expect(seen.count <= 9)
        }
    }

    @Test("a full socket buffer is an overrun, and events go on after it") func socketOverrun() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            // The readiness loop's thread is held, so that nobody reads while the kernel talks.
            let gate = try ReadinessGate()
            defer { gate.open() }
            let events = try NetlinkEvents(.links, in: namespaces[0], receiveBuffer: 4096)
            for number in 0..<60 { try netlink.createBridge(name: "d\(number)") }
            gate.open()
            var iterator = events.events.makeAsyncIterator()
            while let event = await iterator.next(), event != .overrun {}
            try netlink.createBridge(name: "after")
            while let event = await iterator.next() {
                if case .linkAdded(let link) = event, link.name == "after" { break }
            }
        }
    }

    @Test("the stream ends when it is stopped, and its socket closes") func stop() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let events = try NetlinkEvents(in: namespaces[0])
            events.stop()
            for await _ in events.events {}
        }
    }
}

/// Keeps the readiness loop's thread in a handler until it is opened, or gone.
private final class ReadinessGate: Sendable {
    private let token: UInt64
    private let writeEnd: Mutex<OwnedDescriptor?>

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let readEnd = OwnedDescriptor(owning: ends[0])
        try #require(write(ends[1], "x", 1) == 1)
        writeEnd = Mutex(OwnedDescriptor(owning: ends[1]))
        token = try ReadinessLoop.shared.add(readEnd) {
            // Reads the byte that woke it, then waits for the end.
            var byte: UInt8 = 0
            while read(readEnd.rawValue, &byte, 1) > 0 {}
        }
    }

    func open() {
        ReadinessLoop.shared.remove(token)
        writeEnd.withLock { $0 = nil }
    }
}
