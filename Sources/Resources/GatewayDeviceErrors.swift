import Addresses

extension ResourceError {
    package static func gatewayDeviceNotFound(_ id: String) -> Self {
        notFound("GatewayDeviceNotFound", "Gateway device \(id) does not exist")
    }

    package static func remoteMACEntryNotFound(_ id: String) -> Self {
        notFound("RemoteMacEntryNotFound", "Remote MAC entry \(id) does not exist")
    }

    static func wrongGatewayDevice(_ id: RemoteMACEntryID, _ device: GatewayDeviceID) -> Self {
        badRequest(
            "RemoteMacEntryWrongGatewayDevice",
            "Invalid input for operation: Remote MAC entry \(id) does not belong to gateway device \(device)."
        )
    }

    static func backingNotFound(_ id: String) -> Self {
        notFound("ResourceNotFound", "specified resource \(id) does not exist")
    }

    /// `HwVtepTypeInvalid`, `RouterVtepTypeInvalid`, `NetworkVlanTypeInvalid`.
    static func incomplete(_ type: GatewayDeviceType) -> Self {
        let (name, needs) =
            switch type {
            case .hardwareVTEP: ("HwVtepTypeInvalid", "management_port and management_ip")
            case .routerVTEP: ("RouterVtepTypeInvalid", "resource_id")
            case .networkVLAN: ("NetworkVlanTypeInvalid", "resource_id")
            }
        return badRequest(name, "Gateway device \(type.rawValue) must be specified with \(needs)")
    }

    static func managementIPInUse(_ address: IPAddress) -> Self {
        conflict("GatewayDeviceParamDuplicate", "management_ip \(address) is already used")
    }

    static func backsGatewayDevice(_ key: ResourceKey) -> Self {
        let (kind, id) =
            switch key {
            case .network(let id): ("network", id.description)
            case .router(let id): ("router", id.description)
            default: ("resource", key.path)
            }
        return conflict("DeviceInUseByGatewayDevice", "device \(id) (\(kind)) is in use by gateway device")
    }

    static func gatewayDeviceInUse(_ id: GatewayDeviceID) -> Self {
        conflict("GatewayDeviceInUse", "Gateway device \(id) is in use by l2 gateway")
    }

    static func tunnelIPsExhausted() -> Self {
        badRequest(
            "TunnelIPsExhausted",
            "Unable to complete operation for Gateway Device. The number of tunnel ips exceeds the maximum 1."
        )
    }

    static func tunnelIPsRequired(_ type: GatewayDeviceType) -> Self {
        badRequest(
            "TunnelIPsRequired",
            "Unable to complete operation for Gateway Device. The tunnel ips are required for \(type.rawValue) type."
        )
    }

    static func duplicateRemoteMAC(_ entry: RemoteMACEntry) -> Self {
        conflict(
            "DuplicateRemoteMacEntry",
            "Gateway device \(entry.deviceID) already has a remote mac entry: mac_address \(entry.mac), "
                + "segmentation_id \(entry.vni)."
        )
    }

    static func remoteMACsNotSupported(_ type: GatewayDeviceType) -> Self {
        conflict(
            "OperationRemoteMacEntryNotSupported",
            "Unable to operate remote_mac_entry for gateway device \(type.rawValue) type."
        )
    }
}
