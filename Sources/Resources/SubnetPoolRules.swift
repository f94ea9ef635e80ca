import Addresses

extension Inventory {
    package func creating(
        subnetPool draft: SubnetPoolDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SubnetPool, Transaction) {
        guard let drafted = draft.prefixes else { throw .missingAttribute("subnetpool", "prefixes") }
        if draft.shared == true { try context.require(context.isAdmin, "create_subnetpool:shared") }
        if draft.isDefault == true { try context.require(context.isAdmin, "create_subnetpool:is_default") }
        let prefixes = try SubnetPoolRules.compacted(drafted)
        let family = prefixes.first?.family ?? .v4
        let minimum = draft.minimumLength ?? (family == .v4 ? 8 : 64)
        let pool = SubnetPool(
            id: .random(using: &generator), standard: try context.standard(draft.standard), prefixes: prefixes,
            minimumLength: minimum, maximumLength: draft.maximumLength ?? family.bits,
            defaultLength: draft.defaultLength ?? minimum, defaultQuota: draft.defaultQuota,
            addressScopeID: draft.addressScopeID, shared: draft.shared ?? false, isDefault: draft.isDefault ?? false
        )
        try check(pool, replacing: nil, context)
        return (pool, transaction([.put(.subnetPool(pool))]))
    }

    package func updating(
        subnetPool id: SubnetPoolID, _ update: SubnetPoolUpdate, expecting revision: Int? = nil,
        context: RequestContext
    ) throws(ResourceError) -> (SubnetPool, Transaction) {
        let old = try ownSubnetPool(id, "update_subnetpool", for: context)
        try old.standard.require(revision: revision)
        if update.isDefault != .keep { try context.require(context.isAdmin, "update_subnetpool:is_default") }
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        if let prefixes = update.prefixes.newValue {
            new.prefixes = try SubnetPoolRules.compacted(prefixes)
            guard new.family == old.family else { throw SubnetPoolRules.mixedVersions }
            guard old.prefixes.allSatisfy(new.contains) else {
                throw .illegalSubnetPoolUpdate("Existing prefixes must be a subset of the new prefixes")
            }
        }
        new.minimumLength = update.minimumLength.applied(to: old.minimumLength)
        new.maximumLength = update.maximumLength.applied(to: old.maximumLength)
        new.defaultLength = update.defaultLength.applied(to: old.defaultLength)
        new.defaultQuota = update.defaultQuota.applied(to: old.defaultQuota)
        new.addressScopeID = update.addressScopeID.applied(to: old.addressScopeID)
        new.isDefault = update.isDefault.applied(to: old.isDefault)
        try check(new, replacing: old, context)
        return replacing(old, with: new, at: context.now, \.standard) { .subnetPool($0) }
    }

    package func deleting(
        subnetPool id: SubnetPoolID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let pool = try ownSubnetPool(id, "delete_subnetpool", for: context)
        try pool.standard.require(revision: revision)
        guard subnetIDs(from: id).isEmpty else { throw .subnetPoolDeleteError("Subnet pool has existing allocations") }
        return transaction([.delete(.subnetPool(id))])
    }

    package func addingPrefixes(
        _ prefixes: [IPPrefix], to id: SubnetPoolID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (SubnetPool, Transaction) {
        let old = try ownSubnetPool(id, "add_prefixes", for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.prefixes = try SubnetPoolRules.compacted(old.prefixes + prefixes)
        try check(new, replacing: old, context)
        return replacing(old, with: new, at: context.now, \.standard) { .subnetPool($0) }
    }

    /// Takes addresses out of the pool; not those that subnets have.
    package func removingPrefixes(
        _ prefixes: [IPPrefix], from id: SubnetPoolID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (SubnetPool, Transaction) {
        let old = try ownSubnetPool(id, "remove_prefixes", for: context)
        try old.standard.require(revision: revision)
        for subnet in subnetIDs(from: id).compactMap({ subnets[$0] }) {
            if let prefix = prefixes.first(where: { $0.overlaps(subnet.cidr) }) {
                throw .illegalSubnetPoolUpdate("\(prefix) is used by subnet \(subnet.id)")
            }
        }
        var ranges = old.prefixes.map(\.range)
        for prefix in prefixes { ranges = ranges.flatMap { $0.subtracting(prefix.range) } }
        var new = old
        new.prefixes = ranges.flatMap(\.prefixes).sorted()
        guard !new.prefixes.isEmpty else { throw SubnetPoolRules.noPrefixes }
        return replacing(old, with: new, at: context.now, \.standard) { .subnetPool($0) }
    }

    /// Rules between a pool's attributes and between pools. What is as it was is not checked again.
    private func check(
        _ pool: SubnetPool, replacing old: SubnetPool?, _ context: RequestContext
    ) throws(ResourceError) {
        try SubnetPoolRules.checkLengths(pool)
        if pool.isDefault, old?.isDefault != true, holder(of: .defaultSubnetPool(pool.family)) != nil {
            throw .invalidInput(
                "is_default",
                "A default subnetpool for this IP family has already been set. Only one default may exist per IP family"
            )
        }
        guard let scopeID = pool.addressScopeID else { return }
        if scopeID != old?.addressScopeID {
            let scope = try addressScope(scopeID, for: context)
            guard scope.family == pool.family else {
                throw .badRequest(
                    "IllegalSubnetPoolIpVersionAssociationToAddressScope",
                    "Illegal subnetpool association: subnetpool \(pool.id) cannot associate with address scope "
                        + "\(scopeID) because subnetpool ip_version is not \(scope.family.rawValue)."
                )
            }
            guard pool.standard.projectID == scope.standard.projectID || scope.shared else {
                throw .badRequest(
                    "IllegalSubnetPoolAssociationToAddressScope",
                    "Illegal subnetpool association: subnetpool \(pool.id) cannot be associated with address scope "
                        + "\(scopeID)."
                )
            }
        }
        for other in poolIDs(in: scopeID).compactMap({ subnetPools[$0] }) where other.id != pool.id {
            if other.prefixes.contains(where: { prefix in pool.prefixes.contains { $0.overlaps(prefix) } }) {
                throw .addressScopePrefixConflict()
            }
        }
    }
}

enum SubnetPoolRules {
    static let noPrefixes = ResourceError.badRequest("EmptySubnetPoolPrefixList", "Empty subnet pool prefix list.")
    static let mixedVersions = ResourceError.badRequest(
        "PrefixVersionMismatch", "Cannot mix IPv4 and IPv6 prefixes in a subnet pool."
    )

    /// The fewest prefixes with the same addresses, in order.
    static func compacted(_ prefixes: [IPPrefix]) throws(ResourceError) -> [IPPrefix] {
        guard let family = prefixes.first?.family else { throw noPrefixes }
        guard prefixes.allSatisfy({ $0.family == family }) else { throw mixedVersions }
        var ranges: [AddressRange] = []
        for range in prefixes.map(\.range).sorted() {
            // Neighbours and overlaps become one.
            if let last = ranges.last, last.contains(range.first) || last.last.advanced(by: 1) == range.first,
                let joined = AddressRange(first: last.first, last: max(last.last, range.last))
            {
                ranges[ranges.count - 1] = joined
            } else {
                ranges.append(range)
            }
        }
        return ranges.flatMap(\.prefixes)
    }

    static func checkLengths(_ pool: SubnetPool) throws(ResourceError) {
        let (minimum, maximum, standard) = (pool.minimumLength, pool.maximumLength, pool.defaultLength)
        if minimum > maximum { throw .illegalPrefixBounds("min_prefixlen", minimum, "max_prefixlen", maximum) }
        if maximum > pool.family.bits {
            throw .illegalPrefixBounds("max_prefixlen", maximum, "wildcard", pool.family.bits)
        }
        if minimum < 1 {
            throw .badRequest(
                "UnsupportedMinSubnetPoolPrefix",
                "Prefix '\(minimum)' not supported in IPv\(pool.family.rawValue) pool."
            )
        }
        if standard < minimum { throw .illegalPrefixBounds("default_prefixlen", standard, "min_prefixlen", minimum) }
        if standard > maximum { throw .illegalPrefixBounds("default_prefixlen", standard, "max_prefixlen", maximum) }
    }
}
