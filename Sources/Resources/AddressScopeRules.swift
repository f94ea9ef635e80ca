import Addresses

extension Inventory {
    package func creating(
        addressScope draft: AddressScopeDraft, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (AddressScope, Transaction) {
        guard let family = draft.family else { throw .missingAttribute("address_scope", "ip_version") }
        if draft.shared == true { try context.require(context.isAdmin, "create_address_scope:shared") }
        let scope = AddressScope(
            id: .random(using: &generator), standard: try context.standard(draft.standard), family: family,
            shared: draft.shared ?? false
        )
        return (scope, transaction([.put(.addressScope(scope))]))
    }

    package func updating(
        addressScope id: AddressScopeID, _ update: AddressScopeUpdate, expecting revision: Int? = nil,
        context: RequestContext
    ) throws(ResourceError) -> (AddressScope, Transaction) {
        let old = try ownAddressScope(id, "update_address_scope", for: context)
        try old.standard.require(revision: revision)
        if update.shared != .keep { try context.require(context.isAdmin, "update_address_scope:shared") }
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        new.shared = update.shared.applied(to: old.shared)
        // Others' pools may be in it.
        if old.shared, !new.shared {
            throw .badRequest(
                "AddressScopeUpdateError",
                "Unable to update address scope \(id) : Shared address scope can't be unshared."
            )
        }
        return replacing(old, with: new, at: context.now, \.standard) { .addressScope($0) }
    }

    package func deleting(
        addressScope id: AddressScopeID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let scope = try ownAddressScope(id, "delete_address_scope", for: context)
        try scope.standard.require(revision: revision)
        guard poolIDs(in: id).isEmpty else {
            throw .conflict(
                "AddressScopeInUse",
                "Unable to complete operation on address scope \(id). There are one or more subnet pools in use on the "
                    + "address scope."
            )
        }
        return transaction([.delete(.addressScope(id))])
    }

    /// The scope that a network's addresses of one IP version belong to: that of the pool its subnets come from.
    package func addressScope(of network: NetworkID, _ family: IPFamily) -> AddressScopeID? {
        for id in subnetIDs(of: network) {
            guard let subnet = subnets[id], subnet.cidr.family == family, let pool = subnet.subnetPoolID else {
                continue
            }
            return subnetPools[pool]?.addressScopeID
        }
        return nil
    }
}

extension ResourceError {
    package static func addressScopeNotFound(_ id: AddressScopeID) -> Self {
        notFound("AddressScopeNotFound", "Address scope \(id) could not be found.")
    }
}
