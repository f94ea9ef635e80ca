import CLinux
import Glibc
import Synchronization

/// What a child process writes to one of its outputs. It is read all the time, so the child never blocks on it, and
/// kept until somebody takes it.
package final class PipeReader: Sendable {
    /// In the order written; ends when the last process that has the pipe closes it. For one consumer.
    package let chunks: AsyncStream<[UInt8]>
    private let continuation: AsyncStream<[UInt8]>.Continuation

    init(_ descriptor: OwnedDescriptor) throws(SystemError) {
        let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
        chunks = stream
        self.continuation = continuation
        let token = try ReadinessLoop.shared.add(descriptor) { Self.drain(descriptor, continuation) }
        continuation.onTermination = { _ in ReadinessLoop.shared.remove(token) }
    }

    private static func drain(_ descriptor: OwnedDescriptor, _ continuation: AsyncStream<[UInt8]>.Continuation) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        for _ in 0..<ReadinessLoop.readsPerTurn {
            let count = read(descriptor.rawValue, &buffer, buffer.count)
            if count > 0 {
                continuation.yield(Array(buffer.prefix(count)))
            } else if count < 0 && errno == EINTR {
                continue
            } else if count < 0 && errno == EAGAIN {
                return
            } else {
                return continuation.finish()
            }
        }
    }

    /// Everything up to the end.
    package func collect() async -> [UInt8] {
        var all: [UInt8] = []
        for await chunk in chunks { all += chunk }
        return all
    }

    /// Line by line, without the line ends.
    package var lines: AsyncStream<String> {
        let chunks = chunks
        return AsyncStream { continuation in
            let task = Task {
                var rest: [UInt8] = []
                for await chunk in chunks {
                    rest += chunk
                    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        continuation.yield(String(decoding: rest[..<end], as: UTF8.self))
                        rest.removeSubrange(...end)
                    }
                }
                if !rest.isEmpty { continuation.yield(String(decoding: rest, as: UTF8.self)) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Ends the stream although a process still holds the pipe.
    package func stop() {
        continuation.finish()
    }
}
