import Addresses
import Resources

/// `/v2.0/l2-gateways`: in MidoNet's form, `devices: [{device_id, segmentation_id}]`, and in networking-l2gw's,
/// `devices: [{device_name, interfaces: [{name, segmentation_id: […]}]}]` (S1-13).
enum L2Gateways: NeutronCollection {
    static let noun = "L2Gateway"
    static let member = "l2_gateway"
    static let collection = "l2_gateways"
    static let path = "/v2.0/l2-gateways"

    static let devices = Input(
        "devices", Rule<[L2GatewayDeviceDraft]>.list(of: device, maximum: 64), required: true
    )

    private static let device = Rule<L2GatewayDeviceDraft>.object(
        ["device_id", "segmentation_id", "device_name", "interfaces"]
    ) { members throws(RuleViolation) in
        var draft = L2GatewayDeviceDraft()
        draft.deviceID = try members.optional("device_id", Rule<String>.text().null(is: ""))
        draft.deviceName = try members.optional("device_name", Rule<String>.text().null(is: ""))
        draft.segmentationID = try members.optional("segmentation_id", .segmentationID) ?? nil
        draft.interfaces = try members.optional("interfaces", Rule<[L2GatewayInterface]>.list(of: interface))
        return draft
    }

    private static let interface = Rule<L2GatewayInterface>.object(
        ["name", "segmentation_id"]
    ) { members throws(RuleViolation) in
        let numbers = Rule<[Int]>.list(of: .integer(Int(Int32.min)...Int(Int32.max)))
        return L2GatewayInterface(
            name: try members.required("name", .text()),
            segmentationIDs: try members.optional("segmentation_id", numbers.null(is: [])) ?? []
        )
    }

    static let map = AttributeMap<L2Gateway>(
        StandardInputs.head(\.id, \.standard)
            + [.input(devices, .list) { gateway, inventory in .list([gateway.deviceValue(inventory)]) }]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> L2GatewayDraft {
        var draft = L2GatewayDraft()
        draft.standard = try body.standardDraft
        draft.devices = try body.required(devices)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> L2GatewayUpdate {
        var update = L2GatewayUpdate()
        update.standard = try body.standardUpdate
        update.devices = try body.change(devices)
        return update
    }
}

extension Rule<Int?> {
    /// Null and "" say nothing. Which numbers are right depends on the device.
    static let segmentationID = Rule { json throws(RuleViolation) in
        if json == .string("") { return nil }
        return try Rule<Int>.integer(Int(Int32.min)...Int(Int32.max)).orNull.convert(json)
    }
}

extension L2Gateway {
    /// In the form in which it was given; numbers are strings, as in the original.
    fileprivate func deviceValue(_ inventory: Inventory) -> AttributeValue {
        guard let interfaces else {
            guard let segmentationID else { return .members(["device_id": .identifier(deviceID)]) }
            return .members(["device_id": .identifier(deviceID), "segmentation_id": .text(String(segmentationID))])
        }
        return .members([
            "device_name": .text(inventory.gatewayDevices[deviceID]?.standard.name ?? ""),
            "device_id": .identifier(deviceID),
            "interfaces": .list(
                interfaces.map {
                    .members([
                        "name": .text($0.name),
                        "segmentation_id": .list($0.segmentationIDs.map { .text(String($0)) }),
                    ])
                }),
        ])
    }
}

extension L2Gateways {
    static func id(of model: L2Gateway) -> L2GatewayID { model.id }
    static func key(of id: L2GatewayID) -> ResourceKey { .l2Gateway(id) }
    static func standard(of model: L2Gateway) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [L2Gateway] {
        context.isAdmin ? Array(inventory.l2Gateways.values) : []
    }

    static func find(
        _ id: L2GatewayID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> L2Gateway {
        try inventory.l2Gateway(id, for: context)
    }

    static func creating(
        _ draft: L2GatewayDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (L2Gateway, Transaction) {
        try inventory.creating(l2Gateway: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: L2GatewayID, _ update: L2GatewayUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (L2Gateway, Transaction) {
        try inventory.updating(l2Gateway: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: L2GatewayID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(l2Gateway: id, expecting: revision, context: context)
    }
}
