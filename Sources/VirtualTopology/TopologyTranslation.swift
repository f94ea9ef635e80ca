import Addresses
import Resources

/// Translation ①, object by object: each is a function of a few resources around it.
///
/// Devices that are administratively down stay, with `adminStateUp` false, so that packets to them are dropped under that
/// name rather than as unknown.
package enum TopologyTranslation {
    /// The object that the resources make under `key`; nil if they make none.
    package static func object(for key: TopologyKey, in inventory: Inventory) -> TopologyObject? {
        switch key {
        case .host(let id): inventory.hosts[id].map { .host(host($0)) }
        case .bridge(let id): inventory.networks[id].map { .bridge(bridge($0, inventory)) }
        case .router(let id):
            inventory.routers[id].map {
                .router(VirtualRouter(id: id, number: $0.number, adminStateUp: $0.adminStateUp))
            }
        case .port(let id): port(id, inventory).map { .port($0) }
        case .segment(let id): segment(id, inventory).map { .segment($0) }
        case .route(let router, let destination): route(router, destination, inventory).map { .route($0) }
        case .neighbour(let port, let address): neighbour(port, address, inventory).map { .neighbour($0) }
        case .remoteMAC(let segment, let mac): remoteMAC(segment, mac, inventory).map { .remoteMAC($0) }
        }
    }

    /// The whole topology, from scratch.
    package static func topology(of inventory: Inventory) -> Topology {
        Topology(keys(in: inventory).compactMap { object(for: $0, in: inventory) })
    }

    private static func host(_ host: HostRecord) -> Host {
        Host(
            id: host.id, name: host.name, tunnelAddress: host.tunnelAddress, underlayMTU: host.underlayMTU,
            uplinkMTU: host.uplinkMTU)
    }

    private static func bridge(_ network: Network, _ inventory: Inventory) -> Bridge {
        let subnets = inventory.subnetIDs(of: network.id).compactMap { inventory.subnets[$0] }
        return Bridge(
            id: network.id, vni: network.vni, adminStateUp: network.adminStateUp, mtu: network.mtu,
            dhcpSubnets: subnets.sorted { $0.cidr < $1.cidr }.map {
                DHCPSubnet(
                    cidr: $0.cidr, gateway: $0.gatewayIP, nameServers: $0.dnsNameservers, hostRoutes: $0.hostRoutes,
                    enabled: $0.enableDHCP
                )
            }
        )
    }

    private static func port(_ id: PortID, _ inventory: Inventory) -> DevicePort? {
        if let port = inventory.ports[id] {
            // Without NAT a router's gateway would let tenants' addresses out, and those of several tenants may be equal.
            // Until there is NAT, gateways and floating IPs have no place in the topology, and nothing leaves by them.
            return port.isManaged && port.interfaceOfRouter == nil ? nil : devicePort(port, inventory)
        }
        guard let binding = inventory.binding(withRouterPort: id),
            let address = IPPrefix(address: binding.routerIP, length: binding.routerSubnet.length)
        else { return nil }
        return DevicePort(
            id: id, number: binding.routerPortNumber, mac: binding.routerMAC, adminStateUp: true,
            role: .router(
                RouterPort(router: binding.routerID, attachment: .segment(binding.segmentID), addresses: [address])
            )
        )
    }

    private static func devicePort(_ port: Port, _ inventory: Inventory) -> DevicePort {
        let role: DevicePort.Role
        if let router = port.interfaceOfRouter {
            let addresses = port.fixedIPs.compactMap { ip in
                inventory.subnets[ip.subnetID].flatMap { IPPrefix(address: ip.address, length: $0.cidr.length) }
            }
            role = .router(RouterPort(router: router, attachment: .bridge(port.networkID), addresses: addresses))
        } else {
            role = .vm(
                VMPort(
                    bridge: port.networkID, addresses: port.fixedIPs.map(\.address),
                    host: hasHost(port) ? inventory.host(named: port.bindingHostID)?.id : nil,
                    portSecurity: port.portSecurityEnabled, allowedAddressPairs: port.allowedAddressPairs,
                    hostname: port.dnsName
                )
            )
        }
        return DevicePort(
            id: port.id, number: port.number, mac: port.macAddress, adminStateUp: port.adminStateUp, role: role
        )
    }

    /// A remote-site port is on no host, whatever is said of it.
    private static func hasHost(_ port: Port) -> Bool { !port.bindingHostID.isEmpty && !port.isOfRemoteSite }

    /// Of a binding, or of a network's connection to a VTEP router: two models of one thing.
    private static func segment(_ id: SegmentID, _ inventory: Inventory) -> Segment? {
        if let binding = inventory.binding(of: id) {
            return Segment(
                id: id, vtepRouter: binding.vtepID, vni: binding.vni, siteVNI: binding.siteVNI,
                tunnelIP: binding.vtepTunnelIP, gatewayHost: gatewayHost(binding.vtepTunnelIP, inventory),
                adminStateUp: inventory.routers[binding.vtepID]?.adminStateUp == true,
                offRamp: binding.offRampVXLAN
            )
        }
        guard let connection = inventory.connection(of: id), let segment = inventory.vtepSegment(of: connection),
            let network = inventory.networks[connection.networkID]
        else { return nil }
        return Segment(
            id: id, vtepRouter: segment.router, vni: segment.vni, siteVNI: network.vni, tunnelIP: segment.tunnelIP,
            gatewayHost: gatewayHost(segment.tunnelIP, inventory),
            adminStateUp: inventory.routers[segment.router]?.adminStateUp == true, bridge: network.id
        )
    }

    /// Several hosts with the tunnel IP are a mistake in the underlay; all of us then agree on one of them.
    private static func gatewayHost(_ tunnelIP: IPAddress, _ inventory: Inventory) -> HostID? {
        inventory.hostIDs(withAddress: tunnelIP).min()
    }

    private static func route(_ router: RouterID, _ destination: IPPrefix, _ inventory: Inventory) -> Route? {
        // Connected destinations have the same claim; they follow from the router's ports and are no objects.
        switch inventory.owner(of: .route(router, destination)) {
        case .router(router)?:
            guard let route = inventory.routers[router]?.routes.first(where: { $0.destination == destination }),
                let port = inventory.connections(of: router).filter({ $0.prefix.contains(route.nextHop) })
                    .map(\.port).min()
            else { return nil }
            return Route(router: router, destination: destination, nextHop: route.nextHop, port: port)
        case .routerVTEPRoute(let id)?:
            guard let route = inventory.routerVTEPRoutes[id],
                let binding = inventory.routerVTEPBindings[route.bindingID]
            else { return nil }
            return Route(
                router: router, destination: destination, nextHop: route.gatewayIP, port: binding.routerPortID
            )
        default: return nil
        }
    }

    private static func neighbour(_ port: PortID, _ address: IPAddress, _ inventory: Inventory) -> Neighbour? {
        guard let binding = inventory.binding(withRouterPort: port),
            case .mac(let mac)? = inventory.holder(of: .neighbour(binding.id, address))
        else { return nil }
        return Neighbour(port: port, address: address, mac: mac)
    }

    /// A binding's routes say where their gateways are; else the gateway device's remote MAC table says it, whichever
    /// model the segment is of.
    private static func remoteMAC(_ id: SegmentID, _ mac: MACAddress, _ inventory: Inventory) -> RemoteMAC? {
        let router: RouterID
        let vni: VNI
        if let binding = inventory.binding(of: id) {
            if case .address(let vtep)? = inventory.holder(of: .remoteMAC(binding.id, mac)) {
                return RemoteMAC(segment: id, mac: mac, tunnelIP: vtep)
            }
            (router, vni) = (binding.vtepID, binding.vni)
        } else {
            guard let connection = inventory.connection(of: id), let segment = inventory.vtepSegment(of: connection)
            else { return nil }
            (router, vni) = (segment.router, segment.vni)
        }
        return inventory.remoteMACEntry(ofRouter: router, vni: vni, mac: mac).map {
            RemoteMAC(segment: id, mac: mac, tunnelIP: $0.vtep)
        }
    }
}

extension Inventory {
    func binding(of segment: SegmentID) -> RouterVTEPBinding? {
        routerVTEPBindings[RouterVTEPBindingID(segment.value)]
    }

    func connection(of segment: SegmentID) -> L2GatewayConnection? {
        l2GatewayConnections[L2GatewayConnectionID(segment.value)]
    }
}
