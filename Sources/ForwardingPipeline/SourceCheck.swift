import CForwardingPipeline

/// Anti-spoofing: the rule that (MAC, address) breaks on a port with port security, or `DROP_UNSPECIFIED` for none.
@inline(__always)
func sourceViolation(
    _ interface: UnsafePointer<interface_entry>, mac: mac_address, address: ip_address
) -> drop_reason {
    let own = mac.isEqual(interface.pointee.mac)
    if own && address.isEqual(interface.pointee.address) { return DROP_UNSPECIFIED }
    var key = allowed_source_key(
        prefix_length: UInt32(ALLOWED_SOURCE_PREFIX) + 128, port: interface.pointee.port, mac: mac, reserved: 0,
        address: address)
    if find_allowed_source(&key) != nil { return DROP_UNSPECIFIED }
    return own ? DROP_SPOOFED_ADDRESS : DROP_SPOOFED_MAC
}
