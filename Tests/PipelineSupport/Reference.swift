import Addresses
import ForwardingTables
import Resources
import VirtualTopology

/// Where a packet goes on a host, worked out from the topology alone: no table and no line of the pipeline or of ② is
/// used, so that it can judge them.
package struct Reference: Sendable {
    /// A device that joins stations: a network, or a peering's segment.
    package typealias Link = RouterPort.Attachment

    /// The ends of a tunnel as this host writes them, and the VNI.
    package struct Tunnel: Hashable, Sendable {
        package var local: UInt32
        package var remote: UInt32
        package var vni: UInt32
    }

    package enum Place: Hashable, Sendable {
        case interface(UInt32)
        case tunnel(Tunnel)
        /// A router's port.
        case router(PortID)
    }

    /// A way to the last device on this host.
    package struct Way: Hashable, Sendable {
        package var place: Place
        /// What routers write; nil when none was passed.
        package var source: MACAddress?
        package var target: MACAddress
        /// Routers passed: what the time to live goes down by.
        package var routers: Int
    }

    struct Station: Hashable { var link: Link, mac: MACAddress }
    struct Neighbour: Hashable { var port: PortID, address: UInt32 }
    struct Prefix { var bits: UInt32, length: Int, port: PortID, nextHop: UInt32?, isLocal: Bool }

    let scene: HostScene
    var ports: [PortID: DevicePort] = [:]
    var routerPorts: [RouterID: [PortID]] = [:]
    var stations: [Station: PortID] = [:]
    var remoteMACs: [Station: UInt32] = [:]
    var neighbours: [Neighbour: MACAddress] = [:]
    var routes: [RouterID: [Prefix]] = [:]
    var isLinkUp: [Link: Bool] = [:]
    var isRouterUp: [RouterID: Bool] = [:]
    var vnis: [Link: UInt32] = [:]
    var segments: [SegmentID: Segment] = [:]
    var hosts: [HostID: UInt32] = [:]

    package init(_ scene: HostScene) {
        self.scene = scene
        for object in scene.topology.objects.values { read(object) }
        for (id, port) in ports.sorted(by: { $0.value.number < $1.value.number }) { index(id, port) }
        // The longest first; for equal ones the router's own address, then its subnet, then a route.
        for (router, prefixes) in routes {
            routes[router] = prefixes.sorted { (-$0.length, $0.order) < (-$1.length, $1.order) }
        }
    }

    private mutating func read(_ object: TopologyObject) {
        switch object {
        case .host(let host): hosts[host.id] = number(host.tunnelAddress)
        case .bridge(let bridge):
            isLinkUp[.bridge(bridge.id)] = bridge.adminStateUp
            vnis[.bridge(bridge.id)] = bridge.vni.value
        case .segment(let segment):
            isLinkUp[.segment(segment.id)] = segment.adminStateUp
            vnis[.segment(segment.id)] = segment.siteVNI.value
            segments[segment.id] = segment
        case .router(let router): isRouterUp[router.id] = router.adminStateUp
        case .port(let port): ports[port.id] = port
        case .remoteMAC(let entry):
            remoteMACs[Station(link: .segment(entry.segment), mac: entry.mac)] = number(entry.tunnelIP)
        case .neighbour, .route: break
        }
    }

    /// By port number, so that among equals the first stays.
    private mutating func index(_ id: PortID, _ port: DevicePort) {
        switch port.role {
        case .vm(let vm):
            let station = Station(link: .bridge(vm.bridge), mac: port.mac)
            if stations[station] == nil { stations[station] = id }
        case .router(let role):
            routerPorts[role.router, default: []].append(id)
            stations[Station(link: role.attachment, mac: port.mac)] = id
            guard port.adminStateUp else { return }
            for address in role.addresses {
                guard let own = number(address.address) else { continue }
                routes[role.router, default: []] += [
                    Prefix(bits: own, length: 32, port: id, nextHop: nil, isLocal: true),
                    Prefix(bits: own, length: address.length, port: id, nextHop: nil, isLocal: false),
                ]
            }
            for case .route(let route) in scene.topology.objects.values
            where route.port == id && route.router == role.router {
                guard let bits = number(route.destination.address), let next = number(route.nextHop) else { continue }
                routes[role.router, default: []].append(
                    Prefix(bits: bits, length: route.destination.length, port: id, nextHop: next, isLocal: false))
            }
            readNeighbours(of: id, role.attachment)
        }
    }

    /// Seeded ones come first, then the stations of the link, then addresses that a VM may use besides its own.
    private mutating func readNeighbours(of id: PortID, _ link: Link) {
        var found: [UInt32: (order: Int, number: UInt32, mac: MACAddress)] = [:]
        func add(_ address: IPAddress, _ order: Int, _ other: UInt32, _ mac: MACAddress) {
            guard let address = number(address) else { return }
            if let old = found[address], (old.order, old.number) <= (order, other) { return }
            found[address] = (order, other, mac)
        }
        for object in scene.topology.objects.values {
            switch object {
            case .neighbour(let neighbour) where neighbour.port == id: add(neighbour.address, 0, 0, neighbour.mac)
            case .port(let port) where port.id != id:
                switch port.role {
                case .vm(let vm) where .bridge(vm.bridge) == link:
                    for address in vm.addresses where isSomewhere(port, vm) { add(address, 1, port.number, port.mac) }
                    for pair in vm.allowedAddressPairs where pair.prefix.length == 32 && isSomewhere(port, vm) {
                        add(pair.prefix.address, 2, port.number, pair.macAddress)
                    }
                case .router(let role) where role.attachment == link:
                    for address in role.addresses { add(address.address, 1, port.number, port.mac) }
                default: break
                }
            default: break
            }
        }
        for (address, entry) in found {
            neighbours[Neighbour(port: id, address: address)] = entry.mac
            // An address that somebody may use has the port's station behind it.
            let station = Station(link: link, mac: entry.mac)
            if entry.order == 2, let port = ports.values.first(where: { $0.number == entry.number })?.id,
                stations[station] == nil
            {
                borrowed[Neighbour(port: id, address: address)] = port
            }
        }
    }
    /// The port behind a MAC that is no station's own.
    private var borrowed: [Neighbour: PortID] = [:]

    /// Its host has it, or it is elsewhere; a port that is down is known to be.
    private func isSomewhere(_ port: DevicePort, _ vm: VMPort) -> Bool {
        guard port.adminStateUp, isLinkUp[.bridge(vm.bridge)] == true else { return true }
        guard let owner = vm.host else { return false }
        return owner != scene.host.hostID || scene.host.interfaces[port.id] != nil
    }

    // MARK: Walking

    /// Where a frame for a MAC goes from a link; nil when nobody has it or what has it is down.
    func place(_ link: Link, _ mac: MACAddress) -> Place? {
        let station = Station(link: link, mac: mac)
        guard isLinkUp[link] == true else { return nil }
        if let id = stations[station] { return place(of: id) }
        guard case .segment(let id) = link, let remote = remoteMACs[station], let segment = segments[id] else {
            return nil
        }
        return tunnel(of: segment, to: remote)
    }

    private func place(of id: PortID) -> Place? {
        guard let port = ports[id], port.adminStateUp else { return nil }
        switch port.role {
        case .router(let role):
            return isRouterUp[role.router] == true && isLinkUp[role.attachment] == true ? .router(id) : nil
        case .vm(let vm):
            guard let owner = vm.host, isLinkUp[.bridge(vm.bridge)] == true else { return nil }
            if owner == scene.host.hostID { return scene.host.interfaces[id].map { .interface($0.index) } }
            guard let local = number(scene.host.tunnelAddress), let remote = hosts[owner],
                let vni = vnis[.bridge(vm.bridge)]
            else { return nil }
            return .tunnel(Tunnel(local: local, remote: remote, vni: vni))
        }
    }

    private func tunnel(of segment: Segment, to remote: UInt32) -> Place? {
        guard let gateway = segment.gatewayHost else { return nil }
        if gateway == scene.host.hostID {
            return number(segment.tunnelIP).map { .tunnel(Tunnel(local: $0, remote: remote, vni: segment.vni.value)) }
        }
        guard let local = number(scene.host.tunnelAddress), let other = hosts[gateway] else { return nil }
        return .tunnel(Tunnel(local: local, remote: other, vni: segment.siteVNI.value))
    }

    /// The way of an IPv4 packet in a frame for `mac` on a link: through routers, to where it leaves this host. Nil when
    /// it leaves nowhere: no route, nobody there, something down, a router's own address, or in circles.
    package func way(from link: Link, to mac: MACAddress, destination: UInt32) -> Way? {
        guard var place = place(link, mac) else { return nil }
        var way = Way(place: place, source: nil, target: mac, routers: 0)
        while case .router(let id) = place {
            guard way.routers < 16, let port = ports[id], case .router(let role) = port.role,
                let prefix = routes[role.router]?.first(where: { $0.contains(destination) }), !prefix.isLocal,
                let out = ports[prefix.port], case .router(let face) = out.role
            else { return nil }
            let hop = Neighbour(port: prefix.port, address: prefix.nextHop ?? destination)
            guard let target = neighbours[hop],
                !face.addresses.contains(where: { number($0.address) == hop.address }),
                let next = borrowed[hop].map({ self.place(of: $0) }) ?? self.place(face.attachment, target)
            else { return nil }
            place = next
            way = Way(place: place, source: out.mac, target: target, routers: way.routers + 1)
        }
        return way
    }
}

extension Reference.Prefix {
    fileprivate var order: Int { isLocal ? 0 : nextHop == nil ? 1 : 2 }

    fileprivate func contains(_ address: UInt32) -> Bool {
        length == 0 || (address ^ bits) >> UInt32(32 - length) == 0
    }
}

private func number(_ address: IPAddress) -> UInt32? { address.v4?.value }
