import LinuxNetworking
import Logging

/// The one network device the agent makes for itself: an idle `vxlan external` device on UDP 4789.
///
/// No packet passes through it. It is there because the kernel aggregates (GRO) arriving VXLAN packets only for ports
/// that have such a device, and because the programs ask the host's routing on behalf of an interface that must have
/// forwarding on: on this one, which is ours, and not on the host's.
package enum OwnDevice {
    /// How a fresh process knows the device as ours.
    private static let alias = "tombolo"
    private static let kind = "vxlan"

    /// Makes it, or adopts the one that is there.
    ///
    /// - Returns: its interface index.
    package static func ensure(with netlink: RouteNetlink, _ log: Logger) throws -> UInt32 {
        let name = HostInterfaces.ownDevice
        let link = try netlink.link(named: name) ?? netlink.createVXLANExternal(name: name, port: 4789)
        if link.alias != alias {
            // A crash may have come between its making and its alias; another kind or alias is another owner's.
            guard link.kind == kind, link.alias == nil else { throw AgentError.foreignDevice(name: name) }
            try netlink.setLink(link.index, alias: alias)
        }
        if !link.isUp {
            do { try netlink.setLink(link.index, up: true) } catch {
                // Somebody else's socket has the UDP port. Down it still serves for look-ups.
                log.warning(
                    "tunnel packets arrive one by one: the VXLAN port is taken", metadata: ["error": "\(error)"])
            }
        }
        if try Sysctl.read("net.ipv4.conf.\(name).forwarding") != "1" {
            try Sysctl.write("net.ipv4.conf.\(name).forwarding", "1")
        }
        return link.index
    }

    package static func remove(with netlink: RouteNetlink) throws {
        guard let link = try netlink.link(named: HostInterfaces.ownDevice), link.alias == alias else { return }
        try netlink.delete(index: link.index)
    }
}
