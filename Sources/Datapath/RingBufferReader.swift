import CForwardingPipeline
import CLibBPF
import Dispatch
import Synchronization

/// Reads what the programs hand up through a ring buffer: frames punted to the agent.
///
/// Records wait in the ring while nobody reads, also across restarts; when the ring is full the programs count the loss.
/// One reader at a time per ring: two would share its position.
package final class RingBufferReader: Sendable {
    /// The records, in order; ends with `stop()`.
    package let records: AsyncStream<[UInt8]>

    private let sink: RecordSink
    private let source: Mutex<any DispatchSourceRead>

    /// Records lost because the consumer of `records` was `bufferLimit` behind.
    package var dropped: UInt64 { sink.dropped.load(ordering: .relaxed) }

    fileprivate init(descriptor: Descriptor, name: String, bufferLimit: Int) throws(DatapathError) {
        let (records, continuation) = AsyncStream.makeStream(
            of: [UInt8].self, bufferingPolicy: .bufferingOldest(bufferLimit))
        let sink = RecordSink(continuation)
        let ring = ring_buffer__new(
            descriptor.number,
            { context, data, size in
                guard let context, let data else { return 0 }
                Unmanaged<RecordSink>.fromOpaque(context).takeUnretainedValue()
                    .receive([UInt8](UnsafeRawBufferPointer(start: data, count: size)))
                return 0
            }, Unmanaged.passUnretained(sink).toOpaque(), nil)
        guard let ring else {
            throw .system(operation: "read the ring buffer", target: name, error: .current)
        }
        // The kernel makes the descriptor readable when a record arrives; nothing polls.
        let queue = DispatchQueue(label: "ring-buffer.\(name)")
        let source = DispatchSource.makeReadSource(fileDescriptor: ring_buffer__epoll_fd(ring), queue: queue)
        let owned = OwnedRing(pointer: ring)
        source.setEventHandler { [sink] in
            let result = ring_buffer__consume(owned.pointer)
            if result < 0 { sink.finish() }
        }
        source.setCancelHandler { [sink] in
            ring_buffer__free(owned.pointer)
            sink.finish()
        }
        self.records = records
        self.sink = sink
        source.activate()
        self.source = Mutex(source)
    }

    deinit { stop() }

    /// Ends `records`. What is still in the ring stays there for the next reader.
    package func stop() { source.withLock { $0.cancel() } }
}

/// Where libbpf's callback puts records. The source's handlers keep it alive as long as the ring is.
private final class RecordSink: Sendable {
    let dropped = Atomic<UInt64>(0)
    private let continuation: AsyncStream<[UInt8]>.Continuation

    init(_ continuation: AsyncStream<[UInt8]>.Continuation) { self.continuation = continuation }

    func receive(_ record: [UInt8]) {
        if case .dropped = continuation.yield(record) { dropped.add(1, ordering: .relaxed) }
    }

    func finish() { continuation.finish() }
}

/// Safe to send: after its making only the source's handlers touch the ring, and they run one at a time on a serial
/// queue; the cancel handler, which frees it, is the last of them.
private struct OwnedRing: @unchecked Sendable {
    let pointer: OpaquePointer
}

extension LoadedPipeline {
    /// - Parameter bufferLimit: how many records may wait for the consumer before new ones are dropped and counted.
    package func ringBuffer(_ name: String, bufferLimit: Int = 4096) throws(DatapathError) -> RingBufferReader {
        let table = try table(name)
        guard table.info.type == BPF_MAP_TYPE_RINGBUF.rawValue else {
            throw .unsupportedTableType(table: name, type: table.info.type, operation: "reading records")
        }
        return try RingBufferReader(descriptor: table.descriptor, name: name, bufferLimit: bufferLimit)
    }
}
