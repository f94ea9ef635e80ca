import CForwardingPipeline
import Datapath
import ForwardingTables
import LinuxNetworking
import Logging
import VirtualTopology

/// Answers what the datapath hands up: DHCP, so far.
///
/// Who asks too much is kept off by the kernel: each port has a budget of punts, and what exceeds it is a counted drop.
package struct PuntServer: Sendable {
    private let agent: Agent
    private let log: Logger

    package init(agent: Agent, log: Logger) {
        self.agent = agent
        self.log = log
    }

    package func run(_ records: AsyncStream<[UInt8]>) async {
        var sockets = AnswerSockets()
        for await record in records {
            guard let (header, frame) = Self.split(record), header.reason == PUNT_DHCP.rawValue,
                let server = await agent.dhcpServer(forPort: header.port, on: header.interface),
                let answer = server.answer(frame)
            else { continue }
            do { try sockets.send(answer, to: header.interface) } catch {
                log.info("a DHCP answer was not sent", metadata: ["port": "\(header.port)", "error": "\(error)"])
            }
        }
    }

    static func split(_ record: [UInt8]) -> (punt_header, [UInt8])? {
        let size = MemoryLayout<punt_header>.size
        guard record.count >= size else { return nil }
        let header = record.withUnsafeBytes { $0.loadUnaligned(as: punt_header.self) }
        guard Int(header.length) <= record.count - size else { return nil }
        return (header, Array(record[size..<size + Int(header.length)]))
    }
}

/// Sockets to answer on. Few are kept: a client asks twice when it starts and then not for hours.
private struct AnswerSockets {
    private static let most = 32
    private var sockets: [(interface: UInt32, socket: PacketSocket)] = []

    mutating func send(_ frame: [UInt8], to interface: UInt32) throws {
        if let index = sockets.firstIndex(where: { $0.interface == interface }) {
            do {
                try sockets[index].socket.send(frame)
                return
            } catch {
                // Its interface is gone, and another may have the index now: once more, with a socket of that one.
                sockets.remove(at: index)
            }
        }
        // No EtherType: it receives nothing.
        let socket = try PacketSocket(link: interface, etherType: 0)
        try socket.send(frame)
        if sockets.count == Self.most { sockets.removeFirst() }
        sockets.append((interface, socket))
    }
}

extension Agent {
    /// Nil also when the frame came from another interface than the port has: then it is not that port's client.
    func dhcpServer(forPort number: UInt32, on interface: UInt32) -> DHCPServer? {
        guard let own = ports[number: number], state.host.interfaces[own.port.id]?.index == interface,
            case .bridge(let bridge) = state.topology[.bridge(own.vm.bridge)]
        else { return nil }
        return DHCPServer(port: own.port, bridge: bridge)
    }
}
