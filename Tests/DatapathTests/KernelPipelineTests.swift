import Addresses
import CForwardingPipeline
import Datapath
import ForwardingTables
import Glibc
import LinuxNetworking
import PacketFormats
import PipelineSupport
import SeededRandom
import Synchronization
import Testing
import VirtualTopology

/// The pipeline is one source, compiled twice: here each packet meets both, with the same tables, and must fare alike.
@Suite("The pipeline in the kernel and in user space")
struct KernelPipelineTests {
    @Test(
        "every kind of packet has the same verdict, bytes and copies, and is counted alike", arguments: [true, false])
    func examples(portSecurity: Bool) async throws {
        try await compare(HostScene(Scenario(portSecurity: portSecurity, dhcp: portSecurity)), Traffic.examples)
    }

    @Test("so has every spoiled packet", arguments: [1, 2, 3] as [UInt64])
    func spoiled(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        // No interface delivers less than an Ethernet header.
        try await compare(HostScene(Scenario()), (0..<2000).map { _ in Traffic.random(&random, shortest: 14) })
    }

    @Test("and so have packets at hosts of random topologies", arguments: 100..<112 as Range<UInt64>)
    func randomScenes(seed: UInt64) async throws {
        let scene = HostScene.random(seed: seed)
        let traffic = SceneTraffic(scene)
        var random = SplitMix64(seed: seed)
        try await compare(scene, (0..<600).map { _ in traffic.random(&random, shortest: 14) })
    }

    @Test("and so have packets while the underlay has no next hop's address, or no route")
    func underlay() async throws {
        for underlay in [Underlay.unresolved, .unreachable] {
            try await compare(HostScene(Scenario()), Traffic.examples, underlay)
        }
    }

    /// A test run does not go as far as the interface a packet is redirected to, so this goes by real ones.
    @Test(
        "a frame that is not IPv4 leaves the tunnel as what it is: a container answers another host's ARP",
        .timeLimit(.minutes(1)))
    func otherProtocols() async throws {
        let (host, container) = (try TemporaryNamespace("host"), try TemporaryNamespace("container"))
        let (near, far) = (try RouteNetlink(in: host.namespace), try RouteNetlink(in: container.namespace))
        let tap = try TapDevice.create(name: "uplink", in: host.namespace)
        let uplink = try #require(try near.link(named: tap.name)).index
        let port = try near.createVeth(
            name: "port", peer: VethPeer(name: "eth0", mac: Scenario.vmMAC, namespace: container.namespace)
        ).index
        let device = try #require(try far.link(named: "eth0")).index
        try near.setLink(uplink, up: true, mac: Machine.underlaySource)
        try near.setLink(port, up: true)
        try far.setLink(device, up: true)
        try far.addAddress(IPPrefix("10.1.0.3/24")!, link: device)
        try await near.waitUntilRunning(port)

        let mount = try BPFMount()
        let tables = Scenario().tables(vm: port, uplink: uplink)
        let pipeline = try host.namespace.perform {
            let pipeline = try LoadedPipeline(pinDirectory: mount.pins)
            for row in tables.rows { try pipeline.write(row) }
            try pipeline.attach(program: "from_uplink", to: uplink, name: tap.name)
            return pipeline
        }
        let answers = try PacketSocket(link: port, in: host.namespace, etherType: 0x0806).frames()
        let request = Packet.ethernet(source: Scenario.farMAC, destination: Scenario.vmMAC)
            .arpRequest(senderIP: v4("10.1.0.5"), targetIP: v4("10.1.0.3"))
        try tap.write(
            Scenario.fromPeer(
                request, vni: Scenario.networkVNI(1), from: Scenario.otherAddress, to: Scenario.hereAddress))
        let reply = Packet.ethernet(source: Scenario.vmMAC, destination: Scenario.farMAC)
            .arpReply(senderIP: v4("10.1.0.3"), targetIP: v4("10.1.0.5"))
        for await frame in answers where frame.bytes.starts(with: reply) { break }
        try pipeline.removeAll()
    }

    private enum Underlay { case present, unresolved, unreachable }

    /// Runs the packets through both and reports where they differ.
    private func compare(_ scene: HostScene, _ arrivals: [Arrival], _ underlay: Underlay = .present) async throws {
        // What is expected on a thread of our own is not known to belong to this test, so it comes back as text.
        let differences = try await inOwnNetworkNamespace {
            let comparison = Comparison(kernel: try KernelHost(scene), machine: scene.machine)
            switch underlay {
            case .present: break
            case .unresolved:
                try comparison.kernel.loseNeighbours()
                comparison.machine.setUnderlay(found: true, resolved: false)
            case .unreachable:
                try comparison.kernel.loseRoutes()
                comparison.machine.setUnderlay(found: false)
            }
            return try comparison.differences(arrivals)
        }
        for difference in differences { Issue.record("\(difference)") }
    }
}

/// One host twice: in the kernel and in user space.
struct Comparison {
    let kernel: KernelHost
    let machine: Machine

    func differences(_ arrivals: [Arrival]) throws -> [String] {
        var differences: [String] = []
        // The clocks differ; so every packet finds a full budget, as after a long time.
        machine.setClock(1_000_000_000_000)
        for arrival in arrivals where Self.isAcceptedByTestRuns(arrival.frame) {
            guard differences.count < 20 else { return differences + ["no further packet was compared"] }
            try kernel.fillBudgets()
            for row in machine.tables.rows where row.table == .puntBudgets { machine.write(row) }
            let expected = machine.run(arrival.program, arrival.frame, on: arrival.interface)
            let result = try kernel.run(arrival)

            func compare(_ what: String, _ kernel: String, _ machine: String) {
                guard kernel != machine else { return }
                differences.append(
                    """
                    \(arrival.kind) on \(arrival.interface), \(hex(arrival.frame)): \(what) is \(kernel) in the kernel, \
                    \(machine) in user space
                    """)
            }
            compare("verdict", "\(result.verdict)", "\(expected.verdict)")
            switch expected.exit {
            case .redirected(_, let bytes), .delivered(_, let bytes), .unresolved(_, let bytes):
                compare("packet", hex(result.packet), hex(bytes))
            case .copied, .punted, nil:
                if expected.isPassed { compare("packet", hex(result.packet), hex(arrival.frame)) }
            }
            for interface in kernel.interfaces {
                let copies: [[UInt8]] = expected.exits.compactMap {
                    if case .copied(interface, let bytes) = $0 { bytes } else { nil }
                }
                let sent = try kernel.sent(by: interface, expecting: copies.count)
                compare("what port\(interface) sent", "\(sent.map(hex))", "\(copies.map(hex))")
            }
        }
        return try differences + counterDifferences()
    }

    /// A test run refuses an IP packet without a whole header, which an interface would deliver.
    static func isAcceptedByTestRuns(_ frame: [UInt8]) -> Bool {
        guard frame.count >= 14 else { return false }
        switch (frame[12], frame[13]) {
        case (0x08, 0x00): return frame.count >= 14 + 20
        case (0x86, 0xdd): return frame.count >= 14 + 40
        default: return true
        }
    }

    private func counterDifferences() throws -> [String] {
        var differences: [String] = []
        let (counters, drops) = (try kernel.counters(), try kernel.drops())
        for (port, counters) in counters {
            let others = machine.counters(port: port)
            if "\(counters)" != "\(others)" {
                differences.append("port \(port): \(counters) in the kernel, \(others) in user space")
            }
        }
        for port in Set(drops.keys.map(\.port)).union(counters.keys) {
            for reason in DropReason.allCases {
                let count = drops[DropKey(port: port, reason: reason.rawValue)] ?? 0
                let other = machine.drops(reason, port: port)
                if count != other {
                    differences.append("port \(port): \(count) drops '\(reason)' in the kernel, \(other) in user space")
                }
            }
        }
        return differences
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// A named network namespace for the time of a test. One that a crash left behind is swept by the tests of LinuxNetworking.
private final class TemporaryNamespace: Sendable {
    let namespace: NetworkNamespace
    private let name: String

    private static let serial = Atomic<Int>(0)

    init(_ purpose: String) throws {
        name = "tbtest-\(getpid())-\(purpose)\(Self.serial.add(1, ordering: .relaxed).newValue)"
        namespace = try NetworkNamespace.create(named: name)
    }

    deinit {
        do { try NetworkNamespace.delete(named: name) } catch { Issue.record(error) }
    }
}

struct DropKey: Hashable {
    let port: UInt32
    let reason: UInt32
}

/// A scene's host in the kernel: the real programs and tables, and TAP interfaces that show what was sent by them.
/// It lives in the calling thread's network namespace.
final class KernelHost {
    private let mount: BPFMount
    private let pipeline: LoadedPipeline
    private let taps: [UInt32: TapDevice]
    private let netlink: RouteNetlink
    private let budgets: BPFTable<UInt32, token_bucket>
    let interfaces: [UInt32]

    /// Next hops on the uplink: the router, and the site's other hosts.
    private let nextHops: [IPAddress]

    private static let router = "192.168.192.1"

    init(_ scene: HostScene) throws {
        let uplink = scene.uplink
        // No frame of the host's own among those we look at.
        for name in ["all", "default"] { try Sysctl.write("net.ipv6.conf.\(name).disable_ipv6", "1") }
        netlink = try RouteNetlink()
        // Interfaces are numbered one after another, from 2 on; the scene knows its own by number.
        interfaces = [uplink] + scene.host.interfaces.values.map(\.index).sorted()
        let lookup = scene.host.lookupInterface
        let highest = max(lookup, interfaces.max() ?? 0)
        var taps: [UInt32: TapDevice] = [:]
        for index in 2...highest {
            let tap = try TapDevice.create(name: "port\(index)")
            try #require(try netlink.link(named: tap.name)?.index == index)
            taps[index] = tap
        }
        self.taps = taps
        // Larger than any frame here: the pipeline has the kernel compare a tunnelled packet with the uplink's MTU, which
        // the machine in user space does not have. (It would be the drop "no underlay route".)
        try netlink.setLink(uplink, mtu: 3000, mac: Machine.underlaySource)
        for index in interfaces + [lookup] { try netlink.setLink(index, up: true) }

        try Sysctl.write("net.ipv4.conf.port\(lookup).forwarding", "1")
        try netlink.addAddress(try #require(IPPrefix("\(Scenario.hereAddress)/24")), link: uplink)
        try netlink.addRoute(Self.defaultRoute)
        nextHops =
            [ip(Self.router)]
            + scene.topology.objects.values.compactMap {
                if case .host(let host) = $0, host.id != scene.host.hostID { host.tunnelAddress } else { nil }
            }
        for neighbour in nextHops { try netlink.setNeighbour(neighbour, mac: Machine.underlayTarget, link: uplink) }

        mount = try BPFMount()
        pipeline = try LoadedPipeline(pinDirectory: mount.pins)
        budgets = try pipeline.table("punt_budgets", key: UInt32.self, value: token_bucket.self)
        // Numbered, so that the kernel takes shortcuts; the machine walks, as its budgets are written before each packet.
        try pipeline.beginChange()
        for row in scene.tables.rows { try pipeline.write(row) }
        try pipeline.endChange()
    }

    private static var defaultRoute: LinuxNetworking.Route {
        .init(destination: IPPrefix("0.0.0.0/0")!, gateway: ip(router), linkIndex: Scenario.uplink, protocolNumber: 4)
    }

    func loseNeighbours() throws {
        for neighbour in nextHops { try netlink.removeNeighbour(neighbour, link: Scenario.uplink) }
    }

    func loseRoutes() throws {
        try netlink.removeRoute(Self.defaultRoute)
        try netlink.removeAddress(IPPrefix("\(Scenario.hereAddress)/24")!, link: Scenario.uplink)
    }

    func fillBudgets() throws {
        for (port, _) in try budgets.entries() {
            try budgets.update(port, token_bucket(updated: 0, tokens: UInt64(PUNT_BURST) * 1000))
        }
    }

    var pins: String { mount.pins }

    func budgetRows() throws -> [UInt32: UInt64] {
        Dictionary(uniqueKeysWithValues: try budgets.entries().map { ($0.key, $0.value.tokens) })
    }

    /// Puts the program on the interface, as the agent would.
    func attach(_ program: String, to interface: UInt32) throws {
        try pipeline.attach(program: program, to: interface, name: "port\(interface)")
    }

    func run(_ arrival: Arrival) throws -> TestRunResult {
        try pipeline.testRun(
            program: arrival.program == .fromPort ? "from_port" : "from_uplink", packet: arrival.frame,
            context: TestRunContext(interfaceIndex: arrival.interface))
    }

    /// The frames the kernel has sent by an interface since the last call.
    func sent(by interface: UInt32, expecting count: Int) throws -> [[UInt8]] {
        var frames: [[UInt8]] = []
        while let frame = try taps[interface]?.read(timeoutMilliseconds: frames.count < count ? 200 : 0) {
            frames.append(frame)
        }
        return frames
    }

    func counters() throws -> [UInt32: port_counters] {
        let table = try pipeline.perCPUTable("port_counters", key: UInt32.self, value: port_counters.self)
        return Dictionary(uniqueKeysWithValues: try table.sums().map { ($0.key, $0.value) })
    }

    func drops() throws -> [DropKey: UInt64] {
        let table = try pipeline.perCPUTable("drops", key: drop_key.self, value: UInt64.self)
        return Dictionary(
            uniqueKeysWithValues: try table.sums().map {
                (DropKey(port: $0.key.port, reason: $0.key.reason), $0.value)
            })
    }
}
