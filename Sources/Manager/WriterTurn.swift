import Synchronization

/// Lets one task at a time through, in the order they came. An actor would not do: it lets others in at each `await`.
package final class WriterTurn: Sendable {
    private struct State {
        var taken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Index of the first that still waits; the array is trimmed when it empties.
        var next = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func take<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        await withCheckedContinuation { continuation in
            let free = state.withLock { state in
                if state.taken {
                    state.waiting.append(continuation)
                    return false
                }
                state.taken = true
                return true
            }
            if free { continuation.resume() }
        }
        defer { pass() }
        return try await body()
    }

    private func pass() {
        let successor = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.next < state.waiting.count else {
                state.taken = false
                return nil
            }
            defer {
                state.next += 1
                if state.next == state.waiting.count {
                    state.waiting = []
                    state.next = 0
                }
            }
            return state.waiting[state.next]
        }
        successor?.resume()
    }
}
