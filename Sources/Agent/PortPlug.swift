import Addresses
import AgentProtocol
import CLinux
import ForwardingTables
import Glibc
import LinuxNetworking
import Logging
import Resources
import VirtualTopology

/// `tombolo port plug` and `unplug`: a veth for a container or namespace.
///
/// The near end is named like any port's interface, so plugging is nothing special to the rest of the agent: it sees an
/// interface appear, and the manager binds the port. The far end is then given the port's MAC, MTU and addresses.
extension Agent {
    package enum PlugFailure: Error, CustomStringConvertible {
        case notAPort(String)
        case notOurs(interface: String)
        case pluggedElsewhere(interface: String)
        case namespace(String, reason: String)
        case interfaceTaken(namespace: String, interface: String)
        case refused(String)
        case timedOut(seconds: Int, reason: String)

        package var description: String {
            switch self {
            case .notAPort(let text): "port: '\(text)' is no port id (a UUID)"
            case .notOurs(let interface): "the interface \(interface) exists and was not made by plugging: not touched"
            case .pluggedElsewhere(let interface):
                "the port is plugged into another namespace, or under another name (\(interface)): unplug it first"
            case .namespace(let name, let reason): "netns '\(name)': \(reason)"
            case .interfaceTaken(let namespace, let interface):
                "ifname: namespace '\(namespace)' has an interface '\(interface)' already"
            case .refused(let reason): "the manager refuses the port: \(reason)"
            case .timedOut(let seconds, let reason): "the port does not forward after \(seconds) s: \(reason)"
            }
        }
    }

    /// How a fresh process knows a veth as made here.
    private static func alias(for port: PortID) -> String { "tombolo:\(port)" }
    /// The kernel takes an alias only after it has made a link. Until then the link has a name that is no port's, and that
    /// nobody else gives: a crash in between leaves nothing that could pass for somebody else's interface of the port.
    private static let unfinishedPrefix = "tbn"
    private static func unfinishedName(for port: PortID) -> String { unfinishedPrefix + HostInterfaces.part(of: port) }

    /// Plugging again into the same place is no error: it finishes what an interrupted plug began.
    package func plug(_ request: PlugRequest) async throws -> PluggedPort {
        guard let id = PortID(request.port) else { throw PlugFailure.notAPort(request.port) }
        let namespace = try self.namespace(request.namespace)
        let name = HostInterfaces.interfaceName(for: id)
        let inside = try RouteNetlink(in: namespace)
        let isNew = try makeVeth(for: id, name, request, namespace, inside)
        do {
            hostChanged()
            return try await finish(request, id, name, inside)
        } catch {
            // All or nothing: what was made for a port that does not forward is not left behind.
            if isNew { removeVeth(name) }
            throw error
        }
    }

    /// - Returns: false when the veth is there already, between the same two places.
    private func makeVeth(
        for id: PortID, _ name: String, _ request: PlugRequest, _ namespace: NetworkNamespace, _ inside: RouteNetlink
    ) throws -> Bool {
        try Self.removeUnfinished(with: netlink) { $0.name == Self.unfinishedName(for: id) }
        let far = try inside.link(named: request.interfaceName)
        if let near = try netlink.link(named: name) {
            guard near.alias == Self.alias(for: id) else { throw PlugFailure.notOurs(interface: name) }
            guard let far, far.kind == "veth", far.index == near.peerIndex, far.peerIndex == near.index else {
                throw PlugFailure.pluggedElsewhere(interface: name)
            }
            return false
        }
        guard far == nil else {
            throw PlugFailure.interfaceTaken(namespace: request.namespace, interface: request.interfaceName)
        }
        let unfinished = Self.unfinishedName(for: id)
        let link = try netlink.createVeth(
            name: unfinished, peer: VethPeer(name: request.interfaceName, namespace: namespace))
        do { try netlink.setLink(link.index, alias: Self.alias(for: id), name: name) } catch {
            removeVeth(unfinished)
            throw error
        }
        return true
    }

    /// Removes what a plug that was killed had only begun to make.
    static func removeUnfinished(
        with netlink: RouteNetlink, where isMeant: (Link) -> Bool = { _ in true }
    ) throws(NetlinkError) {
        for link in try netlink.links() where link.name.hasPrefix(unfinishedPrefix) && isMeant(link) {
            let part = link.name.dropFirst(unfinishedPrefix.count)
            guard HostInterfaces.portPart(of: HostInterfaces.portPrefix + part) != nil, link.kind == "veth", !link.isUp,
                link.alias == nil
            else { continue }
            try netlink.delete(index: link.index)
        }
    }

    private func removeVeth(_ name: String) {
        do {
            if let link = try netlink.link(named: name) { try netlink.delete(index: link.index) }
        } catch {
            log.error("an interface was left behind", metadata: ["interface": "\(name)", "error": "\(error)"])
        }
        hostChanged()
    }

    private func finish(
        _ request: PlugRequest, _ id: PortID, _ name: String, _ inside: RouteNetlink
    ) async throws -> PluggedPort {
        let seconds = min(max(request.timeoutSeconds, 1), 600)
        let deadline = ContinuousClock.now + .seconds(seconds)
        try await wait(seconds, deadline, for: id) { agent in
            agent.refusal(of: name) != nil || agent.ports[id] != nil
        }
        if ports[id] == nil, let refusal = refusal(of: name) { throw PlugFailure.refused(refusal) }
        guard let own = ports[id], case .bridge(let bridge) = state.topology[.bridge(own.vm.bridge)],
            let far = try inside.link(named: request.interfaceName), let near = try netlink.link(named: name)
        else { throw PlugFailure.refused("the port went away") }

        try inside.setLink(far.index, mtu: UInt32(bridge.mtu), mac: own.port.mac)
        try netlink.setLink(near.index, up: true, mtu: UInt32(bridge.mtu))
        try inside.setLink(far.index, up: true)
        if let loopback = try inside.link(named: "lo"), !loopback.isUp { try inside.setLink(loopback.index, up: true) }
        let plugged = try configure(request, own, bridge, far.index, inside)
        hostChanged()
        try await wait(seconds, deadline, for: id) { agent in agent.isForwarding(id) }
        try await waitForManager()
        return plugged
    }

    /// The port forwards, or would if its administrator let it.
    private func isForwarding(_ id: PortID) -> Bool {
        guard let port = ports[id]?.port, state.host.interfaces[id] != nil else { return false }
        return !port.adminStateUp || report(on: port).active
    }

    /// RTPROT_STATIC: the namespace's own routes, as its administrator would set them.
    private static let staticRoute: UInt8 = 4

    /// What DHCP would have told the guest. What is there already stays: an interrupted plug's, or another interface's
    /// default route.
    private func configure(
        _ request: PlugRequest, _ own: OwnPorts.OwnPort, _ bridge: Bridge, _ link: UInt32, _ inside: RouteNetlink
    ) throws -> PluggedPort {
        var plugged = PluggedPort(
            port: own.port.id.description, mac: own.port.mac.description, mtu: Int(bridge.mtu), addresses: [],
            gateway: nil)
        for address in own.vm.addresses {
            guard let subnet = bridge.dhcpSubnets.first(where: { $0.cidr.contains(address) }),
                let prefix = IPPrefix(address: address, length: subnet.cidr.length)
            else { continue }
            plugged.addresses.append(prefix.description)
            if plugged.gateway == nil { plugged.gateway = subnet.gateway?.description }
            guard request.configuresAddresses else { continue }
            // The control plane gave the address to this port alone.
            try unlessPresent { () throws(NetlinkError) in
                try inside.addAddress(prefix, link: link, detectsDuplicates: false)
            }
            var routes = subnet.hostRoutes.map { ($0.destination, $0.nextHop) }
            if let gateway = subnet.gateway, let everything = IPPrefix(gateway.family == .v4 ? "0.0.0.0/0" : "::/0"),
                !routes.contains(where: { $0.0 == everything })
            {
                routes.append((everything, gateway))
            }
            for (destination, gateway) in routes {
                let route = Route(
                    destination: destination, gateway: gateway, linkIndex: link, protocolNumber: Self.staticRoute)
                try unlessPresent { () throws(NetlinkError) in try inside.addRoute(route) }
            }
        }
        return plugged
    }

    private func unlessPresent(_ add: () throws(NetlinkError) -> Void) throws(NetlinkError) {
        do throws(NetlinkError) { try add() } catch {
            if error.errno != EEXIST { throw error }
        }
    }

    /// Returns when the interface is gone, the tables know nothing of it, and the manager, unless it is away, has dealt
    /// with its disappearance. Nothing to do is no error.
    package func unplug(port text: String) async throws {
        guard let id = PortID(text) else { throw PlugFailure.notAPort(text) }
        let name = HostInterfaces.interfaceName(for: id)
        try Self.removeUnfinished(with: netlink) { $0.name == Self.unfinishedName(for: id) }
        guard let link = try netlink.link(named: name) else { return }
        guard link.alias == Self.alias(for: id) else { throw PlugFailure.notOurs(interface: name) }
        try netlink.delete(index: link.index)
        hostChanged()
        try await waitForManager()
    }

    private func wait(
        _ seconds: Int, _ deadline: ContinuousClock.Instant, for id: PortID,
        until condition: @escaping @Sendable (isolated Agent) -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.wait(until: condition) }
            group.addTask {
                try await Task.sleep(until: deadline, clock: .continuous)
                throw PlugFailure.timedOut(seconds: seconds, reason: await self.whyNotForwarding(id))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func whyNotForwarding(_ id: PortID) -> String {
        if let port = ports[id]?.port { return report(on: port).reason }
        return isConnected ? "the manager has not bound it to this host" : "the manager does not answer"
    }

    // MARK: Namespaces

    private func namespace(_ text: String) throws -> NetworkNamespace {
        let namespace: NetworkNamespace
        do {
            if text.hasPrefix("/") {
                namespace = try Self.namespace(atPath: text)
            } else if let process = Int32(text) {
                namespace = try NetworkNamespace.ofProcess(process)
            } else {
                namespace = try NetworkNamespace.open(named: text)
            }
        } catch {
            throw PlugFailure.namespace(text, reason: "\(error)")
        }
        // A far end here would take the host's own routes over.
        guard namespace != netlink.namespace else {
            throw PlugFailure.namespace(text, reason: "it is the host's own namespace")
        }
        return namespace
    }

    private static func namespace(atPath path: String) throws -> NetworkNamespace {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(operation: "open network namespace \(path)", errno: errno) }
        defer { close(descriptor) }
        // The thread is `perform`'s own and ends with it, so it may as well go on to another namespace.
        return try NetworkNamespace.current.perform {
            let result = clinux_enter_network_namespace(descriptor)
            guard result == 0 else {
                throw SystemError(operation: "enter network namespace \(path)", errno: -result)
            }
            return try NetworkNamespace.current
        }
    }
}
