import Addresses
import LinuxNetworking
import PacketFormats

/// What came of one echo request.
package enum EchoAnswer: Hashable, Sendable {
    /// `ttl`: as the reply arrived.
    case reply(from: IPv4Address, ttl: UInt8, milliseconds: Double)
    /// An ICMP error quoted the request: a router on the way.
    case error(from: IPv4Address, type: UInt8, code: UInt8, milliseconds: Double)
    /// Nothing in time.
    case silence

    package var isReply: Bool { if case .reply = self { true } else { false } }

    package var router: IPv4Address? {
        switch self {
        case .reply(let from, _, _), .error(let from, _, _, _): from
        case .silence: nil
        }
    }
}

/// Sends echo requests out of a namespace and waits for what comes back: ping and traceroute, without needing them to
/// be installed.
package struct Echo: Sendable {
    package var netns: String
    package var destination: IPv4Address
    /// Tells this probe's packets from all others, on the wire too.
    package var identifier: UInt16
    /// As ping's: with the headers a frame of 98 bytes.
    package var payload = 56
    package var timeout = Duration.seconds(1)

    package init(from netns: String, to destination: IPv4Address, identifier: UInt16) {
        self.netns = netns
        self.destination = destination
        self.identifier = identifier
    }

    /// One request after the other.
    package func ping(count: Int) async throws -> [EchoAnswer] {
        let socket = try ICMPSocket(in: try NetworkNamespace.open(named: netns))
        var answers: [EchoAnswer] = []
        for sequence in 1...count {
            try Task.checkCancellation()
            answers.append(try await ask(socket, sequence: UInt16(sequence), ttl: 64))
        }
        return answers
    }

    /// The hops to the destination, one request each with a growing TTL, until it answers.
    package func trace(hops: Int = 8) async throws -> [EchoAnswer] {
        let socket = try ICMPSocket(in: try NetworkNamespace.open(named: netns))
        var answers: [EchoAnswer] = []
        for ttl in 1...hops {
            try Task.checkCancellation()
            let answer = try await ask(socket, sequence: UInt16(ttl), ttl: Int32(ttl))
            answers.append(answer)
            if answer.isReply { break }
        }
        return answers
    }

    private func ask(_ socket: ICMPSocket, sequence: UInt16, ttl: Int32) async throws -> EchoAnswer {
        let message = ICMPv4Header.echoRequest(identifier: identifier, sequence: sequence)
            .message(payload: (0..<payload).map { UInt8(truncatingIfNeeded: $0) })
        return try await onBlockingThread {
            let start = ContinuousClock.now
            try socket.send(message, to: destination, ttl: ttl)
            while case let left = start + timeout - .now, left > .zero {
                guard let packet = try socket.receive(atMost: left) else { continue }
                let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
                if let answer = self.answer(in: packet, sequence, milliseconds) { return answer }
            }
            return .silence
        }
    }

    /// Nil when the packet is about something else: a raw socket gets every ICMP message.
    private func answer(in packet: [UInt8], _ sequence: UInt16, _ milliseconds: Double) -> EchoAnswer? {
        guard let ip = try? IPv4Header.parse(packet),
            let header = try? ICMPv4Header.parse(packet, at: ip.payloadOffset)
        else { return nil }
        if header.type == .echoReply, header.identifier == identifier, header.sequence == sequence {
            return .reply(from: ip.source, ttl: ip.ttl, milliseconds: milliseconds)
        }
        guard header.isError, let quoted = try? IPv4Header.parse(packet, at: header.payloadOffset),
            quoted.destination == destination,
            let request = try? ICMPv4Header.parse(packet, at: quoted.payloadOffset),
            request.identifier == identifier, request.sequence == sequence
        else { return nil }
        return .error(from: ip.source, type: header.type.rawValue, code: header.code, milliseconds: milliseconds)
    }
}
