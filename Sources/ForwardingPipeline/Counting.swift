import CForwardingPipeline

/// Where a packet came from: whom it is counted under, and by which scope of tunnels it must not leave again.
struct Origin {
    /// Device port number, or an uplink's.
    let port: UInt32
    /// `SCOPE_LOCAL` from a VM, otherwise the tunnel's.
    let scope: UInt8
}

extension Origin {
    @inline(__always)
    func received(bytes: UInt32) {
        var key = port
        guard let counters = find_port_counters(&key) else { return }
        counters.pointee.received &+= 1
        counters.pointee.received_bytes &+= UInt64(bytes)
    }

    @inline(__always)
    func count(_ update: (inout port_counters) -> Void) {
        var key = port
        guard let counters = find_port_counters(&key) else { return }
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
