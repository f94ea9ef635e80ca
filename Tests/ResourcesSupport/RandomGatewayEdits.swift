import Addresses
import Resources

/// Requests for gateway devices and what hangs on them.
extension RandomEdits {
    mutating func gatewayRequest() throws(ResourceError) -> Transaction {
        switch small() {
        case 0, 1: return try createDevice()
        case 2: return try updateDevice()
        case 3, 4: return try createEntry()
        case 5: return try updateEntry()
        case 6: return try createGateway()
        case 7: return try updateGateway()
        case 8: return try createConnection()
        default: return try updateConnection()
        }
    }

    private mutating func createDevice() throws(ResourceError) -> Transaction {
        var draft = GatewayDeviceDraft()
        draft.standard.name = "device\(small() % 3)"
        switch small() {
        case 0:
            draft.type = .hardwareVTEP
            draft.managementIP = IPAddress("172.31.0.\(small() + 1)")
            draft.managementPort = 6640
        case 1:
            draft.type = .networkVLAN
            draft.resourceID = pick(inventory.networks.keys)?.description
        default:
            draft.type = .routerVTEP
            draft.resourceID = pick(inventory.routers.keys)?.description
        }
        if draft.type != .networkVLAN { draft.tunnelIPs = tunnelIPs() }
        return try inventory.creating(gatewayDevice: draft, context: context, using: &generator).1
    }

    private mutating func tunnelIPs() -> [IPAddress] { [IPAddress("200.0.0.\(small() % 5 + 1)")].compactMap(\.self) }

    private mutating func updateDevice() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.gatewayDevices.keys) else { return Transaction() }
        var update = GatewayDeviceUpdate()
        update.standard.name = .set("device\(small() % 3)")
        if Bool.random(using: &generator) { update.tunnelIPs = .set(tunnelIPs()) }
        return try inventory.updating(gatewayDevice: id, update, context: context).1
    }

    private mutating func createEntry() throws(ResourceError) -> Transaction {
        guard let device = pick(inventory.gatewayDevices.keys) else { return Transaction() }
        var draft = RemoteMACEntryDraft()
        draft.mac = MACAddress(0x0200_0000_0000 | UInt64(small()))
        draft.vtep = IPAddress("200.100.0.\(small() % 3 + 1)")
        draft.segmentationID = small() % 6
        return try inventory.creating(remoteMACEntry: draft, of: device, context: context, using: &generator).1
    }

    private mutating func updateEntry() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.remoteMACEntries.keys), let device = inventory.remoteMACEntries[id]?.deviceID,
            let vtep = IPAddress("200.100.0.\(small() % 3 + 1)")
        else { return Transaction() }
        return try inventory.updating(remoteMACEntry: id, of: device, vtep: .set(vtep), context: context).1
    }

    private mutating func device() -> L2GatewayDeviceDraft {
        var device = L2GatewayDeviceDraft()
        if small() < 3 {
            device.deviceName = "device\(small() % 3)"
            let ids = small() < 5 ? [small() % 6] : []
            device.interfaces = [L2GatewayInterface(name: "eth\(small() % 2)", segmentationIDs: ids)]
        } else {
            device.deviceID = pick(inventory.gatewayDevices.keys)?.description
            if small() < 4 { device.segmentationID = small() % 6 }
        }
        return device
    }

    private mutating func createGateway() throws(ResourceError) -> Transaction {
        var draft = L2GatewayDraft()
        draft.devices = [device()]
        return try inventory.creating(l2Gateway: draft, context: context, using: &generator).1
    }

    private mutating func updateGateway() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.l2Gateways.keys) else { return Transaction() }
        var update = L2GatewayUpdate()
        update.standard.name = .set("gateway\(small())")
        if Bool.random(using: &generator) { update.devices = .set([device()]) }
        return try inventory.updating(l2Gateway: id, update, context: context).1
    }

    private mutating func createConnection() throws(ResourceError) -> Transaction {
        var draft = L2GatewayConnectionDraft()
        draft.l2GatewayID = pick(inventory.l2Gateways.keys)
        draft.networkID = pick(inventory.networks.keys)
        if let gateway = draft.l2GatewayID.flatMap({ inventory.l2Gateways[$0] }), !gateway.namesSegments {
            draft.segmentationID = small() % 6
        }
        return try inventory.creating(l2GatewayConnection: draft, context: context, using: &generator).1
    }

    private mutating func updateConnection() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.l2GatewayConnections.keys) else { return Transaction() }
        var update = L2GatewayConnectionUpdate()
        update.standard.name = .set("connection\(small())")
        switch small() {
        case 0...3: update.segmentationID = .set(small() % 6)
        case 4: update.segmentationID = .set(nil)
        case 5, 6: if let network = pick(inventory.networks.keys) { update.networkID = .set(network) }
        case 7: if let gateway = pick(inventory.l2Gateways.keys) { update.l2GatewayID = .set(gateway) }
        default: break
        }
        return try inventory.updating(l2GatewayConnection: id, update, context: context).1
    }
}
