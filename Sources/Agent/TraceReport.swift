import CForwardingPipeline
import Datapath
import ForwardingTables
import PacketFormats

/// A trace in words: each device, look-up and rewrite on a packet's way, and what became of it.
package struct TraceReport: Codable, Sendable {
    package struct Frame: Codable, Sendable, Hashable {
        package var length: Int
        package var hex: String
        /// As tcpdump says it.
        package var text: String

        init(_ bytes: [UInt8]) {
            length = bytes.count
            hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            text = PacketDescription.describe(bytes)
        }
    }

    package struct Step: Codable, Sendable, Hashable {
        /// `lookup`, `rewrite`, `underlay`, `room`, `redirect`, `copy`, `punt` or `drop`.
        package var kind: String
        /// `bridge 5001`, with the id when an agent runs that knows it.
        package var device: String
        package var text: String
        /// The row's table, and whether there was one.
        package var table: String?
        package var found: Bool?
    }

    package struct Exit: Codable, Sendable, Hashable {
        /// `redirect`, `copy` or `punt`.
        package var kind: String
        package var interface: String
        package var interfaceIndex: UInt32
        /// Nil: too many copies for all their bytes.
        package var packet: Frame?
    }

    package struct Drop: Codable, Sendable, Hashable {
        package var port: String
        package var reason: String
        package var explanation: String
    }

    package struct Comparison: Codable, Sendable, Hashable {
        /// The build that forwards had the same verdict, bytes, counters and drops.
        package var same: Bool
        package var differences: [String]
        package var endsAtFlood: Bool
        /// The program on the interface is that build; nil: none is there.
        package var attachedIsSame: Bool?
    }

    package var program: String
    package var interface: String
    package var packet: Frame
    package var steps: [Step]
    /// `delivered`, `tunnelled`, `flooded`, `answered`, `punted`, `passed` or `dropped`: what it would be counted as.
    package var outcome: String
    /// What the program told the kernel: 7 redirect, 2 drop, -1 pass.
    package var verdict: Int32
    package var exits: [Exit]
    package var drops: [Drop]
    package var comparison: Comparison
    /// Steps there was no room for.
    package var lostSteps: Int
}

/// Names for what the tables number.
package struct TraceNames: Sendable {
    package var ports: [UInt32: String] = [:]
    package var bridges: [UInt32: String] = [:]
    package var routers: [UInt32: String] = [:]
    package var interface: @Sendable (UInt32) -> String?

    package init(interface: @escaping @Sendable (UInt32) -> String?) { self.interface = interface }

    func interfaceName(_ index: UInt32) -> String { interface(index) ?? "interface \(index)" }

    func port(_ number: UInt32) -> String {
        if number & UInt32(UPLINK_PORT) != 0 { return "uplink:\(interfaceName(number & ~UInt32(UPLINK_PORT)))" }
        return ports[number] ?? "port:\(number)"
    }

    func bridge(_ number: UInt32) -> String { "bridge \(number)" + (bridges[number].map { " (\($0))" } ?? "") }
    func router(_ number: UInt32) -> String { "router \(number)" + (routers[number].map { " (\($0))" } ?? "") }
}
