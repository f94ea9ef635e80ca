import AgentProtocol
import Synchronization

/// What a session has to say and has not said yet. One update at most is among it (see `AgentSession`), and only so many
/// answers: an agent that asks and never reads is cut off.
final class Outbox: Sendable {
    static let limit = 4096

    let wakeUps: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let messages = Mutex<[ManagerMessage]>([])

    init() {
        (wakeUps, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// - Returns: false when the agent has left too much unread.
    func add(_ message: ManagerMessage) -> Bool {
        let fits = messages.withLock { messages in
            guard messages.count < Self.limit else { return false }
            messages.append(message)
            return true
        }
        if fits { continuation.yield() }
        return fits
    }

    func take() -> [ManagerMessage] {
        messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}
