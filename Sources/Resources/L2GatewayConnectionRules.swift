import Addresses

/// Connections of networks to L2 gateways; the operator's alone.
///
/// The segments a connection takes on its device are claims, so a VNI is one network's on a device (S1-08), and a
/// network is on one VTEP router's segment at most. An L2 gateway may have many connections.
extension Inventory {
    package func creating(
        l2GatewayConnection draft: L2GatewayConnectionDraft, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (L2GatewayConnection, Transaction) {
        try context.requireAdmin("CREATE")
        let standard = try context.standard(draft.standard)
        let kind = "l2_gateway_connection"
        guard let gateway = draft.l2GatewayID else { throw .missingAttribute(kind, "l2_gateway_id") }
        guard let network = draft.networkID else { throw .missingAttribute(kind, "network_id") }
        let connection = L2GatewayConnection(
            id: .random(using: &generator), standard: standard, l2GatewayID: gateway, networkID: network,
            segmentationID: draft.segmentationID
        )
        try check(connection)
        return (connection, transaction([.put(.l2GatewayConnection(connection))]))
    }

    /// Live: flows take the new segment with the next packet.
    package func updating(
        l2GatewayConnection id: L2GatewayConnectionID, _ update: L2GatewayConnectionUpdate,
        expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (L2GatewayConnection, Transaction) {
        try context.requireAdmin("UPDATE")
        let old = try l2GatewayConnection(id, for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        new.l2GatewayID = update.l2GatewayID.applied(to: old.l2GatewayID)
        new.networkID = update.networkID.applied(to: old.networkID)
        new.segmentationID = update.segmentationID.applied(to: old.segmentationID)
        try check(new)
        return replacing(old, with: new, at: context.now, \.standard) { .l2GatewayConnection($0) }
    }

    package func deleting(
        l2GatewayConnection id: L2GatewayConnectionID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try context.requireAdmin("DELETE")
        let connection = try l2GatewayConnection(id, for: context)
        try connection.standard.require(revision: revision)
        return transaction([.delete(.l2GatewayConnection(id))])
    }

    private func check(_ connection: L2GatewayConnection) throws(ResourceError) {
        guard let gateway = l2Gateways[connection.l2GatewayID] else {
            throw .l2GatewayNotFound("\(connection.l2GatewayID)")
        }
        guard networks[connection.networkID] != nil else { throw .networkNotFound(connection.networkID) }
        guard let device = gatewayDevices[gateway.deviceID] else { throw .gatewayDeviceNotFound("\(gateway.deviceID)") }
        if connection.segmentationID != nil, gateway.namesSegments {
            throw .invalidInput(
                "segmentation_id", "it must not be given when the l2 gateway has one: l2 gateway \(gateway.id) does"
            )
        }
        let segments = gateway.segments(connection.segmentationID)
        guard !segments.isEmpty else {
            throw .invalidInput(
                "segmentation_id",
                "Segmentation id must be specified in create l2gateway connections, or in the l2 gateway"
            )
        }
        for segment in segments { try L2GatewayRules.check(segment, of: device) }
        if case .network(let trunk) = device.backing, trunk.id == connection.networkID {
            throw .invalidInput("network_id", "\(trunk.id) is the trunk itself of gateway device \(device.id)")
        }
        let own = ResourceKey.l2GatewayConnection(connection.id)
        for segment in segments {
            guard let other = owner(of: device.claim(segment)), other != own else { continue }
            if case .l2GatewayConnection(let id) = other, let known = l2GatewayConnections[id],
                known.networkID == connection.networkID, known.l2GatewayID == connection.l2GatewayID
            {
                throw .connectionExists(connection.networkID, gateway.id)
            }
            throw .segmentInUse(segment, device: device.id, by: other)
        }
        if device.vtepRouter != nil, let other = owner(of: .stretched(connection.networkID)), other != own {
            throw .networkIsStretched(connection.networkID, by: other)
        }
    }
}

extension GatewayDevice {
    /// What a connection takes. A VTEP router's VNIs are those of its bindings, too.
    func claim(_ segment: GatewaySegment) -> Claim {
        if let router = vtepRouter, let vni = VNI(segment.number) { return .vtepVNI(router, vni) }
        return .gatewaySegment(id, segment.number, interface: segment.interface)
    }
}
