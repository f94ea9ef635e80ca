import Addresses
import Glibc
import Testing

@testable import LinuxNetworking

@Suite("frames", .timeLimit(.minutes(1))) struct PacketTests {
    private static func frame(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
        [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, UInt8(type >> 8), UInt8(type & 0xff)] + payload
    }

    @Test("a frame sent on one end of a veth is received at the other, its VLAN tag included") func veth() async throws
    {
        try await NamespaceFixture.with(2) { namespaces in
            let (near, far) = (try RouteNetlink(in: namespaces[0]), try RouteNetlink(in: namespaces[1]))
            let link = try near.createVeth(name: "near", peer: VethPeer(name: "far", namespace: namespaces[1]))
            let peer = try #require(try far.link(named: "far"))
            for namespace in namespaces {
                try namespace.perform { try Sysctl.write("net.ipv6.conf.all.disable_ipv6", "1") }
            }
            try near.setLink(link.index, up: true)
            try far.setLink(peer.index, up: true)
            try await near.waitUntilRunning(link.index)
            let sender = try PacketSocket(link: link.index, in: namespaces[0])
            let receiver = try PacketSocket(link: peer.index, in: namespaces[1])
            var frames = try receiver.frames().makeAsyncIterator()
            let plain = Self.frame(0x88b5, Array(0..<100))
            let tagged = Self.frame(0x8100, [0x60, 0x05, 0x88, 0xb5] + Array(0..<100))
            for sent in [plain, tagged] {
                try sender.send(sent)
                let received = try #require(await frames.next())
                #expect(received.bytes == sent)
                #expect(received.originalLength == sent.count)
                #expect(!received.isOutgoing)
                #expect(received.timestamp > 1_600_000_000_000_000_000)
            }
        }
    }

    @Test("a socket for one EtherType hears no other; one that asks sees what the host sends, cut to its length")
    func selection() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let link = try netlink.createVeth(name: "v0", peer: VethPeer(name: "v1"))
            let peer = try #require(try netlink.link(named: "v1"))
            try netlink.setLink(link.index, up: true)
            try netlink.setLink(peer.index, up: true)
            try await netlink.waitUntilRunning(link.index)
            let sender = try PacketSocket(link: link.index, in: namespaces[0])
            let receiver = try PacketSocket(link: peer.index, in: namespaces[0], etherType: 0x88b6)
            let watcher = try PacketSocket(link: link.index, in: namespaces[0], seesOutgoing: true)
            var received = try receiver.frames().makeAsyncIterator()
            let watched = try watcher.frames(longest: 64)
            try sender.send(Self.frame(0x88b5, [UInt8](repeating: 1, count: 100)))
            try sender.send(Self.frame(0x88b6, [UInt8](repeating: 2, count: 100)))
            #expect(await received.next()?.bytes == Self.frame(0x88b6, [UInt8](repeating: 2, count: 100)))
            for await frame in watched where frame.isOutgoing && frame.bytes.starts(with: Self.frame(0x88b5, [1])) {
                #expect(frame.bytes.count == 64)
                #expect(frame.originalLength == 114)
                break
            }
        }
    }

    @Test("a tap device carries frames both ways", arguments: [false, true]) func tap(_ header: Bool) async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let netlink = try RouteNetlink(in: namespaces[0])
            let device = try TapDevice.create(
                name: "tap%d", in: namespaces[0], virtualHeader: header, offloads: header
            )
            #expect(device.name == "tap0")
            try namespaces[0].perform { try Sysctl.write("net.ipv6.conf.tap0.disable_ipv6", "1") }
            let link = try #require(try netlink.link(named: "tap0"))
            #expect(link.kind == "tun")
            try netlink.setLink(link.index, up: true)
            try await netlink.waitUntilRunning(link.index)
            let socket = try PacketSocket(link: link.index, in: namespaces[0])
            var frames = try socket.frames().makeAsyncIterator()
            let prefix = [UInt8](repeating: 0, count: header ? TapDevice.virtualHeaderLength : 0)
            let frame = Self.frame(0x88b5, Array(0..<100))
            try device.write(prefix + frame)
            #expect(await frames.next()?.bytes == frame)
            try socket.send(frame)
            #expect(try device.read(timeoutMilliseconds: 5000) == prefix + frame)
            #expect(try device.read(timeoutMilliseconds: 0) == nil)
        }
    }

    @Test("the pcap file has the header and records of the format") func pcap() async throws {
        let path = "/tmp/tbtest-\(getpid()).pcap"
        defer { unlink(path) }
        let writer = try PcapWriter(path: path)
        try writer.append([1, 2, 3], timestamp: 1_700_000_000_000_000_005)
        try writer.append([4], timestamp: 1_700_000_001_000_000_006, originalLength: 900)
        let bytes = try await ProcessSpawner.run("cat", [path]).output
        let expected: [UInt8] =
            [0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]
            + [0x00, 0xf1, 0x53, 0x65, 5, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3]
            + [0x01, 0xf1, 0x53, 0x65, 6, 0, 0, 0, 1, 0, 0, 0, 0x84, 3, 0, 0, 4]
        #expect(bytes == expected)
    }
}
