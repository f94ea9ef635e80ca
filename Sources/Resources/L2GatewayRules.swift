import Addresses

/// L2 gateways are the operator's alone (S1-13).
extension Inventory {
    package func creating(
        l2Gateway draft: L2GatewayDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (L2Gateway, Transaction) {
        try context.requireAdmin("CREATE")
        let standard = try context.standard(draft.standard)
        let gateway = try l2Gateway(draft.devices, id: .random(using: &generator), standard)
        return (gateway, transaction([.put(.l2Gateway(gateway))]))
    }

    /// Its name at any time; its device while no network is connected.
    package func updating(
        l2Gateway id: L2GatewayID, _ update: L2GatewayUpdate, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (L2Gateway, Transaction) {
        try context.requireAdmin("UPDATE")
        let old = try l2Gateway(id, for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        if let devices = update.devices.newValue {
            new = try l2Gateway(devices, id: id, new.standard)
            guard connectionIDs(of: id).isEmpty || new.isOnlyRenamed(from: old) else {
                throw .l2GatewayInUse(id)
            }
        }
        return replacing(old, with: new, at: context.now, \.standard) { .l2Gateway($0) }
    }

    package func deleting(
        l2Gateway id: L2GatewayID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try context.requireAdmin("DELETE")
        let gateway = try l2Gateway(id, for: context)
        try gateway.standard.require(revision: revision)
        guard connectionIDs(of: id).isEmpty else { throw .l2GatewayInUse(id) }
        return transaction([.delete(.l2Gateway(id))])
    }

    /// Either form's device, checked. What the connections of the two forms make is the same.
    private func l2Gateway(
        _ drafts: [L2GatewayDeviceDraft], id: L2GatewayID, _ standard: StandardAttributes
    ) throws(ResourceError) -> L2Gateway {
        guard let draft = drafts.first else {
            throw .invalidAttribute("devices", "Cannot create a gateway with an empty device list")
        }
        guard drafts.count == 1 else {
            throw .invalidAttribute("devices", "Exactly one device must be specified to create a gateway")
        }
        let device = try device(draft)
        var gateway = L2Gateway(
            id: id, standard: standard, deviceID: device.id, segmentationID: draft.segmentationID, interfaces: nil
        )
        let isGeneric = draft.deviceName?.isEmpty == false
        if isGeneric {
            gateway.interfaces = try L2GatewayRules.interfaces(draft.interfaces ?? [], of: device)
            guard draft.segmentationID == nil else {
                throw .invalidAttribute("devices", "segmentation_id belongs to an interface in this form")
            }
        } else if draft.interfaces?.isEmpty == false {
            throw .invalidAttribute("devices", "Interfaces are not allowed with device_id, only with device_name")
        }
        for segment in gateway.segments(nil) { try L2GatewayRules.check(segment, of: device) }
        return gateway
    }

    private func device(_ draft: L2GatewayDeviceDraft) throws(ResourceError) -> GatewayDevice {
        let name = draft.deviceName ?? ""
        guard let text = draft.deviceID, !text.isEmpty else {
            guard !name.isEmpty else {
                throw .invalidAttribute("devices", "Cannot create a gateway with an empty device_id")
            }
            let found = gatewayDevices.values.filter { $0.standard.name == name || $0.id.description == name }
            guard let device = found.first else { throw .gatewayDeviceNotFound("'\(name)'") }
            guard found.count == 1 else {
                throw .invalidAttribute(
                    "devices", "device_name '\(name)' is the name of \(found.count) gateway devices")
            }
            return device
        }
        guard name.isEmpty else {
            throw .invalidAttribute("devices", "device_id and device_name are given; one of them says which device")
        }
        guard let id = GatewayDeviceID(text), let device = gatewayDevices[id] else {
            throw .gatewayDeviceNotFound(String(text.prefix(120)))
        }
        return device
    }
}

extension L2Gateway {
    fileprivate func isOnlyRenamed(from old: L2Gateway) -> Bool {
        deviceID == old.deviceID && segmentationID == old.segmentationID && interfaces == old.interfaces
    }
}

extension RequestContext {
    func requireAdmin(_ action: String) throws(ResourceError) {
        if !isAdmin { throw .adminRequired(action) }
    }
}

enum L2GatewayRules {
    static let vlans = 1...4094

    /// A VNI of a VTEP router or a switch, a VLAN of a trunk or of a switch's interface.
    static func check(_ segment: GatewaySegment, of device: GatewayDevice) throws(ResourceError) {
        let isVLAN =
            switch device.type {
            case .routerVTEP: false
            case .networkVLAN: true
            case .hardwareVTEP: !segment.interface.isEmpty
            }
        let range = isVLAN ? vlans : VNI.range
        guard range.contains(segment.number) else {
            throw .invalidInput(
                "segmentation_id",
                "Segmentation id is out of range: \(segment.number) is outside of \(range.lowerBound)...\(range.upperBound)"
            )
        }
    }

    /// A VTEP router and a trunk have no interfaces to choose from: one name, whatever it is, with one number.
    static func interfaces(
        _ interfaces: [L2GatewayInterface], of device: GatewayDevice
    ) throws(ResourceError) -> [L2GatewayInterface] {
        guard !interfaces.isEmpty else {
            throw .invalidAttribute("devices", "Cannot create a gateway with an empty interfaces")
        }
        if interfaces.contains(where: \.name.isEmpty) {
            throw .invalidAttribute("devices", "Cannot create a gateway with an empty interface name")
        }
        if Set(interfaces.map(\.name)).count < interfaces.count {
            throw .invalidAttribute("devices", "an interface is named twice")
        }
        guard Set(interfaces.map { $0.segmentationIDs.isEmpty }).count == 1 else {
            throw .conflict(
                "L2GatewaySegmentationRequired", "L2 gateway segmentation id must be consistent for all the interfaces"
            )
        }
        for interface in interfaces where Set(interface.segmentationIDs).count < interface.segmentationIDs.count {
            throw .conflict(
                "L2GatewayDuplicateSegmentationID", "interface '\(interface.name)' has a segmentation_id twice"
            )
        }
        if device.type != .hardwareVTEP {
            guard interfaces.count == 1, interfaces.allSatisfy({ $0.segmentationIDs.count <= 1 }) else {
                throw .invalidAttribute(
                    "devices", "a \(device.type.rawValue) takes one interface with at most one segmentation_id"
                )
            }
        }
        return interfaces
    }
}
