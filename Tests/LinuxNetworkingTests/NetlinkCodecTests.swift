import Addresses
import Testing

@testable import LinuxNetworking

@Suite("netlink codec") struct NetlinkCodecTests {
    private func only<Value>(_ message: NetlinkMessage, _ read: (NetlinkHeader, RawSpan) throws -> Value) throws
        -> Value
    {
        var message = message
        let bytes = message.sealed(sequence: 7)
        var values: [Value] = []
        try bytes.span.bytes.forEachMessage { (header, payload) in values.append(try read(header, payload)) }
        #expect(values.count == 1)
        return try #require(values.first)
    }

    @Test("a message carries its length, type, flags and sequence, and is padded to four bytes") func header() throws {
        var message = NetlinkMessage(type: MessageType.newLink, flags: NetlinkFlag.create)
        message.append(LinkHeader(index: 3, flags: LinkFlag.up, change: LinkFlag.up))
        message.attribute(LinkAttribute.name, "abc12")
        let bytes = message.sealed(sequence: 7)
        #expect(bytes.count == 16 + 16 + 12)
        #expect(bytes[0..<4] == [44, 0, 0, 0])
        #expect(bytes[4..<8] == [16, 0, 0x01, 0x04])
        #expect(bytes[8..<12] == [7, 0, 0, 0])
        // Length 4 + 5 + 1, type 3, the name, its zero, two bytes of padding.
        #expect(Array(bytes[32...]) == [10, 0, 3, 0] + Array("abc12".utf8) + [0, 0, 0])
    }

    @Test("a link reads back what was written, nested kind included") func link() throws {
        var message = NetlinkMessage(type: MessageType.newLink)
        message.append(LinkHeader(index: 9, flags: LinkFlag.up | LinkFlag.running))
        message.attribute(LinkAttribute.name, "vm-a1")
        message.attribute(LinkAttribute.alias, bytes: "port 1".utf8)
        message.attribute(LinkAttribute.address, MACAddress(0x02bb_aaaa_dd01))
        message.attribute(LinkAttribute.mtu, UInt32(1450))
        message.attribute(LinkAttribute.link, UInt32(2))
        message.attribute(LinkAttribute.linkNamespaceID, Int32(0))
        message.attribute(LinkAttribute.master, UInt32(5))
        message.nest(LinkAttribute.info) { $0.attribute(LinkAttribute.infoKind, "veth") }
        let link = try only(message) { try Link(payload: $1) }
        #expect(
            link
                == Link(
                    index: 9, name: "vm-a1", alias: "port 1", mac: MACAddress(0x02bb_aaaa_dd01), mtu: 1450, isUp: true,
                    isRunning: true, kind: "veth", peerIndex: 2, peerNamespaceID: 0, masterIndex: 5
                )
        )
    }

    static let routes: [Route] = [
        Route(destination: prefix("10.0.0.0/16"), gateway: ip("192.168.123.2"), linkIndex: 4, protocolNumber: 77),
        Route(destination: prefix("0.0.0.0/0"), gateway: ip("10.0.0.1"), linkIndex: 4, protocolNumber: 4, metric: 9),
        Route(destination: prefix("10.9.0.0/24"), linkIndex: 4, protocolNumber: 77, source: ip("10.9.0.1"), mtu: 1400),
        Route(destination: prefix("10.9.0.0/24"), gateway: ip("fe80::1"), linkIndex: 4, protocolNumber: 77),
        Route(destination: prefix("10.9.0.0/24"), protocolNumber: 77, table: 100_000, kind: .blackhole),
        Route(
            destination: prefix("fd00::/8"), gateway: ip("fe80::1"), linkIndex: 4, protocolNumber: 77, onlink: true
        ),
        Route(
            destination: prefix("10.8.0.0/16"), protocolNumber: 77,
            nextHops: [
                RouteNextHop(gateway: ip("10.0.0.1"), linkIndex: 4),
                RouteNextHop(gateway: ip("10.1.0.1"), linkIndex: 5, weight: 200, onlink: true),
            ]
        ),
    ]

    @Test("a route reads back equal to itself", arguments: routes) func route(_ route: Route) throws {
        var message = NetlinkMessage(type: MessageType.newRoute)
        message.append(route)
        #expect(try only(message) { try Route(payload: $1) } == route)
    }

    @Test("an IPv4 route's scope follows its distance") func scope() {
        let destination = prefix("10.0.0.0/16")
        #expect(Route(destination: destination, linkIndex: 1, protocolNumber: 4).scope == .link)
        #expect(Route(destination: destination, gateway: ip("10.0.0.1"), protocolNumber: 4).scope == .universe)
        #expect(Route(destination: destination, protocolNumber: 4, kind: .blackhole).scope == .universe)
        #expect(Route(destination: destination, protocolNumber: 4, kind: .local).scope == .host)
    }

    @Test("an acknowledgement's extended text is found behind the capped request") func extendedAcknowledgement() throws
    {
        var message = NetlinkMessage(
            type: MessageType.error, flags: NetlinkFlag.capped | NetlinkFlag.acknowledgementAttributes
        )
        message.append(Int32(-22))
        message.append(contentsOf: [40, 0, 0, 0] + [UInt8](repeating: 0, count: 12))
        message.attribute(ExtendedAcknowledgement.offset, UInt32(20))
        message.attribute(ExtendedAcknowledgement.message, "Invalid address length")
        let read = try only(message) { try NetlinkAcknowledgement(header: $0, payload: $1) }
        #expect(read.errno == 22)
        #expect(read.message == "Invalid address length")
    }

    @Test("an acknowledgement's extended text is found behind a request that is repeated whole") func uncapped() throws
    {
        var message = NetlinkMessage(type: MessageType.error, flags: NetlinkFlag.acknowledgementAttributes)
        message.append(Int32(-1))
        message.append(contentsOf: [20, 0, 0, 0] + [UInt8](repeating: 0xff, count: 16))
        message.attribute(ExtendedAcknowledgement.message, "no")
        let read = try only(message) { try NetlinkAcknowledgement(header: $0, payload: $1) }
        #expect(read.errno == 1)
        #expect(read.message == "no")
    }

    @Test("a dump's end says success with zero or a count, failure with a negative number") func done() throws {
        for (code, errno) in [(Int32(0), Int32(0)), (12, 0), (-2, 2)] {
            var message = NetlinkMessage(type: MessageType.done)
            message.append(code)
            #expect(try only(message) { try NetlinkAcknowledgement(header: $0, payload: $1) }.errno == errno)
        }
    }

    @Test("lengths that lie are errors, never reads beyond the end") func malformed() throws {
        var message = NetlinkMessage(type: MessageType.newLink)
        message.append(LinkHeader(index: 9))
        message.attribute(LinkAttribute.name, "vm-a1")
        message.attribute(LinkAttribute.mtu, UInt32(1500))
        message.nest(LinkAttribute.info) { $0.attribute(LinkAttribute.infoKind, "veth") }
        let bytes = message.sealed(sequence: 1)
        // Every byte turned to every extreme, at every truncation: reading ends, one way or the other.
        for length in 0...bytes.count {
            for position in 0..<length {
                for value: UInt8 in [0, 1, 3, 4, 5, 0x7f, 0xff] {
                    var damaged = Array(bytes[..<length])
                    damaged[position] = value
                    do {
                        try damaged.span.bytes.forEachMessage { (_, payload) throws(NetlinkFormatError) in
                            _ = try Link(payload: payload)
                            _ = try Route(payload: payload)
                            _ = try LinkAddress(payload: payload)
                            _ = try Neighbour(payload: payload)
                        }
                    } catch {}
                }
            }
        }
        #expect(throws: (any Error).self) {
            try Array(bytes[..<(bytes.count - 4)]).span.bytes.forEachMessage { (_, _) throws(NetlinkFormatError) in }
        }
    }
}

// swift-format-ignore: NeverForceUnwrap
func ip(_ text: String) -> IPAddress { IPAddress(text)! }
// swift-format-ignore: NeverForceUnwrap
func prefix(_ text: String) -> IPPrefix { IPPrefix(text)! }
