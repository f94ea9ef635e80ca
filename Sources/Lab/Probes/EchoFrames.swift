import Addresses
import LinuxNetworking
import PacketFormats

/// What a captured frame is, as far as the demo's checks ask.
package struct EchoFrame: Hashable, Sendable {
    package struct Tunnel: Hashable, Sendable {
        package var source: IPv4Address
        package var destination: IPv4Address
        package var sourcePort: UInt16
        package var vni: UInt32
    }

    /// Nil outside of a tunnel.
    package var tunnel: Tunnel?
    package var source: IPv4Address
    package var destination: IPv4Address
    package var sourceMAC: MACAddress
    package var destinationMAC: MACAddress
    package var ttl: UInt8
    package var isRequest: Bool
    package var identifier: UInt16
    /// Of the whole frame and of the one in the tunnel.
    package var length: Int
    package var innerLength: Int

    /// Nil for anything but an echo request or reply, in VXLAN or not.
    package init?(_ frame: CapturedFrame) {
        guard let outer = try? FrameLayers.parse(frame.bytes) else { return nil }
        var layers = outer
        if let vxlan = outer.vxlan, let ip = outer.ipv4, let udp = outer.udp {
            guard let inner = try? FrameLayers.parse(frame.bytes, at: outer.payload.lowerBound) else { return nil }
            layers = inner
            tunnel = Tunnel(
                source: ip.source, destination: ip.destination, sourcePort: udp.sourcePort, vni: vxlan.identifier)
            innerLength = frame.bytes.count - outer.payload.lowerBound
        } else {
            innerLength = frame.bytes.count
        }
        guard let ip = layers.ipv4, let icmp = layers.icmp, icmp.isEcho else { return nil }
        source = ip.source
        destination = ip.destination
        sourceMAC = layers.ethernet.source
        destinationMAC = layers.ethernet.destination
        ttl = ip.ttl
        isRequest = icmp.type == .echoRequest
        identifier = icmp.identifier
        length = frame.bytes.count
    }
}
