import Addresses
import Resources

/// Requests for router peering by gateway devices, with the operations guide's values for site A (S1-11).
extension Site {
    @discardableResult
    package mutating func device(
        _ router: Router?, tunnelIP: String = "200.200.0.1", as other: RequestContext? = nil,
        _ fill: (inout GatewayDeviceDraft) -> Void = { _ in }
    ) throws(ResourceError) -> GatewayDevice {
        var draft = GatewayDeviceDraft()
        draft.type = .routerVTEP
        draft.resourceID = router?.id.description
        draft.tunnelIPs = [IPAddress(tunnelIP)].compactMap(\.self)
        fill(&draft)
        return take(try inventory.creating(gatewayDevice: draft, context: other ?? context, using: &generator))
    }

    @discardableResult
    package mutating func entry(
        _ device: GatewayDevice, as other: RequestContext? = nil,
        _ fill: (inout RemoteMACEntryDraft) -> Void = { _ in }
    ) throws(ResourceError) -> RemoteMACEntry {
        var draft = RemoteMACEntryDraft()
        draft.mac = MACAddress("6e:e4:5a:fa:8e:09")
        draft.vtep = IPAddress("200.200.0.2")
        draft.segmentationID = 100
        fill(&draft)
        return take(
            try inventory.creating(
                remoteMACEntry: draft, of: device.id, context: other ?? context, using: &generator))
    }

    @discardableResult
    package mutating func gateway(
        _ device: GatewayDevice, _ segmentationID: Int? = 100, as other: RequestContext? = nil
    ) throws(ResourceError) -> L2Gateway {
        var draft = L2GatewayDeviceDraft()
        draft.deviceID = device.id.description
        draft.segmentationID = segmentationID
        return try gateway([draft], as: other)
    }

    @discardableResult
    package mutating func gateway(
        _ devices: [L2GatewayDeviceDraft], as other: RequestContext? = nil
    ) throws(ResourceError) -> L2Gateway {
        var draft = L2GatewayDraft()
        draft.devices = devices
        return take(try inventory.creating(l2Gateway: draft, context: other ?? context, using: &generator))
    }

    @discardableResult
    package mutating func connection(
        _ gateway: L2Gateway, _ network: Network, _ segmentationID: Int? = nil, as other: RequestContext? = nil
    ) throws(ResourceError) -> L2GatewayConnection {
        var draft = L2GatewayConnectionDraft()
        draft.l2GatewayID = gateway.id
        draft.networkID = network.id
        draft.segmentationID = segmentationID
        return take(try inventory.creating(l2GatewayConnection: draft, context: other ?? context, using: &generator))
    }
}
