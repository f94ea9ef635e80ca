import Addresses
import Agent
import ArgumentParser
import Datapath
import Foundation
import LinuxNetworking
import PacketFormats
import Resources

struct AgentTrace: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Runs a packet through the kernel's programs and tells what they do with it.",
        discussion: """
            The packet enters by a port of this host (--port) or from the underlay (--uplink). It is described by \
            options, or given as bytes (--hex) or as a packet of a capture (--pcap, --packet). What a description leaves \
            out is taken from the tables: the port's own MAC and address, the MAC a VM would send to, a tunnel's ends.

            The kernel runs the programs (BPF_PROG_TEST_RUN) with the tables that packets go by. Each look-up with the \
            row it found, each rewrite, the way through the underlay, every copy and the verdict is what it did. A trace \
            sends nothing, hands nothing to the agent and counts nothing: a second build of the same programs, which \
            tells what it does, is loaded for it and never attached. The build that forwards is run with the same packet, \
            with counters of its own, and any difference in verdict, bytes, counters or drops is reported; after a flood's \
            first copy it is not, since that build would send. The report also says whether the program on the interface \
            is, by the kernel's tag, the build compared with.

            Needs root, in the host's network namespace. No agent has to run; if one does, devices are named by their ids.

            A trace does not see segmentation offloads, buffers in fragments, or VLAN tags that the interface takes off, \
            and takes frames of 14 to \(PipelineTracer.longestFrame) bytes.

            With --json: {"program", "interface", "packet", "steps", "outcome", "verdict", "exits", "drops", \
            "comparison", "lostSteps"}. Frames are {"length", "hex", "text"}.
            """)

    @Option(help: ArgumentHelp("The port it enters by: its id.", valueName: "id"))
    var port: String?

    @Option(help: ArgumentHelp("The interface it enters by from the underlay.", valueName: "interface"))
    var uplink: String?

    @Option(help: ArgumentHelp("The packet's bytes from its Ethernet header on, hexadecimal.", valueName: "frame"))
    var hex: String?

    @Option(help: ArgumentHelp("A capture (tcpdump -w) that holds the packet.", valueName: "file"))
    var pcap: String?

    @Option(help: ArgumentHelp("Which packet of the capture, from 1 on.", valueName: "number"))
    var packet: Int = 1

    @Option(help: ArgumentHelp("Source MAC. (default: the port's)", valueName: "mac"))
    var fromMac: MACAddress?

    @Option(help: ArgumentHelp("Destination MAC. (default: the destination's or the router's)", valueName: "mac"))
    var toMac: MACAddress?

    @Option(help: ArgumentHelp("Source address. (default: the port's)", valueName: "addr"))
    var from: IPv4Address?

    @Option(help: ArgumentHelp("Destination address; of ARP, who is asked for.", valueName: "addr"))
    var to: IPv4Address?

    @Option(name: .customLong("protocol"), help: "icmp (an echo request), tcp (SYN), udp or arp (a request).")
    var kind: TracedPacket.Kind = .icmp

    @Option(help: "Time to live.")
    var ttl: UInt8 = 64

    @Option(help: ArgumentHelp("Source port of TCP or UDP.", valueName: "port"))
    var sport: UInt16 = 49152

    @Option(help: ArgumentHelp("Destination port of TCP or UDP.", valueName: "port"))
    var dport: UInt16 = 80

    @Option(help: ArgumentHelp("Length of the frame, without the tunnel's headers.", valueName: "bytes"))
    var length: Int = 98

    @Option(help: ArgumentHelp("From an uplink: the VNI of the tunnel it comes by.", valueName: "vni"))
    var vni: UInt32?

    @Option(help: ArgumentHelp("Who sends the tunnel packet. (default: the one sender of the VNI)", valueName: "addr"))
    var tunnelFrom: IPv4Address?

    @Option(help: ArgumentHelp("The tunnel IP it comes to. (default: the VNI's here)", valueName: "addr"))
    var tunnelTo: IPv4Address?

    @Option(help: ArgumentHelp("Where the datapath is pinned.", valueName: "dir"))
    var pinDir: String = AgentCommand.pinDirectory

    @OptionGroup var control: ControlOptions
    @Flag(help: "Write JSON.") var json = false

    func validate() throws {
        if (port == nil) == (uplink == nil) { throw ValidationError("give --port or --uplink") }
        if hex != nil && pcap != nil { throw ValidationError("give --hex or --pcap, not both") }
        if hex == nil && pcap == nil && to == nil {
            throw ValidationError("give --to, or the packet by --hex or --pcap")
        }
        if vni != nil && port != nil { throw ValidationError("--vni is of packets from an --uplink") }
        if let port, PortID(port) == nil { throw ValidationError("--port is a port's id, not '\(port)'") }
        if packet < 1 { throw ValidationError("--packet counts from 1") }
    }

    func run() throws {
        let netlink = try RouteNetlink()
        let entry: PipelineEntry = port == nil ? .fromUplink : .fromPort
        let link = try self.link(netlink)
        let frame = try self.frame(on: link)
        let trace: PipelineTrace
        do {
            trace = try PipelineTracer(pinDirectory: pinDir).trace(frame, entering: entry, by: link.index)
        } catch {
            throw CommandError("\(error); \(error.remedy)")
        }
        let report = TraceReport(trace, of: frame, entering: entry, by: link.index, names: names(try netlink.links()))
        if json { return try Output.json(report) }
        print(TraceText(report).text, terminator: "")
    }

    private func link(_ netlink: RouteNetlink) throws -> Link {
        let name = port.flatMap { PortID($0) }.map(HostInterfaces.interfaceName) ?? uplink ?? ""
        guard let link = try netlink.link(named: name) else {
            throw CommandError("there is no interface \(name) in this network namespace")
        }
        return link
    }

    // MARK: The packet

    private func frame(on link: Link) throws -> [UInt8] {
        let bytes = try given() ?? described(on: link)
        guard (14...PipelineTracer.longestFrame).contains(bytes.count) else {
            throw CommandError(
                "the packet has \(bytes.count) bytes; a trace takes 14 to \(PipelineTracer.longestFrame)")
        }
        return bytes
    }

    private func given() throws -> [UInt8]? {
        if let hex { return try Self.bytes(hex) }
        guard let pcap else { return nil }
        let frames: [[UInt8]]
        do {
            frames = try PcapFile.frames([UInt8](try Data(contentsOf: URL(filePath: pcap))))
        } catch {
            throw CommandError("\(pcap): \(error)")
        }
        guard frames.indices.contains(packet - 1) else {
            throw CommandError("\(pcap) has \(frames.count) packets, no packet \(packet)")
        }
        return frames[packet - 1]
    }

    private static func bytes(_ hex: String) throws -> [UInt8] {
        let digits = Array(hex.filter { !$0.isWhitespace && $0 != ":" }.utf8)
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard index + 1 < digits.count,
                let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
            else { throw CommandError("--hex: pairs of hexadecimal digits are wanted, at digit \(index + 1)") }
            bytes.append(byte)
        }
        return bytes
    }

    private func described(on link: Link) throws -> [UInt8] {
        var packet = TracedPacket()
        packet.fromMAC = fromMac
        packet.toMAC = toMac
        packet.from = from
        packet.to = to
        packet.kind = kind
        packet.ttl = ttl
        packet.sourcePort = sport
        packet.destinationPort = dport
        packet.length = length
        packet.vni = vni
        packet.tunnelFrom = tunnelFrom
        packet.tunnelTo = tunnelTo
        let pins = PinDirectory(pinDir)
        guard port == nil else { return try packet.frame(onPort: link.index, pins: pins) }
        return try packet.frame(onUplink: link.mac ?? .zero, pins: pins)
    }

    // MARK: Names

    /// As far as somebody knows them: without an agent devices have numbers.
    private func names(_ links: [Link]) -> TraceNames {
        let interfaces = Dictionary(links.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
        var names = TraceNames { interfaces[$0] }
        if case .bridges(let bridges)? = try? control.ask(.bridges(nil)) {
            for bridge in bridges {
                names.bridges[bridge.vni] = "\(bridge.kind) \(bridge.id)"
                for port in bridge.ports { names.ports[port.number] = port.id }
            }
        }
        if case .routers(let routers)? = try? control.ask(.routers(nil)) {
            for router in routers { names.routers[router.number] = router.id }
        }
        return names
    }
}

extension TracedPacket.Kind: ExpressibleByArgument {}

extension MACAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension IPv4Address: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument[...]) }
}
