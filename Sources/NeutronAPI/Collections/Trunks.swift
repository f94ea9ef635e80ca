import Addresses
import Resources

/// `/v2.0/trunks`
enum Trunks: NeutronCollection {
    static let noun = "Trunk"
    static let member = "trunk"
    static let collection = "trunks"

    static let adminStateUp = Input("admin_state_up", .boolean)
    static let portID = Input("port_id", Rule<PortID>.uuid(), required: true, put: false)
    static let subPorts = Input("sub_ports", Rule<[SubPortDraft]>.list(of: subPort), put: false)

    private static let subPort = Rule<SubPortDraft>.object(["port_id", "segmentation_type", "segmentation_id"]) {
        members throws(RuleViolation) in
        SubPortDraft(
            portID: try members.required("port_id", Rule<PortID>.uuid()),
            segmentationType: try members.optional("segmentation_type", .text(maximum: 32)),
            segmentationID: try members.optional("segmentation_id", .integer(0...65535))
        )
    }

    static let map = AttributeMap<Trunk>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(adminStateUp, .bool) { trunk, _ in .bool(trunk.adminStateUp) },
                // No datapath carries sub-ports' VLANs yet.
                .readOnly("status") { _, _ in .text("DOWN") },
                .input(portID) { trunk, _ in .identifier(trunk.portID) },
                .input(subPorts, .list) { trunk, _ in .list(trunk.subPorts.map(\.attributeValue)) },
            ]
            + StandardInputs.tail(\.standard)
    )

    /// What a port shows of the trunk whose parent it is.
    static func details(ofParent port: Port, _ inventory: Inventory) -> AttributeValue {
        guard let trunk = inventory.trunk(withPort: port.id), trunk.portID == port.id else { return .null }
        return .members([
            "trunk_id": .identifier(trunk.id),
            "sub_ports": .list(
                trunk.subPorts.map { subPort in
                    .members([
                        "port_id": .identifier(subPort.portID), "segmentation_type": .text("vlan"),
                        "segmentation_id": .integer(subPort.vlan),
                        "mac_address": inventory.ports[subPort.portID].map { .mac($0.macAddress) } ?? .null,
                    ])
                }),
        ])
    }

    static func draft(_ body: Body) throws(NeutronError) -> TrunkDraft {
        var draft = TrunkDraft()
        draft.standard = try body.standardDraft
        draft.adminStateUp = try body.value(adminStateUp)
        draft.portID = try body.required(portID)
        draft.subPorts = try body.value(subPorts) ?? []
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> TrunkUpdate {
        var update = TrunkUpdate()
        update.standard = try body.standardUpdate
        update.adminStateUp = try body.change(adminStateUp)
        return update
    }
}

extension Trunk.SubPort {
    var attributeValue: AttributeValue {
        .members([
            "port_id": .identifier(portID), "segmentation_type": .text("vlan"), "segmentation_id": .integer(vlan),
        ])
    }
}

extension Trunks {
    static func id(of model: Trunk) -> TrunkID { model.id }
    static func key(of id: TrunkID) -> ResourceKey { .trunk(id) }
    static func standard(of model: Trunk) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [Trunk] {
        inventory.trunks.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: TrunkID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> Trunk {
        try inventory.trunk(id, for: context)
    }

    static func creating(
        _ draft: TrunkDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Trunk, Transaction) {
        try inventory.creating(trunk: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: TrunkID, _ update: TrunkUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Trunk, Transaction) {
        try inventory.updating(trunk: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: TrunkID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(trunk: id, expecting: revision, context: context)
    }
}
