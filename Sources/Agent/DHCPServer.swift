import Addresses
import PacketFormats
import Resources
import VirtualTopology

/// DHCPv4 for one port, out of the topology alone: there are no leases to keep, each port's address is known (S2-27).
package struct DHCPServer: Sendable {
    /// Source of its frames; clients reach it by its address, so any MAC that no port has will do.
    package static let mac = MACAddress(0x02, 0x54, 0x4d, 0x42, 0x4c, 0x4f)
    /// Seconds. Long, because nothing but a change of the port makes an address move.
    package static let leaseTime: UInt32 = 86_400

    package var port: DevicePort
    package var vm: VMPort
    package var bridge: Bridge

    /// Nil for a port that is no VM's.
    package init?(port: DevicePort, bridge: Bridge) {
        guard case .vm(let vm) = port.role else { return nil }
        self.port = port
        self.vm = vm
        self.bridge = bridge
    }

    /// The frame that answers a client's frame; nil when there is nothing to say: not DHCP, another client's or another
    /// server's business, or a port without an address on a subnet with DHCP.
    package func answer(_ frame: [UInt8]) -> [UInt8]? {
        guard let request = request(in: frame), request.message.clientMAC == port.mac,
            let type = request.message.messageType, let (address, subnet) = lease(for: request.message)
        else { return nil }
        let server = Self.identifier(of: subnet)
        switch type {
        case .discover:
            return reply(.offer, to: request, yours: address, subnet)
        case .request:
            if let chosen = request.message.serverIdentifier, chosen != server { return nil }
            let wanted = request.message.requestedAddress ?? request.message.clientAddress
            guard wanted == address else { return refusal(of: request, from: server) }
            return reply(.ack, to: request, yours: address, subnet)
        case .inform:
            return reply(.ack, to: request, yours: nil, subnet)
        default:
            return nil
        }
    }

    // MARK: The request

    private struct Request {
        var message: DHCPv4Message
        var source: IPv4Address
    }

    private func request(in frame: [UInt8]) -> Request? {
        let bytes = frame.span.bytes
        guard let layers = try? FrameLayers.parse(bytes), let ip = layers.ipv4, let udp = layers.udp,
            udp.sourcePort == 68, udp.destinationPort == 67,
            let message = try? DHCPv4Message.parse(
                bytes, at: layers.payload.lowerBound, length: layers.payload.count),
            message.operation == .bootRequest
        else { return nil }
        return Request(message: message, source: ip.source)
    }

    /// The port's address on a subnet with DHCP; of several, the one the client asks for.
    private func lease(for message: DHCPv4Message) -> (IPv4Address, DHCPSubnet)? {
        var first: (IPv4Address, DHCPSubnet)?
        for address in vm.addresses {
            guard let v4 = address.v4,
                let subnet = bridge.dhcpSubnets.first(where: { $0.enabled && $0.cidr.contains(address) })
            else { continue }
            if v4 == message.requestedAddress || v4 == message.clientAddress { return (v4, subnet) }
            if first == nil { first = (v4, subnet) }
        }
        return first
    }

    // MARK: The answer

    /// The server's address: the gateway's, which the client can reach; without one, the subnet's first address, which
    /// is only compared.
    static func identifier(of subnet: DHCPSubnet) -> IPv4Address {
        subnet.gateway?.v4 ?? subnet.cidr.network.first.v4 ?? .unspecified
    }

    private func reply(
        _ type: DHCPv4Message.MessageType, to request: Request, yours: IPv4Address?, _ subnet: DHCPSubnet
    ) -> [UInt8] {
        var message = answer(to: request.message, type, from: Self.identifier(of: subnet))
        message.clientAddress = type == .ack ? request.message.clientAddress : .unspecified
        if let yours {
            message.yourAddress = yours
            message.leaseTime = Self.leaseTime
            message[.renewalTime] = Self.seconds(Self.leaseTime / 2)
            message[.rebindingTime] = Self.seconds(Self.leaseTime / 8 * 7)
        }
        message.subnetMask = subnet.cidr.netmask
        message.broadcastAddress = subnet.cidr.broadcast
        if let gateway = subnet.gateway?.v4 { message.routers = [gateway] }
        message.domainNameServers = subnet.nameServers.compactMap(\.v4)
        message[.interfaceMTU] = [UInt8(bridge.mtu >> 8), UInt8(truncatingIfNeeded: bridge.mtu)]
        if !vm.hostname.isEmpty { message[.hostName] = [UInt8](vm.hostname.utf8) }
        let routes = classlessRoutes(of: subnet)
        if !routes.isEmpty { message[.classlessRoutes] = DHCPv4ClasslessRoute.bytes(of: routes) }

        let unicast: IPv4Address? =
            if request.message.clientAddress != .unspecified {
                request.message.clientAddress
            } else if request.message.broadcast {
                nil
            } else {
                yours
            }
        return frame(message, to: unicast, from: Self.identifier(of: subnet))
    }

    /// RFC 2131 §4.3.2: broadcast, because the client's address is not to be relied on.
    private func refusal(of request: Request, from server: IPv4Address) -> [UInt8] {
        frame(answer(to: request.message, .nak, from: server), to: nil, from: server)
    }

    private func answer(
        to request: DHCPv4Message, _ type: DHCPv4Message.MessageType, from server: IPv4Address
    ) -> DHCPv4Message {
        var message = DHCPv4Message(
            operation: .bootReply, transaction: request.transaction, clientMAC: request.clientMAC,
            broadcast: request.broadcast)
        message.messageType = type
        message.serverIdentifier = server
        return message
    }

    /// Option 121 replaces option 3 for clients that know it, so it repeats the default route (RFC 3442).
    private func classlessRoutes(of subnet: DHCPSubnet) -> [DHCPv4ClasslessRoute] {
        guard !subnet.hostRoutes.isEmpty else { return [] }
        var routes = subnet.hostRoutes.compactMap { route -> DHCPv4ClasslessRoute? in
            guard let nextHop = route.nextHop.v4 else { return nil }
            return DHCPv4ClasslessRoute(destination: route.destination, router: nextHop)
        }
        if let gateway = subnet.gateway?.v4, let everything = IPPrefix("0.0.0.0/0"),
            !subnet.hostRoutes.contains(where: { $0.destination == everything }),
            let route = DHCPv4ClasslessRoute(destination: everything, router: gateway)
        {
            routes.append(route)
        }
        return routes
    }

    private func frame(_ message: DHCPv4Message, to unicast: IPv4Address?, from server: IPv4Address) -> [UInt8] {
        Packet.ethernet(source: Self.mac, destination: unicast == nil ? .broadcast : port.mac)
            .ipv4(source: server, destination: unicast ?? IPv4Address(0xffff_ffff))
            .udp(source: 67, destination: 68)
            .dhcp(message)
    }

    private static func seconds(_ value: UInt32) -> [UInt8] {
        [
            UInt8(value >> 24), UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
            UInt8(truncatingIfNeeded: value),
        ]
    }
}
