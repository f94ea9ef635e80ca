import Addresses

/// Turns the addresses a request asks for into addresses a port gets.
extension Inventory {
    /// - Parameters:
    ///   - mac: the port's, and `owner` its device owner: some subnets give addresses by them.
    ///   - old: the port's addresses so far; it may keep them.
    func fixedIPs(
        _ drafts: [FixedIPDraft]?, on network: NetworkID, mac: MACAddress, owner: String = "", old: [FixedIP] = []
    ) throws(ResourceError) -> [FixedIP] {
        guard let drafts else { return try onePerFamily(on: network, mac: mac, owner: owner) }
        var given: [FixedIP?] = drafts.map { _ in nil }
        // Those that name an address go first, so that no automatic one takes it.
        for (position, draft) in drafts.enumerated() {
            guard let address = draft.address else { continue }
            let ip = try explicit(address, in: draft.subnetID, on: network)
            if let subnet = subnets[ip.subnetID], subnet.isAutoAddressed, !Port.managedOwners.contains(owner),
                address != subnet.automaticAddress(of: mac)
            {
                throw .invalidInput(
                    "fixed_ips",
                    "IPv6 address \(address) can not be directly assigned to a port on subnet \(subnet.id) as the "
                        + "subnet is configured for automatic addresses"
                )
            }
            if given.contains(ip) { throw .invalidInput("fixed_ips", "duplicate address \(address)") }
            if holder(of: .ip(ip.subnetID, address)) != nil, !old.contains(ip) {
                throw .ipAddressInUse(address, network: network)
            }
            given[position] = ip
        }
        for (position, draft) in drafts.enumerated() where draft.address == nil {
            guard let id = draft.subnetID else {
                throw .invalidAttribute("fixed_ips", "an entry must name subnet_id or ip_address")
            }
            let subnet = try subnet(id, on: network)
            if let kept = old.first(where: { $0.subnetID == id && !given.contains($0) }) {
                given[position] = kept
            } else if subnet.isAutoAddressed, let address = subnet.automaticAddress(of: mac) {
                guard holder(of: .ip(id, address)) == nil else { throw .ipAddressInUse(address, network: network) }
                given[position] = FixedIP(subnetID: id, address: address)
            } else if let address = firstFree(in: subnet, besides: given.compactMap(\.self)) {
                given[position] = FixedIP(subnetID: id, address: address)
            } else {
                throw .ipAddressGenerationFailure(network)
            }
        }
        return given.compactMap(\.self)
    }

    /// One IPv4 and one IPv6 address, of the first subnet that has one left, and those the VM makes itself.
    private func onePerFamily(
        on network: NetworkID, mac: MACAddress, owner: String
    ) throws(ResourceError) -> [FixedIP] {
        let present = subnetIDs(of: network).compactMap { subnets[$0] }
        let all = present.filter { $0.serves(owner) }.sorted { $0.cidr < $1.cidr }
        if all.isEmpty, !present.isEmpty { throw .noMatchingSubnet(network, serviceType: owner) }
        var given: [FixedIP] = []
        for family in IPFamily.allCases {
            for subnet in all where subnet.cidr.family == family && subnet.isAutoAddressed {
                guard let address = subnet.automaticAddress(of: mac) else { continue }
                given.append(FixedIP(subnetID: subnet.id, address: address))
            }
            let candidates = all.filter { $0.cidr.family == family && !$0.isAutoAddressed }
            guard !candidates.isEmpty else { continue }
            let found = candidates.lazy.compactMap { subnet in
                firstFree(in: subnet, besides: []).map { FixedIP(subnetID: subnet.id, address: $0) }
            }.first
            guard let found else { throw .ipAddressGenerationFailure(network) }
            given.append(found)
        }
        return given
    }

    func firstFree(in subnet: Subnet, besides pending: [FixedIP]) -> IPAddress? {
        var used = indexes.usedAddresses[subnet.id] ?? AddressSet()
        for ip in pending where ip.subnetID == subnet.id { used.insert(ip.address) }
        for pool in subnet.allocationPools {
            if let address = used.firstFree(in: pool) { return address }
        }
        return nil
    }

    private func subnet(_ id: SubnetID, on network: NetworkID) throws(ResourceError) -> Subnet {
        guard let subnet = subnets[id] else { throw .subnetNotFound(id) }
        guard subnet.networkID == network else {
            throw .invalidInput(
                "fixed_ips",
                "Failed to create port on network \(network), because fixed_ips included invalid subnet \(id)"
            )
        }
        return subnet
    }

    private func explicit(
        _ address: IPAddress, in subnetID: SubnetID?, on network: NetworkID
    ) throws(ResourceError) -> FixedIP {
        if let subnetID {
            let subnet = try subnet(subnetID, on: network)
            guard subnet.canGive(address) else { throw .invalidIPForSubnet(address) }
            return FixedIP(subnetID: subnetID, address: address)
        }
        for id in subnetIDs(of: network) {
            if let subnet = subnets[id], subnet.canGive(address) { return FixedIP(subnetID: id, address: address) }
        }
        throw .invalidIPForNetwork(address)
    }
}

extension Subnet {
    /// False for network and broadcast addresses, and for IPv6's subnet-router anycast address.
    fileprivate func canGive(_ address: IPAddress) -> Bool {
        if cidr.family == .v6, cidr.length < 127, address == cidr.first { return false }
        return cidr.hostRange.contains(address)
    }
}
