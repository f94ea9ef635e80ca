import Addresses
import ForwardingTables
import LinuxNetworking
import Resources
import VirtualTopology

/// The host's links and addresses, and what they mean to us. Pure: the shell reads, this decides.
package struct HostInterfaces: Sendable {
    /// Neutron's convention: `tap` and the first 11 characters of the port's id; what Nova and libvirt make.
    package static let portPrefix = "tap"
    package static let portCharacters = 11
    /// Our own device; see `OwnDevice`.
    package static let ownDevice = "tombolo-vxlan"

    package let links: [UInt32: Link]
    /// Links that are ports' interfaces, by the part of the id in their name.
    package let portLinks: [String: Link]
    /// Links of the underlay, sorted by index.
    package let uplinks: [Link]
    /// Addresses of the host that others may reach it by, sorted.
    package let hostAddresses: [IPAddress]
    private let holders: [IPAddress: UInt32]

    /// - Parameter chosenUplinks: names given by the operator; empty: found by their addresses.
    package init(links: [Link], addresses: [LinkAddress], chosenUplinks: [String] = []) {
        self.links = Dictionary(links.map { ($0.index, $0) }, uniquingKeysWith: { $1 })
        var portLinks: [String: Link] = [:]
        for link in links { if let part = Self.portPart(of: link.name) { portLinks[part] = link } }
        self.portLinks = portLinks
        let reachable = addresses.filter { $0.scope == .universe }
        let withAddress = Set(reachable.map(\.linkIndex))
        uplinks = links.filter { link in
            // The programs read Ethernet headers: not for WireGuard, tun and the like.
            guard link.mac != nil, Self.portPart(of: link.name) == nil, link.name != Self.ownDevice else {
                return false
            }
            guard chosenUplinks.isEmpty else { return chosenUplinks.contains(link.name) }
            return withAddress.contains(link.index) && !Self.isInternal(link)
        }
        .sorted { $0.index < $1.index }
        hostAddresses = Set(reachable.map(\.prefix.address)).sorted()
        holders = Dictionary(
            addresses.map { ($0.prefix.address, $0.linkIndex) }, uniquingKeysWith: { first, _ in first })
    }

    /// A link whose addresses belong to the host as a whole: packets to them arrive elsewhere.
    private static func isInternal(_ link: Link) -> Bool { link.name == "lo" || link.kind == "dummy" }

    // MARK: Names

    /// The part of a port's id that an interface name carries (8 hexadecimal digits, a dash, 2 digits); nil for other
    /// interfaces, which are not ours to touch.
    package static func portPart(of interfaceName: String) -> String? {
        guard interfaceName.hasPrefix(portPrefix) else { return nil }
        let part = interfaceName.dropFirst(portPrefix.count).utf8
        guard part.count == portCharacters else { return nil }
        for (position, byte) in part.enumerated() {
            switch byte {
            case 0x30...0x39, 0x61...0x66: guard position != 8 else { return nil }
            case 0x2d: guard position == 8 else { return nil }
            default: return nil
            }
        }
        return String(interfaceName.dropFirst(portPrefix.count))
    }

    package static func part(of port: PortID) -> String { String(port.description.prefix(portCharacters)) }
    package static func interfaceName(for port: PortID) -> String { portPrefix + part(of: port) }

    // MARK: What others are told

    /// Interface name -> part of the port's id.
    package var announcements: [String: String] {
        Dictionary(portLinks.map { ($0.value.name, $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// Layer 3 MTU of the link that has the tunnel address; the least of the uplinks' when that is an internal one.
    package func underlayMTU(tunnelAddress: IPAddress) -> UInt16 {
        let holder = holders[tunnelAddress].flatMap { links[$0] }.flatMap { Self.isInternal($0) ? nil : $0 }
        return holder.map { $0.mtu == 0 ? .max : UInt16(clamping: $0.mtu) } ?? uplinkMTU
    }

    /// What each of the uplinks carries: any of them may be the way to another site (S1-04).
    package var uplinkMTU: UInt16 { UInt16(clamping: uplinks.map(\.mtu).filter { $0 > 0 }.min() ?? 1500) }

    /// What ② has to know: which of the host's ports have an interface here. Work in proportion to the host's interfaces.
    package func view(
        host: HostID, tunnelAddress: IPAddress, ports: OwnPorts, lookupInterface: UInt32
    ) -> HostView {
        var interfaces: [PortID: LocalInterface] = [:]
        for (part, link) in portLinks {
            guard let id = ports.port(part: part) else { continue }
            // bpf_redirect_peer needs the other end to be in another namespace.
            interfaces[id] = LocalInterface(
                index: link.index, isPeerDevice: link.kind == "veth" && link.peerNamespaceID != nil)
        }
        return HostView(
            hostID: host, tunnelAddress: tunnelAddress, interfaces: interfaces,
            uplinks: uplinks.map { UplinkInterface(index: $0.index) }, addresses: hostAddresses,
            lookupInterface: lookupInterface)
    }
}
