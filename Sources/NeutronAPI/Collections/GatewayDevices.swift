import Addresses
import Resources

/// `/v2.0/gw/gateway_devices`: VTEP routers, VLAN trunks and switches that end VXLAN (S1-03).
enum GatewayDevices: NeutronCollection {
    static let noun = "GatewayDevice"
    static let member = "gateway_device"
    static let collection = "gateway_devices"
    static let path = "/v2.0/gw/gateway_devices"

    private static let deviceType = Rule<String>.oneOf(GatewayDeviceType.allCases.map(\.rawValue)).then {
        text throws(RuleViolation) in
        guard let type = GatewayDeviceType(rawValue: text) else { throw RuleViolation("'\(text)' is no type") }
        return type
    }

    static let type = Input("type", deviceType, put: false)
    static let resourceID = Input("resource_id", Rule<String>.text().null(is: ""), put: false)
    static let managementIP = Input("management_ip", Rule<IPAddress>.ipAddress.orNull, put: false)
    static let managementPort = Input("management_port", Rule<Int>.integer(0...65535).orNull, put: false)
    static let managementProtocol = Input("management_protocol", Rule<String>.text().orNull, put: false)
    static let tunnelIPs = Input("tunnel_ips", Rule<[IPAddress]>.list(of: .ipAddress).null(is: []))

    static let map = AttributeMap<GatewayDevice>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(type) { device, _ in .text(device.type.rawValue) },
                .input(resourceID) { device, _ in .text(device.resourceID) },
                .input(managementIP) { device, _ in .optional(device.management?.address) },
                .input(managementPort, .integer) { device, _ in
                    device.management.map { .integer($0.port) } ?? .null
                },
                .input(managementProtocol) { device, _ in device.management.map { .text($0.protocol) } ?? .null },
                .input(tunnelIPs, .list) { device, _ in .list(device.tunnelIPs.map { .address($0) }) },
                .readOnly("remote_mac_entries", .list) { device, inventory in
                    .list(
                        inventory.remoteMACEntryIDs(of: device.id).sorted()
                            .compactMap { inventory.remoteMACEntries[$0]?.attributeValue })
                },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> GatewayDeviceDraft {
        var draft = GatewayDeviceDraft()
        draft.standard = try body.standardDraft
        draft.type = try body.value(type)
        draft.resourceID = try body.value(resourceID)
        draft.managementIP = try body.value(managementIP) ?? nil
        draft.managementPort = try body.value(managementPort) ?? nil
        draft.managementProtocol = try body.value(managementProtocol) ?? nil
        draft.tunnelIPs = try body.value(tunnelIPs)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> GatewayDeviceUpdate {
        var update = GatewayDeviceUpdate()
        update.standard = try body.standardUpdate
        update.tunnelIPs = try body.change(tunnelIPs)
        return update
    }
}

extension GatewayDevice {
    /// The router's or network's id; "" for a switch.
    fileprivate var resourceID: String {
        switch backing {
        case .router(let router): router.id.description
        case .network(let network): network.id.description
        case .hardware: ""
        }
    }

    fileprivate var management: ManagementEndpoint? {
        if case .hardware(let management) = backing { management } else { nil }
    }
}

extension GatewayDevices {
    static func id(of model: GatewayDevice) -> GatewayDeviceID { model.id }
    static func key(of id: GatewayDeviceID) -> ResourceKey { .gatewayDevice(id) }
    static func standard(of model: GatewayDevice) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [GatewayDevice] {
        inventory.gatewayDevices.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: GatewayDeviceID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> GatewayDevice {
        try inventory.gatewayDevice(id, for: context)
    }

    static func creating(
        _ draft: GatewayDeviceDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (GatewayDevice, Transaction) {
        try inventory.creating(gatewayDevice: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: GatewayDeviceID, _ update: GatewayDeviceUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (GatewayDevice, Transaction) {
        try inventory.updating(gatewayDevice: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: GatewayDeviceID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(gatewayDevice: id, expecting: revision, context: context)
    }
}
