import CForwardingPipeline

/// ARP (RFC 826) for IPv4 over Ethernet.
private enum ARP {
    static let size = 28
    static let operation = Ethernet.size + 6
    static let senderMAC = Ethernet.size + 8
    static let senderAddress = Ethernet.size + 14
    static let targetMAC = Ethernet.size + 18
    static let targetAddress = Ethernet.size + 24
    static let request: UInt16 = 0x0100
    static let reply: UInt16 = 0x0200
    /// Ethernet, IPv4, lengths 6 and 4, as they lie in memory.
    static let preamble: UInt64 = 0x0406_0008_0100
}

/// ARP from a device port: checked, and answered on the spot when the topology knows the answer (S3-12, S1-10).
/// Nil: nothing is wrong with it, and its bridge shall have it.
@inline(__always)
func resolve(
    _ buffer: UnsafeMutablePointer<socket_buffer>, _ origin: Origin, _ interface: UnsafePointer<interface_entry>,
    index: UInt32, secured: Bool
) -> Int32? {
    guard let frame = packet(buffer, reaching: Ethernet.size + ARP.size) else {
        return origin.drop(DROP_MALFORMED_FRAME)
    }
    guard frame.load(Ethernet.size, as: UInt32.self) == UInt32(truncatingIfNeeded: ARP.preamble),
        frame.load(Ethernet.size + 4, as: UInt16.self) == UInt16(truncatingIfNeeded: ARP.preamble >> 32)
    else { return origin.drop(DROP_MALFORMED_FRAME) }
    let source: MAC = frame.load(Ethernet.source)
    let sender: MAC = frame.load(ARP.senderMAC)
    let senderAddress: UInt32 = frame.load(ARP.senderAddress)
    if secured {
        guard sender.isEqual(source) else { return origin.drop(DROP_SPOOFED_ARP) }
        // A probe (RFC 5227) names no sender address.
        if senderAddress != 0 || sender.bits != mac_of_interface(interface) {
            guard sourceViolation(interface, mac: sender, address: mapped(senderAddress)) == DROP_UNSPECIFIED else {
                return origin.drop(DROP_SPOOFED_ARP)
            }
        }
    }
    let target: UInt32 = frame.load(ARP.targetAddress)
    if frame.load(ARP.operation, as: UInt16.self) == ARP.request && target != senderAddress {
        var key = neighbour_key(device: interface.pointee.bridge, reserved: 0, address: mapped(target))
        // The asker's own address is not answered: it would see a duplicate of itself.
        if let row = find_bridge_neighbour(&key), mac_of(row) != sender.bits {
            let owner = MAC(bits: mac_of(row))
            frame.store(source, Ethernet.destination)
            frame.store(owner, Ethernet.source)
            frame.store(ARP.reply, ARP.operation)
            frame.store(owner, ARP.senderMAC)
            frame.store(target, ARP.senderAddress)
            frame.store(sender, ARP.targetMAC)
            frame.store(senderAddress, ARP.targetAddress)
            origin.count { $0.answered &+= 1 }
            return Int32(truncatingIfNeeded: redirect(index))
        }
    }
    return nil
}
