import CForwardingPipeline

/// Where a packet came from: whom it is counted under, and by which scope of tunnels it must not leave again.
struct Origin {
    /// Device port number, or an uplink's.
    let port: UInt32
    /// `SCOPE_LOCAL` from a VM, otherwise the tunnel's.
    var scope: UInt8
    /// The port's, on this CPU: looked up once a packet.
    let counters: UnsafeMutablePointer<port_counters>?

    @inline(__always)
    init(port: UInt32, scope: tunnel_scope) {
        self.port = port
        self.scope = UInt8(truncatingIfNeeded: scope.rawValue)
        var key = port
        counters = find_port_counters(&key)
    }
}

extension Origin {
    @inline(__always)
    func received(bytes: UInt32) {
        guard let counters else { return }
        counters.pointee.received &+= 1
        counters.pointee.received_bytes &+= UInt64(bytes)
    }

    @inline(__always)
    func count(_ update: (inout port_counters) -> Void) {
        guard let counters else { return }
        update(&counters.pointee)
    }

    /// The end of a packet that goes nowhere. There is no other way to drop one.
    @inline(__always)
    func drop(_ reason: drop_reason) -> Int32 { drop(reason: reason.rawValue) }

    @inline(__always)
    func drop(reason: UInt32) -> Int32 { countDrop(port, reason) }
}

@inline(never)
func countDrop(_ port: UInt32, _ reason: UInt32) -> Int32 {
    var key = drop_key(port: port, reason: reason)
    if let counter = find_drop_counter(&key) {
        counter.pointee &+= 1
    } else {
        // Another CPU may create the counter at this moment; then each adds to its own share of it.
        var none: UInt64 = 0
        create_drop_counter(&key, &none)
        if let counter = find_drop_counter(&key) { counter.pointee &+= 1 }
    }
    return Verdict.drop
}
