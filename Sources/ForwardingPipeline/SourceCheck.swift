import CForwardingPipeline

/// Anti-spoofing: the rule that (MAC, address) breaks on a port with port security, or `DROP_UNSPECIFIED` for none.
@inline(__always)
func sourceViolation(
    _ interface: UnsafePointer<interface_entry>, mac: MAC, address: ip_address
) -> drop_reason {
    let own = mac.bits == mac_of_interface(interface)
    if own && address.isEqual(interface.pointee.address) { return DROP_UNSPECIFIED }
    var address = address
    if find_allowed_source(interface.pointee.port, mac.bits, &address) != nil { return DROP_UNSPECIFIED }
    return own ? DROP_SPOOFED_ADDRESS : DROP_SPOOFED_MAC
}
