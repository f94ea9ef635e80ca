import Addresses

extension Inventory {
    package func creating(
        trunk draft: TrunkDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Trunk, Transaction) {
        guard let portID = draft.portID else { throw .missingAttribute("trunk", "port_id") }
        let port = try trunkPort(portID, context)
        // The VM of a bound port is plugged already, without anything for VLANs.
        guard port.bindingHostID.isEmpty, !port.isManaged else { throw .parentPortInUse(portID) }
        var trunk = Trunk(
            id: .random(using: &generator), standard: try context.standard(draft.standard),
            adminStateUp: draft.adminStateUp ?? true, portID: portID, subPorts: []
        )
        try add(draft.subPorts, to: &trunk, context)
        return (trunk, transaction([.put(.trunk(trunk))]))
    }

    package func updating(
        trunk id: TrunkID, _ update: TrunkUpdate, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (Trunk, Transaction) {
        let old = try trunk(id, for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        new.adminStateUp = update.adminStateUp.applied(to: old.adminStateUp)
        return replacing(old, with: new, at: context.now, \.standard) { .trunk($0) }
    }

    package func deleting(
        trunk id: TrunkID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let trunk = try trunk(id, for: context)
        try trunk.standard.require(revision: revision)
        if let port = ports[trunk.portID], !port.bindingHostID.isEmpty, !trunk.subPorts.isEmpty {
            throw .conflict("TrunkInUse", "Trunk \(id) is currently in use.")
        }
        return transaction([.delete(.trunk(id))])
    }

    package func addingSubPorts(
        _ drafts: [SubPortDraft], to id: TrunkID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (Trunk, Transaction) {
        let old = try enabledTrunk(id, revision, context)
        var new = old
        try add(drafts, to: &new, context)
        return replacing(old, with: new, at: context.now, \.standard) { .trunk($0) }
    }

    package func removingSubPorts(
        _ ports: [PortID], from id: TrunkID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (Trunk, Transaction) {
        let old = try enabledTrunk(id, revision, context)
        var new = old
        for port in ports {
            guard let position = new.subPorts.firstIndex(where: { $0.portID == port }) else {
                throw .subPortNotFound(port, trunk: id)
            }
            new.subPorts.remove(at: position)
        }
        return replacing(old, with: new, at: context.now, \.standard) { .trunk($0) }
    }

    private func enabledTrunk(
        _ id: TrunkID, _ revision: Int?, _ context: RequestContext
    ) throws(ResourceError) -> Trunk {
        let trunk = try trunk(id, for: context)
        try trunk.standard.require(revision: revision)
        guard trunk.adminStateUp else { throw .trunkDisabled(id) }
        return trunk
    }

    /// A port that may become part of a trunk.
    private func trunkPort(_ id: PortID, _ context: RequestContext) throws(ResourceError) -> Port {
        let port = try port(id, for: context)
        try context.require(context.owns(port.standard), "create_trunk")
        if let trunk = trunk(withPort: id) { throw .portInUse(id, by: trunk) }
        return port
    }

    private func add(
        _ drafts: [SubPortDraft], to trunk: inout Trunk, _ context: RequestContext
    ) throws(ResourceError) {
        for draft in drafts {
            guard let type = draft.segmentationType, let vlan = draft.segmentationID else {
                throw .invalidInput("sub_ports", "port \(draft.portID) needs segmentation_type and segmentation_id")
            }
            guard type == "vlan" else {
                throw .invalidInput("segmentation_type", "'\(type)' is not supported; sub-ports are told apart by vlan")
            }
            guard (1...4094).contains(vlan) else {
                throw .invalidInput("segmentation_id", "\(vlan) is outside of 1...4094")
            }
            let port = try trunkPort(draft.portID, context)
            guard !trunk.portIDs.contains(port.id) else { throw .portInUse(port.id, by: trunk) }
            guard port.deviceID.isEmpty, port.bindingHostID.isEmpty else { throw .portInUse(port) }
            guard !trunk.subPorts.contains(where: { $0.vlan == vlan }) else {
                throw .duplicateSubPort(vlan, trunk: trunk.id)
            }
            try requireMTU(of: port, within: trunk)
            trunk.subPorts.append(Trunk.SubPort(portID: port.id, vlan: vlan))
        }
        trunk.subPorts.sort { $0.vlan < $1.vlan }
    }

    /// A sub-port's frames travel in the parent's interface.
    private func requireMTU(of port: Port, within trunk: Trunk) throws(ResourceError) {
        guard let parent = ports[trunk.portID], let whole = networks[parent.networkID]?.mtu,
            let part = networks[port.networkID]?.mtu, part > whole
        else { return }
        throw .conflict(
            "SubPortMtuGreaterThanTrunkPortMtu",
            "MTU \(part) of subport \(port.id) cannot be greater than MTU \(whole) of trunk \(trunk.id)."
        )
    }
}
