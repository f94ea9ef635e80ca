import Addresses

/// Gateway devices are the operator's: tenants may look at those of their project, no more (S1-01, S1-02).
extension Inventory {
    package func creating(
        gatewayDevice draft: GatewayDeviceDraft, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (GatewayDevice, Transaction) {
        try context.require(context.isAdmin, "create_gateway_device")
        let standard = try context.standard(draft.standard)
        let type = draft.type ?? .hardwareVTEP
        let backing: GatewayBacking =
            switch type {
            case .hardwareVTEP: .hardware(try management(draft))
            case .routerVTEP: .router(try vtepRouter(draft))
            case .networkVLAN: .network(try trunkNetwork(draft))
            }
        let device = GatewayDevice(
            id: .random(using: &generator), standard: standard, backing: backing,
            tunnelIPs: try GatewayDeviceRules.tunnelIPs(draft.tunnelIPs ?? [], of: type)
        )
        for address in device.tunnelIPs { try requireFree(address, for: device.tunnelIPHolder) }
        return (device, transaction([.put(.gatewayDevice(device))]))
    }

    /// Its name and its tunnel IP; what is on it follows at once.
    package func updating(
        gatewayDevice id: GatewayDeviceID, _ update: GatewayDeviceUpdate, expecting revision: Int? = nil,
        context: RequestContext
    ) throws(ResourceError) -> (GatewayDevice, Transaction) {
        let old = try gatewayDevice(id, for: context)
        try context.require(context.isAdmin, "update_gateway_device")
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        if let addresses = update.tunnelIPs.newValue {
            new.tunnelIPs = try GatewayDeviceRules.tunnelIPs(addresses, of: old.type)
            for address in new.tunnelIPs { try requireFree(address, for: new.tunnelIPHolder) }
            for entry in remoteMACEntryIDs(of: id).sorted().compactMap({ remoteMACEntries[$0] }) {
                try GatewayDeviceRules.check(entry.vtep, "tunnel_ips", of: new)
            }
        }
        return replacing(old, with: new, at: context.now, \.standard) { .gatewayDevice($0) }
    }

    /// Takes the device's remote MAC entries with it; its router is a plain router again (S1-02).
    package func deleting(
        gatewayDevice id: GatewayDeviceID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let device = try gatewayDevice(id, for: context)
        try context.require(context.isAdmin, "delete_gateway_device")
        try device.standard.require(revision: revision)
        guard l2GatewayIDs(of: id).isEmpty else { throw .gatewayDeviceInUse(id) }
        let entries = remoteMACEntryIDs(of: id).sorted()
        return transaction(entries.map { .delete(.remoteMACEntry($0)) } + [.delete(.gatewayDevice(id))])
    }

    private func management(_ draft: GatewayDeviceDraft) throws(ResourceError) -> ManagementEndpoint {
        if let id = draft.resourceID, !id.isEmpty {
            throw .invalidInput("resource_id", "a hw_vtep has none, '\(id)' was given")
        }
        guard let address = draft.managementIP, let asked = draft.managementPort else {
            throw .incomplete(.hardwareVTEP)
        }
        guard let port = UInt16(exactly: asked) else {
            throw .invalidAttribute("management_port", "'\(asked)' is outside of 0...65535")
        }
        if holder(of: .managementIP(address)) != nil { throw .managementIPInUse(address) }
        return ManagementEndpoint(
            address: address, port: port,
            protocol: try StandardRules.text(draft.managementProtocol ?? "ovsdb", "management_protocol")
        )
    }

    private func vtepRouter(_ draft: GatewayDeviceDraft) throws(ResourceError) -> GatewayBacking.BackingRouter {
        let id = try resourceID(draft, of: .routerVTEP)
        guard let router = RouterID(id), routers[router] != nil else { throw .backingNotFound(id) }
        if holder(of: .gatewayDevice(.router(router))) != nil { throw .backsGatewayDevice(.router(router)) }
        return GatewayBacking.BackingRouter(id: router)
    }

    private func trunkNetwork(_ draft: GatewayDeviceDraft) throws(ResourceError) -> GatewayBacking.BackingNetwork {
        let id = try resourceID(draft, of: .networkVLAN)
        guard let network = NetworkID(id), networks[network] != nil else { throw .backingNotFound(id) }
        if holder(of: .gatewayDevice(.network(network))) != nil { throw .backsGatewayDevice(.network(network)) }
        return GatewayBacking.BackingNetwork(id: network)
    }

    private func resourceID(
        _ draft: GatewayDeviceDraft, of type: GatewayDeviceType
    ) throws(ResourceError) -> String {
        guard let id = draft.resourceID, !id.isEmpty else { throw .incomplete(type) }
        let given: [(String, Bool)] = [
            ("management_ip", draft.managementIP != nil), ("management_port", draft.managementPort != nil),
            ("management_protocol", draft.managementProtocol != nil),
        ]
        if let (field, _) = given.first(where: { $0.1 }) {
            throw .invalidInput(field, "a \(type.rawValue) is not managed; only a hw_vtep is")
        }
        return id
    }
}

extension GatewayDevice {
    /// A VTEP router's bindings may share its tunnel IP; nobody else may.
    var tunnelIPHolder: ClaimHolder { .resource(vtepRouter.map { .router($0) } ?? .gatewayDevice(id)) }
}

enum GatewayDeviceRules {
    static func tunnelIPs(
        _ addresses: [IPAddress], of type: GatewayDeviceType
    ) throws(ResourceError) -> [IPAddress] {
        if type == .networkVLAN {
            guard addresses.isEmpty else { throw .invalidInput("tunnel_ips", "a network_vlan has none") }
            return []
        }
        guard !addresses.isEmpty else { throw .tunnelIPsRequired(type) }
        guard addresses.count == 1 else { throw .tunnelIPsExhausted() }
        for address in addresses { try RouterVTEPRules.checkEndpoint(address, "tunnel_ips") }
        return addresses
    }

    /// A remote VTEP, as seen from `device`.
    static func check(_ vtep: IPAddress, _ field: String, of device: GatewayDevice) throws(ResourceError) {
        for own in device.tunnelIPs {
            guard vtep.family == own.family else {
                throw .invalidInput(field, "remote VTEP \(vtep) is of another IP version than tunnel IP \(own)")
            }
            guard vtep != own else { throw .invalidInput(field, "remote VTEP \(vtep) is the device's own tunnel IP") }
        }
    }
}
