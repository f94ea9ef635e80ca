import Resources

/// `/v2.0/l2-gateway-connections`: networks on L2 gateways (S1-13). Unlike the original's, a connection can be updated,
/// and an L2 gateway may have several.
enum L2GatewayConnections: NeutronCollection {
    static let noun = "L2GatewayConnection"
    static let member = "l2_gateway_connection"
    static let collection = "l2_gateway_connections"
    static let path = "/v2.0/l2-gateway-connections"

    static let l2GatewayID = Input("l2_gateway_id", Rule<L2GatewayID>.uuid(), required: true)
    static let networkID = Input("network_id", Rule<NetworkID>.uuid(), required: true)
    static let segmentationID = Input("segmentation_id", .segmentationID)

    static let map = AttributeMap<L2GatewayConnection>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(l2GatewayID) { connection, _ in .identifier(connection.l2GatewayID) },
                .input(networkID) { connection, _ in .identifier(connection.networkID) },
                // A string, as in the original; "" where the L2 gateway says it.
                .input(segmentationID) { connection, _ in
                    .text(connection.segmentationID.map { String($0) } ?? "")
                },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> L2GatewayConnectionDraft {
        var draft = L2GatewayConnectionDraft()
        draft.standard = try body.standardDraft
        draft.l2GatewayID = try body.required(l2GatewayID)
        draft.networkID = try body.required(networkID)
        draft.segmentationID = try body.value(segmentationID) ?? nil
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> L2GatewayConnectionUpdate {
        var update = L2GatewayConnectionUpdate()
        update.standard = try body.standardUpdate
        update.l2GatewayID = try body.change(l2GatewayID)
        update.networkID = try body.change(networkID)
        update.segmentationID = try body.change(segmentationID)
        return update
    }
}

extension L2GatewayConnections {
    static func id(of model: L2GatewayConnection) -> L2GatewayConnectionID { model.id }
    static func key(of id: L2GatewayConnectionID) -> ResourceKey { .l2GatewayConnection(id) }
    static func standard(of model: L2GatewayConnection) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [L2GatewayConnection] {
        context.isAdmin ? Array(inventory.l2GatewayConnections.values) : []
    }

    static func find(
        _ id: L2GatewayConnectionID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> L2GatewayConnection {
        try inventory.l2GatewayConnection(id, for: context)
    }

    static func creating(
        _ draft: L2GatewayConnectionDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (L2GatewayConnection, Transaction) {
        try inventory.creating(l2GatewayConnection: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: L2GatewayConnectionID, _ update: L2GatewayConnectionUpdate, expecting revision: Int?,
        in inventory: Inventory, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (L2GatewayConnection, Transaction) {
        try inventory.updating(l2GatewayConnection: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: L2GatewayConnectionID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(l2GatewayConnection: id, expecting: revision, context: context)
    }
}
