import Addresses

extension Inventory {
    package func remoteMACEntryIDs(of device: GatewayDeviceID) -> Set<RemoteMACEntryID> {
        indexes.entriesByDevice[device] ?? []
    }

    /// The remote MAC entries of one VNI of a device.
    package func remoteMACEntryIDs(of device: GatewayDeviceID, vni: VNI) -> Set<RemoteMACEntryID> {
        indexes.entriesBySegment[.init(device: device, vni: vni)] ?? []
    }

    package func l2GatewayIDs(of device: GatewayDeviceID) -> Set<L2GatewayID> {
        indexes.l2GatewaysByDevice[device] ?? []
    }

    package func connectionIDs(of gateway: L2GatewayID) -> Set<L2GatewayConnectionID> {
        indexes.connectionsByGateway[gateway] ?? []
    }

    package func connectionIDs(of network: NetworkID) -> Set<L2GatewayConnectionID> {
        indexes.connectionsByNetwork[network] ?? []
    }

    package func connectionIDs(of device: GatewayDeviceID) -> [L2GatewayConnectionID] {
        l2GatewayIDs(of: device).flatMap { connectionIDs(of: $0) }
    }

    /// The gateway device that a router is.
    package func gatewayDevice(ofRouter router: RouterID) -> GatewayDevice? {
        guard case .gatewayDevice(let id)? = owner(of: .gatewayDevice(.router(router))) else { return nil }
        return gatewayDevices[id]
    }

    /// The gateway device whose VTEP router has this tunnel IP.
    package func gatewayDevice(withTunnelIP address: IPAddress) -> GatewayDevice? {
        guard case .router(let router)? = owner(of: .tunnelIP(address)), let device = gatewayDevice(ofRouter: router),
            device.tunnelIPs.contains(address)
        else { return nil }
        return device
    }

    /// The VTEP router's segment a connection puts its network on; nil for devices of other types.
    package func vtepSegment(of connection: L2GatewayConnection) -> VTEPSegment? {
        guard let gateway = l2Gateways[connection.l2GatewayID], let device = gatewayDevices[gateway.deviceID],
            let router = device.vtepRouter, let tunnelIP = device.tunnelIPs.first,
            let vni = gateway.segments(connection.segmentationID).first.flatMap({ VNI($0.number) })
        else { return nil }
        return VTEPSegment(device: device.id, router: router, vni: vni, tunnelIP: tunnelIP)
    }

    /// The remote MAC entry a VTEP router has for a MAC on one of its VNIs.
    package func remoteMACEntry(ofRouter router: RouterID, vni: VNI, mac: MACAddress) -> RemoteMACEntry? {
        guard let device = gatewayDevice(ofRouter: router),
            case .remoteMACEntry(let id)? = owner(of: .remoteMACEntry(device.id, vni, mac))
        else { return nil }
        return remoteMACEntries[id]
    }
}

/// A VNI of a gateway device with a VTEP router behind it.
package struct VTEPSegment: Hashable, Sendable {
    package var device: GatewayDeviceID
    package var router: RouterID
    package var vni: VNI
    package var tunnelIP: IPAddress
}
