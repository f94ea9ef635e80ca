import Addresses
import Resources

/// Nodes, links and hosts change here; components follow in ``TopologySlices/rebuild(_:)``.
extension TopologySlices {
    /// The devices a change of `key` to `object` concerns: where it hangs so far and where it will, both ends of a link.
    func devices(of key: TopologyKey, _ object: TopologyObject?) -> [SliceDevice] {
        var devices = owner(of: key).map { [$0] } ?? []
        if case .port(let id) = key, case .router(_, let other)? = places[id] { devices.append(other) }
        if case .segment(let id) = key, let bridge = bridgesOfSegments[id] { devices.append(.bridge(bridge)) }
        if case .segment(let segment)? = object, let bridge = segment.bridge { devices.append(.bridge(bridge)) }
        if case .port(let port)? = object {
            switch SlicePlace(port) {
            case .vm(let bridge, _): devices.append(bridge)
            case .router(let router, let other): devices += [router, other]
            }
        }
        return devices
    }

    /// - Returns: true if devices were joined or parted.
    mutating func set(_ key: TopologyKey, _ object: TopologyObject?) -> Bool {
        let present = object != nil
        switch key {
        case .host: return false
        case .bridge(let id): nodes[.bridge(id), default: SliceNode()].exists = present
        case .router(let id): nodes[.router(id), default: SliceNode()].exists = present
        case .route(let id, let destination):
            nodes[.router(id), default: SliceNode()].routes.set(destination, present)
        case .remoteMAC(let id, let mac): nodes[.segment(id), default: SliceNode()].remoteMACs.set(mac, present)
        case .neighbour(let port, let address):
            neighbours[port, default: []].set(address, present)
            if neighbours[port]?.isEmpty == true { neighbours[port] = nil }
        case .segment(let id):
            nodes[.segment(id), default: SliceNode()].exists = present
            if case .segment(let segment)? = object {
                setGateway(of: id, segment.gatewayHost)
                return setBridge(of: id, segment.bridge)
            }
            setGateway(of: id, nil)
            return setBridge(of: id, nil)
        case .port(let id):
            if case .port(let port)? = object { return setPlace(of: id, SlicePlace(port)) }
            return setPlace(of: id, nil)
        }
        return false
    }

    private mutating func setGateway(of id: SegmentID, _ host: HostID?) {
        guard gateways[id] != host else { return }
        if let old = gateways[id] { count(old, on: .segment(id), -1) }
        if let host { count(host, on: .segment(id), 1) }
        gateways[id] = host
    }

    /// - Returns: true if it was linked or unlinked.
    private mutating func setBridge(of id: SegmentID, _ bridge: NetworkID?) -> Bool {
        let old = bridgesOfSegments[id]
        guard old != bridge else { return false }
        if let old {
            nodes[.segment(id)]?.links[.segment(id)] = nil
            nodes[.bridge(old)]?.links[.segment(id)] = nil
        }
        if let bridge {
            nodes[.segment(id), default: SliceNode()].links[.segment(id)] = .bridge(bridge)
            nodes[.bridge(bridge), default: SliceNode()].links[.segment(id)] = .segment(id)
        }
        bridgesOfSegments[id] = bridge
        return true
    }

    private mutating func setPlace(of id: PortID, _ new: SlicePlace?) -> Bool {
        let old = places[id]
        guard old != new else { return false }
        var relinked = false
        switch old {
        case .vm(let bridge, let host)?:
            nodes[bridge]?.ports.remove(id)
            if let host { count(host, on: bridge, -1) }
        case .router(let router, let other)?:
            nodes[router]?.ports.remove(id)
            nodes[router]?.links[.port(id)] = nil
            nodes[other]?.links[.port(id)] = nil
            relinked = true
        case nil: break
        }
        switch new {
        case .vm(let bridge, let host)?:
            nodes[bridge, default: SliceNode()].ports.insert(id)
            if let host { count(host, on: bridge, 1) }
        case .router(let router, let other)?:
            nodes[router, default: SliceNode()].ports.insert(id)
            nodes[router, default: SliceNode()].links[.port(id)] = other
            nodes[other, default: SliceNode()].links[.port(id)] = router
            relinked = true
        case nil: break
        }
        places[id] = new
        return relinked
    }

    /// One more or less of `host` on `device`, and on its component if that makes a difference there.
    private mutating func count(_ host: HostID, on device: SliceDevice, _ step: Int) {
        let before = nodes[device]?.hosts[host] ?? 0
        let after = before + step
        nodes[device, default: SliceNode()].hosts[host] = after == 0 ? nil : after
        guard let id = componentOf[device], (before == 0) != (after == 0) else { return }
        let devices = (components[id]?.hosts[host] ?? 0) + (after == 0 ? -1 : 1)
        components[id]?.hosts[host] = devices == 0 ? nil : devices
        componentsOfHost[host, default: []].set(id, devices > 0)
        if componentsOfHost[host]?.isEmpty == true { componentsOfHost[host] = nil }
    }

    /// Cuts the given devices into components anew. They are whole components, or devices that are in none.
    /// - Returns: the new components.
    mutating func rebuild(_ devices: Set<SliceDevice>) -> Set<Int> {
        for id in Set(devices.compactMap { componentOf[$0] }) { dissolve(id) }
        var made: Set<Int> = []
        for start in devices where componentOf[start] == nil {
            guard let node = nodes[start] else { continue }
            if node.isEmpty {
                nodes[start] = nil
                continue
            }
            var component = SliceComponent()
            var pending = [start]
            componentOf[start] = nextComponent
            while let device = pending.popLast() {
                component.devices.insert(device)
                guard let node = nodes[device] else { continue }
                for host in node.hosts.keys { component.hosts[host, default: 0] += 1 }
                for next in node.links.values where componentOf[next] != nextComponent {
                    componentOf[next] = nextComponent
                    pending.append(next)
                }
            }
            for host in component.hosts.keys { componentsOfHost[host, default: []].insert(nextComponent) }
            components[nextComponent] = component
            made.insert(nextComponent)
            nextComponent += 1
        }
        return made
    }

    private mutating func dissolve(_ id: Int) {
        guard let component = components.removeValue(forKey: id) else { return }
        for device in component.devices { componentOf[device] = nil }
        for host in component.hosts.keys {
            componentsOfHost[host]?.remove(id)
            if componentsOfHost[host]?.isEmpty == true { componentsOfHost[host] = nil }
        }
    }
}

extension Set {
    fileprivate mutating func set(_ member: Element, _ present: Bool) {
        if present { insert(member) } else { remove(member) }
    }
}
