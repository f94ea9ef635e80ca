import Addresses

extension Inventory {
    package func creating(
        addressGroup draft: AddressGroupDraft, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (AddressGroup, Transaction) {
        let standard = try context.standard(draft.standard)
        let group = AddressGroup(
            id: .random(using: &generator), standard: standard,
            addresses: Set((draft.addresses ?? []).map(\.network)).sorted()
        )
        return (group, transaction([.put(.addressGroup(group))]))
    }

    package func updating(
        addressGroup id: AddressGroupID, _ update: StandardUpdate, expecting revision: Int? = nil,
        context: RequestContext
    ) throws(ResourceError) -> (AddressGroup, Transaction) {
        let old = try ownAddressGroup(id, "update_address_group", for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update)
        return replacing(old, with: new, at: context.now, \.standard) { .addressGroup($0) }
    }

    package func deleting(
        addressGroup id: AddressGroupID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let group = try ownAddressGroup(id, "delete_address_group", for: context)
        try group.standard.require(revision: revision)
        guard ruleIDs(withAddressGroup: id).isEmpty else { throw .addressGroupInUse(id) }
        return transaction(policyDeletions(of: RBACObject(.addressGroup, id)) + [.delete(.addressGroup(id))])
    }

    package func addingAddresses(
        _ addresses: [IPPrefix], to id: AddressGroupID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (AddressGroup, Transaction) {
        let old = try ownAddressGroup(id, "add_addresses", for: context)
        try old.standard.require(revision: revision)
        let added = Set(addresses.map(\.network))
        let known = added.intersection(old.addresses).sorted()
        guard known.isEmpty else { throw .addressesAlreadyExist(known, in: id) }
        var new = old
        new.addresses = added.union(old.addresses).sorted()
        return replacing(old, with: new, at: context.now, \.standard) { .addressGroup($0) }
    }

    package func removingAddresses(
        _ addresses: [IPPrefix], from id: AddressGroupID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (AddressGroup, Transaction) {
        let old = try ownAddressGroup(id, "remove_addresses", for: context)
        try old.standard.require(revision: revision)
        let gone = Set(addresses.map(\.network))
        let unknown = gone.subtracting(old.addresses).sorted()
        guard unknown.isEmpty else { throw .addressesNotFound(unknown, in: id) }
        var new = old
        new.addresses.removeAll { gone.contains($0) }
        return replacing(old, with: new, at: context.now, \.standard) { .addressGroup($0) }
    }
}
