import Synchronization

/// Lets others wait until the manager listens.
final class Readiness: Sendable {
    private struct State {
        var result: Result<ManagerService.Ready, any Error>?
        var waiting: [CheckedContinuation<ManagerService.Ready, any Error>] = []
    }

    private let state = Mutex(State())

    func succeed(_ ready: ManagerService.Ready) { settle(.success(ready)) }

    /// Nothing if it was ready before.
    func fail(_ error: any Error) { settle(.failure(error)) }

    private func settle(_ result: Result<ManagerService.Ready, any Error>) {
        let waiting = state.withLock { state in
            if state.result == nil { state.result = result }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }

    func value() async throws -> ManagerService.Ready {
        try await withCheckedThrowingContinuation { continuation in
            let known = state.withLock { state in
                if state.result == nil { state.waiting.append(continuation) }
                return state.result
            }
            if let known { continuation.resume(with: known) }
        }
    }
}
