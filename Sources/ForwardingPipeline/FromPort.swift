import CForwardingPipeline

/// A frame enters from a device port: a VM's, a container's.
@c @section("tc") @used
public func from_port(_ buffer: UnsafeMutablePointer<socket_buffer>) -> Int32 {
    var index = packet_interface(buffer)
    guard let interface = find_interface(&index) else {
        return countDrop(UPLINK_PORT | index, DROP_UNKNOWN_INTERFACE.rawValue)
    }
    let origin = Origin(port: interface.pointee.port, scope: SCOPE_LOCAL)
    origin.received(bytes: packet_length(buffer))
    guard interface.pointee.flags & INTERFACE_ADMIN_DOWN.rawValue == 0 else { return origin.drop(DROP_PORT_ADMIN_DOWN) }
    guard packet_vlan_present(buffer) == 0 else { return origin.drop(DROP_VLAN_TAGGED) }
    guard let frame = packet(buffer, reaching: Ethernet.size) else { return origin.drop(DROP_MALFORMED_FRAME) }

    let secured = interface.pointee.flags & INTERFACE_PORT_SECURITY.rawValue != 0
    let source: MAC = frame.load(Ethernet.source)
    guard !source.isMulticast else { return origin.drop(DROP_MALFORMED_FRAME) }
    let type: UInt16 = frame.load(Ethernet.type)

    if type == Ethernet.ipv4 {
        guard let packet = packet(buffer, reaching: Ethernet.size + IPv4.size) else {
            return origin.drop(DROP_MALFORMED_IP)
        }
        let ip = IPv4(packet)
        guard ip.isWellFormed(frameLength: packet_length(buffer)) else { return origin.drop(DROP_MALFORMED_IP) }
        let address = ip.source
        let ports = dhcpPorts(buffer, ip)
        if ports == .request && interface.pointee.flags & INTERFACE_DHCP.rawValue != 0 {
            guard !secured || source.bits == mac_of_interface(interface) else { return origin.drop(DROP_SPOOFED_MAC) }
            return punt(buffer, origin.port, index, PUNT_DHCP.rawValue)
        }
        if secured {
            // A client without a lease speaks from 0.0.0.0 (RFC 2131 §4.1).
            let unconfigured = address == 0 && ports == .request && source.bits == mac_of_interface(interface)
            if !unconfigured {
                let reason = sourceViolation(interface, mac: source, address: mapped(address))
                guard reason == DROP_UNSPECIFIED else { return origin.drop(reason) }
            }
            guard ports != .reply else { return origin.drop(DROP_SPOOFED_DHCP) }
        }
    } else if type == Ethernet.arp {
        if let verdict = resolve(buffer, origin, interface, index: index, secured: secured) { return verdict }
    } else if type == Ethernet.vlan || type == Ethernet.serviceVLAN {
        return origin.drop(DROP_VLAN_TAGGED)
    } else if secured {
        // What can't be checked against the port's addresses does not leave it.
        return origin.drop(DROP_PROTOCOL_NOT_ALLOWED)
    }
    return bridge(buffer, origin, number: interface.pointee.bridge)
}
