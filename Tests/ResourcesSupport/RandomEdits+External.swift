import Addresses
import Resources

/// Pools, external networks, floating IPs and trunks.
extension RandomEdits {
    mutating func cutFromPool(_ draft: inout SubnetDraft) {
        draft.subnetPoolID = pick(inventory.subnetPools.keys)
        guard draft.subnetPoolID != nil, Bool.random(using: &generator) else { return }
        draft.cidr = nil
        draft.prefixLength = 24 + small() % 6
    }

    /// VMs make their addresses themselves.
    mutating func makeAutomatic(_ draft: inout SubnetDraft) {
        draft.subnetPoolID = nil
        draft.prefixLength = nil
        draft.cidr = IPPrefix("2001:db8:\(small())::/64")
        draft.ipv6AddressMode = .slaac
    }

    mutating func editExternal() throws(ResourceError) -> Transaction {
        switch small() {
        case 0: return try createScopeOrPool()
        case 1: return try updatePool()
        case 2, 3, 4: return try setGateway()
        case 5: return try updateNetwork()
        case 6, 7: return try createFloatingIP()
        default: return try updateFloatingIP()
        }
    }

    private mutating func createScopeOrPool() throws(ResourceError) -> Transaction {
        if Bool.random(using: &generator) {
            var draft = AddressScopeDraft()
            draft.family = .v4
            return try inventory.creating(addressScope: draft, context: context, using: &generator).1
        }
        var draft = SubnetPoolDraft()
        draft.prefixes = (0...small() % 3).compactMap { _ in IPPrefix("10.\(small()).0.0/16") }
        if Bool.random(using: &generator) { draft.addressScopeID = pick(inventory.addressScopes.keys) }
        draft.isDefault = small() < 3
        return try inventory.creating(subnetPool: draft, context: context, using: &generator).1
    }

    private mutating func updatePool() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.subnetPools.keys), let prefix = IPPrefix("10.\(small()).0.0/16") else {
            return Transaction()
        }
        switch small() % 3 {
        case 0: return try inventory.addingPrefixes([prefix], to: id, context: context).1
        case 1: return try inventory.removingPrefixes([prefix], from: id, context: context).1
        default:
            var update = SubnetPoolUpdate()
            update.isDefault = .set(Bool.random(using: &generator))
            update.addressScopeID = .set(Bool.random(using: &generator) ? pick(inventory.addressScopes.keys) : nil)
            return try inventory.updating(subnetPool: id, update, context: context).1
        }
    }

    private mutating func updateNetwork() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.networks.keys) else { return Transaction() }
        var update = NetworkUpdate()
        update.external = .set(Bool.random(using: &generator))
        if small() == 0 { update.isDefault = .set(Bool.random(using: &generator)) }
        return try inventory.updating(network: id, update, context: context, using: &generator).1
    }

    private mutating func setGateway() throws(ResourceError) -> Transaction {
        let external = inventory.networks.values.filter(\.external).map(\.id)
        guard let id = pick(inventory.routers.keys), let network = pick(external) else { return Transaction() }
        var gateway = RouterGatewayDraft(networkID: network, enableSNAT: Bool.random(using: &generator))
        if small() < 3, let subnet = pick(inventory.subnetIDs(of: network)) {
            gateway.fixedIPs = [FixedIPDraft(subnetID: subnet)]
        }
        var update = RouterUpdate()
        update.gateway = .set(small() == 0 ? nil : gateway)
        return try inventory.updating(router: id, update, context: context, using: &generator).1
    }

    private mutating func createFloatingIP() throws(ResourceError) -> Transaction {
        var draft = FloatingIPDraft()
        // One that a router has its gateway on is the more interesting one.
        draft.networkID =
            pick(inventory.routers.values.compactMap { $0.gateway?.networkID })
            ?? pick(inventory.networks.values.filter(\.external).map(\.id))
        if Bool.random(using: &generator) { draft.portID = target() }
        return try inventory.creating(floatingIP: draft, context: context, using: &generator).1
    }

    private mutating func updateFloatingIP() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.floatingIPs.keys) else { return Transaction() }
        var update = FloatingIPUpdate()
        update.portID = .set(small() < 3 ? nil : target())
        return try inventory.updating(floatingIP: id, update, context: context).1
    }

    /// A port behind a router that has a gateway, if there is one.
    private mutating func target() -> PortID? {
        let subnets = inventory.routers.values.filter { $0.gateway != nil }.flatMap {
            inventory.connections(of: $0.id).compactMap(\.subnetID)
        }
        guard let subnet = pick(subnets) else { return pick(inventory.ports.keys) }
        return pick(
            inventory.ports.values.filter { port in port.fixedIPs.contains { $0.subnetID == subnet } }.map(\.id))
    }

    mutating func editTrunk() throws(ResourceError) -> Transaction {
        guard let port = pick(inventory.ports.keys) else { return Transaction() }
        let subPort = SubPortDraft(portID: port, segmentationType: "vlan", segmentationID: 1 + small())
        guard let id = pick(inventory.trunks.keys), small() > 1 else {
            var draft = TrunkDraft()
            draft.portID = port
            if let other = pick(inventory.ports.keys), Bool.random(using: &generator) {
                draft.subPorts = [SubPortDraft(portID: other, segmentationType: "vlan", segmentationID: 1 + small())]
            }
            return try inventory.creating(trunk: draft, context: context, using: &generator).1
        }
        if Bool.random(using: &generator) {
            return try inventory.addingSubPorts([subPort], to: id, context: context).1
        }
        let subPorts = inventory.trunks[id]?.subPorts.map(\.portID) ?? []
        return try inventory.removingSubPorts(subPorts.prefix(1) + [], from: id, context: context).1
    }
}
