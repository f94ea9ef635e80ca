import AgentProtocol
import Synchronization

/// What is to be said on one stream to the manager.
package final class ManagerOutbox: Sendable {
    let messages: AsyncStream<AgentMessage>
    private let continuation: AsyncStream<AgentMessage>.Continuation
    private let heartbeats = Mutex<UInt64>(0)

    package init() { (messages, continuation) = AsyncStream.makeStream() }

    package func send(_ message: AgentMessage) { continuation.yield(message) }

    /// The manager answers each, in its order among the other messages: once the n-th is answered, all that was sent
    /// before it has been dealt with.
    ///
    /// - Returns: which one it was, from 1.
    @discardableResult
    package func sendHeartbeat() -> UInt64 {
        heartbeats.withLock { count in
            count += 1
            continuation.yield(.heartbeat)
            return count
        }
    }

    package func finish() { continuation.finish() }
}
