import Glibc

/// Runs `body` on a thread of its own, which ends with it, and waits. For what a thread carries with it (its network
/// namespace above all) and must never take back to a shared one.
func onDedicatedThread<Value>(_ body: () throws -> Value) throws -> Value {
    try withoutActuallyEscaping(body) { body in
        let work = ThreadWork { Result(catching: body) }
        var thread = pthread_t()
        let error = pthread_create(&thread, nil, runThreadWork, Unmanaged.passUnretained(work).toOpaque())
        if error != 0 { throw SystemError(operation: "start a thread", errno: error) }
        // `work` and all that `body` borrows outlive the thread, and the join orders its writes before our reads.
        pthread_join(thread, nil)
        guard let result = work.result else { throw SystemError(operation: "run a thread", errno: ECANCELED) }
        return try result.get()
    }
}

private class AnyThreadWork {
    func run() {}
}

private final class ThreadWork<Value>: AnyThreadWork {
    private let body: () -> Result<Value, any Error>
    private(set) var result: Result<Value, any Error>?

    init(_ body: @escaping () -> Result<Value, any Error>) {
        self.body = body
    }

    override func run() { result = body() }
}

private func runThreadWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<AnyThreadWork>.fromOpaque(argument).takeUnretainedValue().run()
    return nil
}
