import Logging
import Resources

/// Says that a host's ports are down once its agent has been away for a while. The bindings stay: packets go on
/// without an agent (invariant 2), only nobody knows.
struct HostWatch: Sendable {
    private struct Loss: Sendable {
        var host: HostID
        /// The session that ended; nil: the manager's start.
        var session: UInt64?
    }

    private let controller: SiteController
    private let grace: Duration
    private let logger: Logger
    private let losses: AsyncStream<Loss>
    private let continuation: AsyncStream<Loss>.Continuation

    init(controller: SiteController, grace: Duration, logger: Logger) {
        self.controller = controller
        self.grace = grace
        self.logger = logger
        (losses, continuation) = AsyncStream.makeStream()
    }

    func lost(_ host: HostID, session: UInt64?) { continuation.yield(Loss(host: host, session: session)) }

    func stop() { continuation.finish() }

    /// Until `stop`.
    func run() async {
        // Those that were there before the manager stopped get the same time to come back.
        for host in controller.hosts { lost(host.record.id, session: nil) }
        await withDiscardingTaskGroup { group in
            for await loss in losses {
                group.addTask { await settle(loss) }
            }
            group.cancelAll()
        }
    }

    private func settle(_ loss: Loss) async {
        do {
            try await Task.sleep(for: grace)
            // Gone and back and gone again: the later loss has its own time to wait.
            guard controller.isLost(loss.host, since: loss.session), let state = controller.host(loss.host) else {
                return
            }
            try await controller.markDown(loss.host)
            logger.warning("host is gone; its ports are down", metadata: ["host": "\(state.record.name)"])
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "could not mark a host's ports down", metadata: ["host.id": "\(loss.host)", "error": "\(error)"])
        }
    }
}
