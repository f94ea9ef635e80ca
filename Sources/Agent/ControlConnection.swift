import Foundation
import NIOCore
import Synchronization

/// One client of the control socket: takes in a line, hands it on, and hangs up on who says too much or too little.
final class ControlConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    struct Request: Sendable {
        var line: [UInt8]
        var channel: any Channel
    }

    /// Bytes.
    static let longestRequest = 65_536
    /// For a client to say what it wants, and again to take the answer. The work in between has its own limits.
    static let patience = TimeAmount.seconds(10)

    private let connections: ControlConnections
    private let arrived: AsyncStream<Request>.Continuation
    private var line: [UInt8] = []
    private var isComplete = false
    private var isOneTooMany = false
    private var limit: Scheduled<Void>?

    init(_ connections: ControlConnections, _ arrived: AsyncStream<Request>.Continuation) {
        self.connections = connections
        self.arrived = arrived
    }

    func channelActive(context: ChannelHandlerContext) {
        limit = Self.closing(context.channel)
        // Said when it has asked: an answer in front of an unread request could be lost.
        isOneTooMany = !connections.add(context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        limit?.cancel()
        connections.remove(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isComplete else { return }
        let bytes = unwrapInboundIn(data).readableBytesView
        if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            line += bytes[..<end]
            complete()
            if line.count > Self.longestRequest { return refuse("the request is too long", context.channel) }
            if isOneTooMany { return refuse("the agent has too many control connections", context.channel) }
            arrived.yield(Request(line: line, channel: context.channel))
        } else {
            line += bytes
            if line.count > Self.longestRequest { refuse("the request is too long", context.channel) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func complete() {
        isComplete = true
        limit?.cancel()
    }

    private func refuse(_ reason: String, _ channel: any Channel) {
        complete()
        Self.finish(channel, with: .failed(message: reason)).whenComplete { _ in }
    }

    // MARK: The answer

    /// Done when the client's side of the socket has all of it; then the connection is closed.
    static func finish(_ channel: any Channel, with reply: ControlReply) -> EventLoopFuture<Void> {
        let bytes: Data
        do { bytes = try JSONEncoder().encode(reply) } catch { return channel.eventLoop.makeFailedFuture(error) }
        let limit = closing(channel)
        let written = channel.writeAndFlush(ByteBuffer(bytes: bytes))
        written.whenComplete { _ in
            limit.cancel()
            channel.close(promise: nil)
        }
        return written
    }

    private static func closing(_ channel: any Channel) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }
}

/// The control socket's open connections.
final class ControlConnections: Sendable {
    static let most = 64

    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// - Returns: false when there are too many; it counts all the same.
    func add(_ channel: any Channel) -> Bool {
        channels.withLock { channels in
            channels[ObjectIdentifier(channel)] = channel
            return channels.count <= Self.most
        }
    }

    func remove(_ channel: any Channel) { channels.withLock { $0[ObjectIdentifier(channel)] = nil } }

    func closeAll() async {
        for channel in channels.withLock({ Array($0.values) }) {
            channel.close(promise: nil)
            // Only tells that it is closed; it can't fail.
            try? await channel.closeFuture.get()
        }
    }
}
