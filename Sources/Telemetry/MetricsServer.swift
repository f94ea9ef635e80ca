import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves `GET /metrics` over plain HTTP/1.1, one request a connection.
package struct MetricsServer: Sendable {
    package struct Listener: Hashable, Sendable {
        package var host: String
        /// 0: any free one.
        package var port: Int

        package init(host: String = "127.0.0.1", port: Int) {
            self.host = host
            self.port = port
        }
    }

    private let listener: Listener
    private let log: Logger
    private let collect: @Sendable () async -> Exposition
    private let onListening: @Sendable (Int) -> Void

    package init(
        _ listener: Listener, log: Logger, onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in },
        collect: @escaping @Sendable () async -> Exposition
    ) {
        self.listener = listener
        self.log = log
        self.onListening = onListening
        self.collect = collect
    }

    /// Until the task is cancelled. Metrics are no reason to fail: an address that can't be had is tried again.
    package func run() async throws {
        var lastReason = ""
        while true {
            do {
                try await serve()
            } catch {
                let reason = "\(error)"
                if reason != lastReason {
                    log.error(
                        "no metrics are served",
                        metadata: ["address": "\(listener.host):\(listener.port)", "error": "\(reason)"])
                }
                lastReason = reason
            }
            try Task.checkCancellation()
            // No event says that an address is free again.
            try await Task.sleep(for: .seconds(10))
        }
    }

    private func serve() async throws {
        let turn = CollectionTurn(collect)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(MetricsConnection(turn))
                }
            }
            .bind(host: listener.host, port: listener.port).get()
        let port = server.localAddress?.port ?? listener.port
        log.info("metrics are served", metadata: ["address": "\(listener.host)", "port": "\(port)"])
        onListening(port)
        try await withTaskCancellationHandler {
            try await server.closeFuture.get()
        } onCancel: {
            server.close(promise: nil)
        }
    }
}

/// One collection at a time: who scrapes faster than we answer waits, and costs nothing more.
actor CollectionTurn {
    private let collect: @Sendable () async -> Exposition
    private var running: Task<Exposition, Never>?

    init(_ collect: @escaping @Sendable () async -> Exposition) { self.collect = collect }

    func exposition() async -> Exposition {
        if let running { return await running.value }
        let task = Task { [collect] in await collect() }
        running = task
        defer { running = nil }
        return await task.value
    }
}

private final class MetricsConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// For a client to say what it wants and to take the answer.
    private static let patience = TimeAmount.seconds(30)

    private let turn: CollectionTurn
    private var head: HTTPRequestHead?
    private var limit: Scheduled<Void>?

    init(_ turn: CollectionTurn) { self.turn = turn }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        limit = channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { limit?.cancel() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            let path = head.uri.prefix { $0 != "?" }
            guard path == "/metrics" else {
                return Self.finish(context.channel, .notFound, "there is only /metrics\n", head)
            }
            guard head.method == .GET || head.method == .HEAD else {
                return Self.finish(context.channel, .methodNotAllowed, "only GET and HEAD\n", head)
            }
            Self.answer(context.channel, turn, head)
        }
    }

    private static func answer(_ channel: any Channel, _ turn: CollectionTurn, _ request: HTTPRequestHead) {
        Task {
            let exposition = await turn.exposition()
            finish(channel, .ok, exposition.text, request, type: Exposition.contentType)
        }
    }

    private static func finish(
        _ channel: any Channel, _ status: HTTPResponseStatus, _ text: String, _ request: HTTPRequestHead,
        type: String = "text/plain; charset=utf-8"
    ) {
        let body = ByteBuffer(string: text)
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: type)
        headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        headers.add(name: "Connection", value: "close")
        if status == .methodNotAllowed { headers.add(name: "Allow", value: "GET, HEAD") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        if request.method != .HEAD { channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil) }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
    }
}
