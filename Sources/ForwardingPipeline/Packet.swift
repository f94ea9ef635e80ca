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

    // A word in one go wherever it lies (kernel_helpers.h), so each size has its own.

    @inline(__always)
    func load(_ offset: Int, as type: UInt8.Type = UInt8.self) -> UInt8 { start.load(fromByteOffset: offset, as: type) }
    @inline(__always)
    func load(_ offset: Int, as type: UInt16.Type = UInt16.self) -> UInt16 { load_16(start + offset) }
    @inline(__always)
    func load(_ offset: Int, as type: UInt32.Type = UInt32.self) -> UInt32 { load_32(start + offset) }
    @inline(__always)
    func load(_ offset: Int, as type: UInt64.Type = UInt64.self) -> UInt64 { load_64(start + offset) }
    @inline(__always)
    func load(_ offset: Int, as type: MAC.Type = MAC.self) -> MAC { MAC(bits: load_48(start + offset)) }

    @inline(__always)
    func store(_ value: UInt8, _ offset: Int) { start.storeBytes(of: value, toByteOffset: offset, as: UInt8.self) }
    @inline(__always)
    func store(_ value: UInt16, _ offset: Int) { store_16(start + offset, value) }
    @inline(__always)
    func store(_ value: UInt32, _ offset: Int) { store_32(start + offset, value) }
    @inline(__always)
    func store(_ value: UInt64, _ offset: Int) { store_64(start + offset, value) }
    @inline(__always)
    func store(_ value: MAC, _ offset: Int) { store_48(start + offset, value.bits) }
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
