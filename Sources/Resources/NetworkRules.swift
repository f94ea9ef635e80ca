import Addresses

extension Inventory {
    package func creating(
        network draft: NetworkDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Network, Transaction) {
        if draft.networkType != nil || draft.physicalNetwork != nil || draft.segmentationID != nil {
            try context.require(context.isAdmin, "create_network:provider:segmentation_id")
        }
        if draft.shared == true { try context.require(context.isAdmin, "create_network:shared") }
        if draft.external == true { try context.require(context.isAdmin, "create_network:router:external") }
        if draft.isDefault == true { try context.require(context.isAdmin, "create_network:is_default") }
        let standard = try context.standard(draft.standard)
        try requireQuota(.network, of: standard.projectID)
        if let type = draft.networkType, type != "vxlan" {
            throw .invalidInput("provider:network_type", "'\(type)' is not supported; networks are vxlan")
        }
        if let physical = draft.physicalNetwork, !physical.isEmpty {
            throw .invalidInput("provider:physical_network", "a vxlan network has none, '\(physical)' was given")
        }
        let vni: VNI
        if let number = draft.segmentationID {
            guard let asked = VNI(number) else {
                let range = "\(VNI.range.lowerBound)...\(VNI.range.upperBound)"
                throw .invalidInput("provider:segmentation_id", "\(number) is outside of \(range)")
            }
            guard holder(of: .vni(asked)) == nil else { throw .tunnelIDInUse(asked) }
            vni = asked
        } else {
            vni = try freeVNI(using: &generator)
        }
        let network = Network(
            id: .random(using: &generator), standard: standard, adminStateUp: draft.adminStateUp ?? true,
            mtu: try context.mtu(draft.mtu ?? context.tenantMTU), vni: vni,
            external: draft.external ?? false, portSecurityEnabled: draft.portSecurityEnabled ?? true,
            dnsDomain: try StandardRules.text(draft.dnsDomain ?? "", "dns_domain"),
            isDefault: draft.isDefault ?? false,
            availabilityZoneHints: try AvailabilityZone.hints(draft.availabilityZoneHints ?? [])
        )
        try requireOneDefault(network, replacing: nil)
        var changes: [ResourceChange] = [.put(.network(network))]
        changes += try flagChanges(of: network, .shared, draft.shared, at: context.now, using: &generator)
        changes += try flagChanges(of: network, .external, draft.external, at: context.now, using: &generator)
        return (network, transaction(changes))
    }

    package func updating(
        network id: NetworkID, _ update: NetworkUpdate, expecting revision: Int? = nil, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Network, Transaction) {
        let old = try ownNetwork(id, "update_network", for: context)
        try old.standard.require(revision: revision)
        if update.shared != .keep { try context.require(context.isAdmin, "update_network:shared") }
        if update.external != .keep { try context.require(context.isAdmin, "update_network:router:external") }
        if update.isDefault != .keep { try context.require(context.isAdmin, "update_network:is_default") }
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        new.adminStateUp = update.adminStateUp.applied(to: old.adminStateUp)
        if let mtu = update.mtu.newValue { new.mtu = try context.mtu(mtu) }
        new.external = update.external.applied(to: old.external)
        new.portSecurityEnabled = update.portSecurityEnabled.applied(to: old.portSecurityEnabled)
        if let domain = update.dnsDomain.newValue { new.dnsDomain = try StandardRules.text(domain, "dns_domain") }
        new.isDefault = update.isDefault.applied(to: old.isDefault) && (new.external || update.isDefault != .keep)
        try requireOneDefault(new, replacing: old)
        var policies = try flagChanges(
            of: old, .shared, update.shared.newValue, at: context.now, using: &generator)
        if !old.external, new.external {
            policies += try flagChanges(of: old, .external, true, at: context.now, using: &generator)
        } else if old.external, !new.external {
            guard !isUsedAsExternal(id) else { throw .externalNetworkInUse(id) }
            policies += policyDeletions(of: RBACObject(.network, id), .external)
        }
        if policies.isEmpty { return replacing(old, with: new, at: context.now, \.standard) { .network($0) } }
        new.standard = new.standard.bumped(at: context.now)
        return (new, transaction([.put(.network(new))] + policies))
    }

    /// Takes the network's subnets with it.
    package func deleting(
        network id: NetworkID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let network = try ownNetwork(id, "delete_network", for: context)
        try network.standard.require(revision: revision)
        guard portIDs(of: id).isEmpty else { throw .networkInUse(id) }
        if holder(of: .gatewayDevice(.network(id))) != nil { throw .backsGatewayDevice(.network(id)) }
        if let connection = connectionIDs(of: id).min() { throw .networkIsConnected(id, by: connection) }
        return transaction(
            policyDeletions(of: RBACObject(.network, id)) + subnetIDs(of: id).sorted().map { .delete(.subnet($0)) }
                + [.delete(.network(id))]
        )
    }

    /// Neutron keeps at most one default, and only among external networks.
    private func requireOneDefault(_ network: Network, replacing old: Network?) throws(ResourceError) {
        guard network.isDefault else { return }
        guard network.external else {
            throw .invalidInput("is_default", "only a network with router:external can be the default external network")
        }
        if old?.isDefault != true, case .network(let other)? = owner(of: .defaultNetwork) {
            throw .defaultExternalNetworkExists(other)
        }
    }

    /// It has routers' gateways or floating IPs.
    private func isUsedAsExternal(_ id: NetworkID) -> Bool {
        !gatewayIDs(on: id).isEmpty || portIDs(of: id).contains { ports[$0]?.holderOfFloatingIP != nil }
    }
}

extension RequestContext {
    /// RFC 791 wants 68; more than fits into a tunnel would be cut or lost on the way (invariant 9).
    fileprivate func mtu(_ asked: Int) throws(ResourceError) -> UInt16 {
        guard asked >= 68 else { throw .invalidInput("mtu", "\(asked) is less than 68, IPv4's least") }
        guard asked <= tenantMTU, let mtu = UInt16(exactly: asked) else {
            throw .invalidInput(
                "mtu",
                "\(asked) is more than \(tenantMTU), the underlay's \(underlayMTU) less \(Self.encapsulationOverhead) "
                    + "for the encapsulation"
            )
        }
        return mtu
    }
}
