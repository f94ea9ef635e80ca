import Addresses

/// A gateway device's remote MAC table. An entry may come before or after the connection that gives its VNI a segment.
extension Inventory {
    package func creating(
        remoteMACEntry draft: RemoteMACEntryDraft, of deviceID: GatewayDeviceID, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (RemoteMACEntry, Transaction) {
        let device = try gatewayDevice(deviceID, for: context)
        try context.require(context.isAdmin, "create_gateway_device_remote_mac_entry")
        let standard = try context.standard(draft.standard)
        guard device.type != .networkVLAN else { throw .remoteMACsNotSupported(device.type) }
        let kind = "remote_mac_entry"
        guard let mac = draft.mac else { throw .missingAttribute(kind, "mac_address") }
        guard let vtep = draft.vtep else { throw .missingAttribute(kind, "vtep_address") }
        guard let number = draft.segmentationID else { throw .missingAttribute(kind, "segmentation_id") }
        _ = try PortRules.station(mac, "mac_address")
        guard let vni = VNI(number) else {
            throw .invalidAttribute(
                "segmentation_id", "\(number) is outside of \(VNI.range.lowerBound)...\(VNI.range.upperBound)"
            )
        }
        try RouterVTEPRules.checkEndpoint(vtep, "vtep_address")
        try GatewayDeviceRules.check(vtep, "vtep_address", of: device)
        let entry = RemoteMACEntry(
            id: .random(using: &generator), standard: standard, deviceID: deviceID, mac: mac, vtep: vtep, vni: vni
        )
        guard holder(of: .remoteMACEntry(deviceID, vni, mac)) == nil else { throw .duplicateRemoteMAC(entry) }
        return (entry, transaction([.put(.remoteMACEntry(entry))]))
    }

    /// A MAC moves to another VTEP: the next packet goes there (S0-24).
    package func updating(
        remoteMACEntry id: RemoteMACEntryID, of device: GatewayDeviceID, vtep: Change<IPAddress>,
        expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (RemoteMACEntry, Transaction) {
        let old = try remoteMACEntry(id, of: device, for: context)
        try context.require(context.isAdmin, "update_gateway_device_remote_mac_entry")
        try old.standard.require(revision: revision)
        var new = old
        if let vtep = vtep.newValue {
            try RouterVTEPRules.checkEndpoint(vtep, "vtep_address")
            if let device = gatewayDevices[device] { try GatewayDeviceRules.check(vtep, "vtep_address", of: device) }
            new.vtep = vtep
        }
        return replacing(old, with: new, at: context.now, \.standard) { .remoteMACEntry($0) }
    }

    package func deleting(
        remoteMACEntry id: RemoteMACEntryID, of device: GatewayDeviceID, expecting revision: Int? = nil,
        context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let entry = try remoteMACEntry(id, of: device, for: context)
        try context.require(context.isAdmin, "delete_gateway_device_remote_mac_entry")
        try entry.standard.require(revision: revision)
        return transaction([.delete(.remoteMACEntry(id))])
    }

    /// An entry by its device's path: both must exist, and belong together.
    package func remoteMACEntry(
        _ id: RemoteMACEntryID, of deviceID: GatewayDeviceID, for context: RequestContext
    ) throws(ResourceError) -> RemoteMACEntry {
        _ = try gatewayDevice(deviceID, for: context)
        guard let entry = remoteMACEntries[id],
            gatewayDevices[entry.deviceID].map({ isVisible($0, to: context) }) == true
        else { throw .remoteMACEntryNotFound("\(id)") }
        guard entry.deviceID == deviceID else { throw .wrongGatewayDevice(id, deviceID) }
        return entry
    }
}
