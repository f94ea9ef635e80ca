import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix

/// The agent's control socket: a request a connection, answered with one JSON object. Only root may connect.
package struct ControlServer: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case path(String, reason: String)

        package var description: String {
            switch self {
            case .path(let path, let reason): "the control socket \(path): \(reason)"
            }
        }
    }

    private let path: String
    private let log: Logger
    private let answer: @Sendable (ControlRequest) async -> ControlReply
    private let connections = ControlConnections()

    /// Serves until the task is cancelled, and takes the socket away then. One left behind by a dead agent is replaced.
    package static func run(
        path: String, log: Logger, answer: @escaping @Sendable (ControlRequest) async -> ControlReply
    ) async throws {
        try await ControlServer(path: path, log: log, answer: answer).run()
    }

    private init(path: String, log: Logger, answer: @escaping @Sendable (ControlRequest) async -> ControlReply) {
        self.path = path
        self.log = log
        self.answer = answer
    }

    private func run() async throws {
        try checkPath()
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        while true {
            try await serve()
            try Task.checkCancellation()
            log.error("the control socket was closed; it is made anew")
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Returns when the task is cancelled, or the socket fails.
    private func serve() async throws {
        let (requests, arrived) = AsyncStream.makeStream(of: ControlConnection.Request.self)
        let server = try await listen(arrived)
        let file = SocketFile(path)
        server.closeFuture.whenComplete { _ in arrived.finish() }
        await withDiscardingTaskGroup { group in
            for await request in requests { group.addTask { await serve(request) } }
        }
        file?.remove()
        // Closed already is as good.
        try? await server.close()
        await connections.closeAll()
    }

    private func serve(_ request: ControlConnection.Request) async {
        let reply =
            if let request = try? JSONDecoder().decode(ControlRequest.self, from: Data(request.line)) {
                await answer(request)
            } else {
                ControlReply.failed(message: "the request is no JSON object of the agent's control protocol")
            }
        do { try await ControlConnection.finish(request.channel, with: reply).get() } catch {
            log.debug("an answer was not taken", metadata: ["error": "\(error)"])
        }
    }

    // MARK: The socket

    private func checkPath() throws(Failure) {
        let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1 - ".new".utf8.count
        guard path.utf8.count <= longest else {
            throw .path(path, reason: "the path is longer than the \(longest) bytes a socket's may have")
        }
        guard let present = SocketFile(path) else { return }
        guard present.isSocket else { throw .path(path, reason: "there is a file that is no socket") }
        guard !ControlClient(path: path).isAnswered else { throw .path(path, reason: "another agent listens on it") }
    }

    /// Made under another name and renamed once its mode is right: at no moment may anybody but root connect.
    private func listen(_ arrived: AsyncStream<ControlConnection.Request>.Continuation) async throws -> any Channel {
        let temporary = path + ".new"
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [connections] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ControlConnection(connections, arrived))
                }
            }
            .bind(unixDomainSocketPath: temporary, cleanupExistingSocketFile: true).get()
        guard chmod(temporary, 0o600) == 0, rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            try await server.close()
            throw Failure.path(path, reason: reason)
        }
        return server
    }
}
