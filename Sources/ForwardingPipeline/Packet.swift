import CForwardingPipeline

/// What a program tells the tc hook (TCX).
enum Verdict {
    /// Not ours: the next program or the host's stack has it.
    static let pass: Int32 = -1
    static let drop: Int32 = 2
    /// As a redirect helper said.
    static let redirect: Int32 = 7
}

/// The packet's bytes. Every access is preceded by `has` in the same function: the verifier wants to see it.
struct Packet {
    let start: UnsafeMutableRawPointer
    let end: UnsafeMutableRawPointer

    @inline(__always)
    init(_ buffer: UnsafeMutablePointer<socket_buffer>) {
        start = packet_start(buffer)
        end = packet_end(buffer)
    }

    @inline(__always)
    func has(_ bytes: Int) -> Bool { start + bytes <= end }

    @inline(__always)
    func load<Value: BitwiseCopyable>(_ offset: Int, as type: Value.Type = Value.self) -> Value {
        start.loadUnaligned(fromByteOffset: offset, as: type)
    }

    @inline(__always)
    func store<Value: BitwiseCopyable>(_ value: Value, _ offset: Int) {
        start.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }
}

/// The packet with at least `bytes` reachable; nil when it is shorter. Headers may lie in fragments of the buffer
/// (GRO, tap), then they are pulled together first.
@inline(__always)
func packet(_ buffer: UnsafeMutablePointer<socket_buffer>, reaching bytes: Int) -> Packet? {
    var view = Packet(buffer)
    if !view.has(bytes) {
        guard pull(buffer, UInt32(truncatingIfNeeded: bytes)) == 0 else { return nil }
        view = Packet(buffer)
        guard view.has(bytes) else { return nil }
    }
    return view
}

extension UInt16 {
    /// Between the host's byte order (little: `bpfel`) and the network's.
    @inline(__always)
    var bigEndianValue: UInt16 { byteSwapped }
}

extension UInt32 {
    @inline(__always)
    var bigEndianValue: UInt32 { byteSwapped }
}
