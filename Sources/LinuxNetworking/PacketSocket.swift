import CLinux
import Glibc
import Synchronization

/// An Ethernet frame that a packet socket saw.
package struct CapturedFrame: Hashable, Sendable {
    /// From the destination MAC on, VLAN tags where they are on the wire.
    package var bytes: [UInt8]
    /// Nanoseconds since 1970.
    package var timestamp: Int64
    /// Longer than `bytes` when it was cut.
    package var originalLength: Int
    /// This host sent it.
    package var isOutgoing: Bool
}

/// Sends and receives whole Ethernet frames on one link (packet(7)). Received frames are copies: the link's owner gets
/// them as well.
package final class PacketSocket: Sendable {
    private let descriptor: OwnedDescriptor

    /// On a link of `namespace`, or of the calling thread's when nil. `etherType` nil: frames of every type; the kernel
    /// shows what this host sends (`seesOutgoing`) to such sockets only.
    package init(
        link: UInt32, in namespace: NetworkNamespace? = nil, etherType: UInt16? = nil, seesOutgoing: Bool = false,
        receiveBuffer: Int = 4 << 20
    ) throws {
        let everything: UInt16 = 3
        let open = {
            try check(
                clinux_packet_open(link, etherType ?? everything, seesOutgoing ? 0 : 1),
                "open packet socket on link \(link)"
            )
        }
        let opened = if let namespace { try namespace.perform(open) } else { try open() }
        descriptor = OwnedDescriptor(owning: opened)
        try check(
            clinux_set_receive_buffer(descriptor.rawValue, Int32(clamping: receiveBuffer)),
            "set a packet socket's receive buffer"
        )
    }

    /// Sends one frame, complete but for the checksum at its end.
    package func send(_ frame: [UInt8]) throws(SystemError) {
        let count = Glibc.send(descriptor.rawValue, frame, frame.count, 0)
        if count < 0 { throw SystemError(operation: "send a frame of \(frame.count) bytes", errno: errno) }
    }

    /// The frames from now on, for one consumer; frames beyond `backlog` that it has not taken are lost, newest first.
    /// Ends when the consumer stops, not when the link goes. `longest` bytes of each are kept.
    package func frames(
        longest: Int = 65536 + 256, backlog: Int = 16384
    ) throws(SystemError) -> AsyncStream<CapturedFrame> {
        let (stream, continuation) = AsyncStream<CapturedFrame>.makeStream(bufferingPolicy: .bufferingOldest(backlog))
        let reader = FrameReader(descriptor: descriptor, continuation: continuation, longest: longest)
        let token = try ReadinessLoop.shared.add(descriptor) { reader.drain() }
        continuation.onTermination = { _ in ReadinessLoop.shared.remove(token) }
        return stream
    }
}

/// Reads a packet socket. Only the readiness loop's thread calls it.
private final class FrameReader: Sendable {
    private let descriptor: OwnedDescriptor
    private let continuation: AsyncStream<CapturedFrame>.Continuation
    private let buffer: Mutex<[UInt8]>

    init(descriptor: OwnedDescriptor, continuation: AsyncStream<CapturedFrame>.Continuation, longest: Int) {
        self.descriptor = descriptor
        self.continuation = continuation
        buffer = Mutex([UInt8](repeating: 0, count: max(longest, 64) + 4))
    }

    func drain() {
        buffer.withLock { buffer in
            for _ in 0..<ReadinessLoop.readsPerTurn {
                var metadata = clinux_packet_metadata()
                let length = buffer.withUnsafeMutableBytes {
                    clinux_packet_receive(descriptor.rawValue, $0.baseAddress, $0.count, &metadata)
                }
                switch length {
                case -Int64(EAGAIN): return
                // The link went down; frames come again when it is up.
                case -Int64(ENETDOWN): continue
                case ..<0:
                    continuation.finish()
                    return
                default:
                    let outgoing: UInt8 = 4
                    continuation.yield(
                        CapturedFrame(
                            bytes: Array(buffer.prefix(Int(length))), timestamp: metadata.timestamp,
                            originalLength: Int(metadata.original_length),
                            isOutgoing: metadata.packet_type == outgoing
                        )
                    )
                }
            }
        }
    }
}
