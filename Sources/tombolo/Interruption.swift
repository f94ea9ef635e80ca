import ArgumentParser
import Glibc
import UnixSignals

/// Runs `body`; SIGINT, SIGTERM or SIGHUP cancels it. Returns or throws when it has cleaned up after itself.
func untilInterrupted<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    // A closed pipe is an error of the write that finds it, not the end of the process: see `say`.
    signal(SIGPIPE, SIG_IGN)
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
    return try await withThrowingTaskGroup(of: Event<Value>.self) { group in
        group.addTask { .finished(try await body()) }
        group.addTask {
            for await signal in signals { return .signal(signal) }
            throw CancellationError()
        }
        defer { group.cancelAll() }
        var exit = ExitCode.failure
        while let event = await group.nextResult() {
            switch event {
            case .success(.finished(let value)): return value
            case .success(.signal(let signal)):
                warn("\ntombolo: interrupted; cleaning up")
                exit = ExitCode(128 + signal.number)
                group.cancelAll()
            case .failure(let error):
                // What a cancelled body throws is not worth telling.
                throw exit == .failure ? error : exit
            }
        }
        throw exit
    }
}

private enum Event<Value: Sendable>: Sendable {
    case finished(Value)
    case signal(UnixSignal)
}

extension UnixSignal {
    fileprivate var number: Int32 {
        if self == .sighup { return SIGHUP }
        return self == .sigint ? SIGINT : SIGTERM
    }
}
