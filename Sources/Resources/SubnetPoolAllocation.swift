import Addresses

/// Where a new subnet's prefix comes from: the request itself, or a pool.
extension Inventory {
    /// The pool that a request for a subnet names, or the default one if it asks for that.
    func pool(of draft: SubnetDraft, for context: RequestContext) throws(ResourceError) -> SubnetPool? {
        if let id = draft.subnetPoolID { return try subnetPool(id, for: context) }
        guard draft.usesDefaultSubnetPool == true else { return nil }
        guard let family = draft.ipVersion.map({ $0 == 6 ? IPFamily.v6 : .v4 }) ?? draft.cidr?.family else {
            throw .missingAttribute("subnet", "ip_version")
        }
        guard case .subnetPool(let id)? = owner(of: .defaultSubnetPool(family)), let pool = subnetPools[id] else {
            throw .badSubnetRequest("No default subnetpool found for IPv\(family.rawValue)")
        }
        return pool
    }

    /// The subnet's prefix: as asked for, or the first of the asked or default length that is free in the pool.
    func prefix(of draft: SubnetDraft, from pool: SubnetPool?, project: String) throws(ResourceError) -> IPPrefix {
        if draft.cidr != nil, draft.prefixLength != nil {
            throw .badSubnetRequest("cidr and prefixlen must not be supplied together")
        }
        guard let pool else {
            guard let cidr = draft.cidr else {
                throw .badSubnetRequest("a subnetpool must be specified in the absence of a cidr")
            }
            return cidr
        }
        if let version = draft.ipVersion, version != Int(pool.family.rawValue) {
            throw .invalidInput(
                "ip_version", "'\(version)' does not match the IPv\(pool.family.rawValue) of subnet pool \(pool.id)"
            )
        }
        let length = draft.cidr?.length ?? draft.prefixLength ?? pool.defaultLength
        if length < pool.minimumLength {
            throw .badRequest(
                "MinPrefixSubnetAllocationError",
                "Unable to allocate subnet with prefix length \(length), minimum allowed prefix is "
                    + "\(pool.minimumLength)."
            )
        }
        if length > pool.maximumLength {
            throw .badRequest(
                "MaxPrefixSubnetAllocationError",
                "Unable to allocate subnet with prefix length \(length), maximum allowed prefix is "
                    + "\(pool.maximumLength)."
            )
        }
        let taken = subnetIDs(from: pool.id).compactMap { subnets[$0] }
        try requireQuota(length, of: pool, project: project, taken)
        if let cidr = draft.cidr {
            guard pool.contains(cidr), !taken.contains(where: { $0.cidr.overlaps(cidr) }) else {
                throw .subnetAllocationError("Cannot allocate requested subnet from the available set of prefixes")
            }
            return cidr
        }
        if draft.allocationPools != nil {
            throw .badSubnetRequest("allocation_pools allowed only for specific subnet requests")
        }
        guard let cidr = pool.firstFree(length: length, besides: taken.map(\.cidr)) else {
            throw .subnetAllocationError("Insufficient prefix space to allocate subnet size /\(length)")
        }
        return cidr
    }

    /// All subnets of one IP version on a network come from one pool or from none, so that its addresses are in one scope.
    func requireOnePool(_ pool: SubnetPool?, _ family: IPFamily, on network: NetworkID) throws(ResourceError) {
        for id in subnetIDs(of: network) {
            guard let other = subnets[id], other.cidr.family == family, other.subnetPoolID != pool?.id else { continue }
            throw .badRequest(
                "NetworkSubnetPoolAffinityError",
                "Subnets hosted on the same network must be allocated from the same subnet pool."
            )
        }
    }

    private func requireQuota(
        _ length: Int, of pool: SubnetPool, project: String, _ taken: [Subnet]
    ) throws(ResourceError) {
        guard let quota = pool.defaultQuota else { return }
        var used = taken.filter { $0.standard.projectID == project }.reduce(UInt128(0)) {
            $0 + pool.quotaUnits(length: $1.cidr.length)
        }
        used += pool.quotaUnits(length: length)
        guard used <= UInt128(max(0, quota)) else { throw .subnetPoolQuotaExceeded() }
    }
}

extension SubnetPool {
    /// A prefix as the quota counts it: IPv4 addresses, IPv6 /64s (a smaller one counts as none).
    fileprivate func quotaUnits(length: Int) -> UInt128 {
        let bits = family == .v4 ? 32 - length : 64 - length
        return bits < 0 ? 0 : 1 << UInt128(bits)
    }

    /// The lowest prefix of this length that lies in the pool and touches none of `taken`.
    fileprivate func firstFree(length: Int, besides taken: [IPPrefix]) -> IPPrefix? {
        var free = prefixes.map(\.range)
        for cidr in taken { free = free.flatMap { $0.subtracting(cidr.range) } }
        for range in free.sorted() {
            guard let block = IPPrefix(address: range.first, length: length)?.network else { continue }
            if range.contains(block.range) { return block }
            // The range begins in the middle of a block: the next one is the first that may fit.
            guard block.first < range.first, let start = block.last.advanced(by: 1),
                let next = IPPrefix(address: start, length: length), range.contains(next.range)
            else { continue }
            return next
        }
        return nil
    }
}
