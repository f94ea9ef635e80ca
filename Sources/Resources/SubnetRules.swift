import Addresses

extension Inventory {
    package func creating(
        subnet draft: SubnetDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Subnet, Transaction) {
        guard let networkID = draft.networkID else { throw .missingAttribute("subnet", "network_id") }
        var network = try ownNetwork(networkID, "create_subnet", for: context)
        let standard = try context.standard(draft.standard)
        try requireQuota(.subnet, of: standard.projectID)
        let pool = try pool(of: draft, for: context)
        if let cidr = draft.cidr { try SubnetRules.check(cidr: cidr, ipVersion: draft.ipVersion) }
        let cidr = try prefix(of: draft, from: pool, project: standard.projectID)
        try requireOnePool(pool, cidr.family, on: networkID)
        let others = subnetIDs(of: networkID).compactMap { subnets[$0] }
        if let other = others.first(where: { $0.cidr.overlaps(cidr) }) {
            throw .overlappingSubnet(cidr, network: networkID, other: other)
        }
        let gateway: IPAddress? =
            switch draft.gatewayIP {
            case .keep: SubnetRules.defaultGateway(of: cidr)
            case .set(let asked): asked
            }
        var subnet = Subnet(
            id: .random(using: &generator), standard: standard, networkID: networkID, cidr: cidr, gatewayIP: gateway,
            allocationPools: [], enableDHCP: draft.enableDHCP ?? true, dnsNameservers: draft.dnsNameservers ?? [],
            hostRoutes: draft.hostRoutes ?? [], subnetPoolID: pool?.id, ipv6RAMode: draft.ipv6RAMode,
            ipv6AddressMode: draft.ipv6AddressMode,
            serviceTypes: try SubnetRules.serviceTypes(draft.serviceTypes ?? []),
            dnsPublishFixedIP: draft.dnsPublishFixedIP ?? false
        )
        if let pools = draft.allocationPools {
            subnet.allocationPools = try SubnetRules.pools(pools, in: cidr)
        } else {
            subnet.allocationPools = SubnetRules.defaultPools(of: cidr, gateway: gateway)
        }
        try SubnetRules.check(subnet)
        try SubnetIPv6Rules.check(subnet)
        network.standard = network.standard.bumped(at: context.now)
        let ports = addressing(subnet, at: context.now)
        return (subnet, transaction([.put(.network(network)), .put(.subnet(subnet))] + ports))
    }

    package func updating(
        subnet id: SubnetID, _ update: SubnetUpdate, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> (Subnet, Transaction) {
        let old = try ownSubnet(id, "update_subnet", for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        if let gateway = update.gatewayIP.newValue, gateway != old.gatewayIP {
            // A router that has the old gateway's address would no longer be where the VMs look for it.
            if let current = old.gatewayIP, let user = port(ofSubnet: id, address: current),
                user.interfaceOfRouter != nil || user.gatewayOfRouter != nil
            {
                throw .gatewayIPInUse(current, user.id)
            }
            new.gatewayIP = gateway
        }
        if let pools = update.allocationPools.newValue {
            new.allocationPools = try SubnetRules.pools(pools, in: old.cidr)
        }
        new.enableDHCP = update.enableDHCP.applied(to: old.enableDHCP)
        new.dnsNameservers = update.dnsNameservers.applied(to: old.dnsNameservers)
        new.hostRoutes = update.hostRoutes.applied(to: old.hostRoutes)
        if let types = update.serviceTypes.newValue { new.serviceTypes = try SubnetRules.serviceTypes(types) }
        new.dnsPublishFixedIP = update.dnsPublishFixedIP.applied(to: old.dnsPublishFixedIP)
        try SubnetRules.check(new)
        if new.enableDHCP != old.enableDHCP { try SubnetIPv6Rules.check(new) }
        return replacing(old, with: new, at: context.now, \.standard) { .subnet($0) }
    }

    package func deleting(
        subnet id: SubnetID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let subnet = try ownSubnet(id, "delete_subnet", for: context)
        try subnet.standard.require(revision: revision)
        let freed = try freeing(subnet, at: context.now)
        var changes: [ResourceChange] = freed + [.delete(.subnet(id))]
        if var network = networks[subnet.networkID] {
            network.standard = network.standard.bumped(at: context.now)
            changes.append(.put(.network(network)))
        }
        return transaction(changes)
    }
}

enum SubnetRules {
    static let maximumNameservers = 5
    static let maximumHostRoutes = 20

    static func check(cidr: IPPrefix, ipVersion: Int?) throws(ResourceError) {
        if let version = ipVersion, version != Int(cidr.family.rawValue) {
            throw .invalidInput("cidr", "cidr '\(cidr)' does not match the ip_version '\(version)'")
        }
        guard cidr.isCanonical else {
            throw .invalidInput("cidr", "'\(cidr)' isn't a recognized IP subnet cidr, '\(cidr.network)' is recommended")
        }
        guard cidr.length > 0 else { throw .invalidInput("cidr", "0 is not allowed as CIDR prefix length") }
        let address = cidr.address
        if address.isMulticast || address.isLoopback || address.isLinkLocal && cidr.family == .v6 {
            throw .invalidInput("cidr", "\(cidr) holds no addresses that hosts may have")
        }
    }

    /// Device owners, or the beginnings of some: `compute:` stands for all VMs.
    static func serviceTypes(_ types: [String]) throws(ResourceError) -> [String] {
        for type in types where !["baremetal:", "compute:", "network:", "trunk:"].contains(where: type.hasPrefix) {
            throw .badRequest(
                "InvalidSubnetServiceType", "Subnet service type '\(type)' does not correspond to a valid device owner."
            )
        }
        return types
    }

    /// The first address, as everybody expects; none where there is only one.
    static func defaultGateway(of cidr: IPPrefix) -> IPAddress? {
        cidr.length == cidr.family.bits ? nil : cidr.first.advanced(by: 1)
    }

    /// All of `cidr` that hosts may have, without the gateway; in IPv6 also without the subnet-router anycast address
    /// (RFC 4291 section 2.6.1).
    static func defaultPools(of cidr: IPPrefix, gateway: IPAddress?) -> [AddressRange] {
        var pools = [cidr.hostRange]
        if cidr.family == .v6, cidr.length < 127 { pools = pools.flatMap { $0.subtracting(cidr.first) } }
        if let gateway { pools = pools.flatMap { $0.subtracting(gateway) } }
        return pools
    }

    static func pools(_ drafts: [AllocationPoolDraft], in cidr: IPPrefix) throws(ResourceError) -> [AddressRange] {
        var pools: [AddressRange] = []
        for draft in drafts {
            guard draft.start.family == cidr.family, let pool = AddressRange(first: draft.start, last: draft.end) else {
                throw .invalidAllocationPool(draft)
            }
            guard cidr.hostRange.contains(pool) else { throw .outOfBoundsAllocationPool(pool, cidr: cidr) }
            pools.append(pool)
        }
        pools.sort()
        for (pool, next) in zip(pools, pools.dropFirst()) where pool.overlaps(next) {
            throw .overlappingAllocationPools(pool, next, cidr: cidr)
        }
        return pools
    }

    /// Rules between a subnet's attributes.
    static func check(_ subnet: Subnet) throws(ResourceError) {
        let cidr = subnet.cidr
        if let gateway = subnet.gatewayIP {
            guard gateway.family == cidr.family else {
                throw .invalidInput("gateway_ip", "'\(gateway)' does not match the ip_version '\(subnet.ipVersion)'")
            }
            let isLinkLocalRouter = gateway.family == .v6 && gateway.isLinkLocal
            guard cidr.hostRange.contains(gateway) || isLinkLocalRouter else {
                throw .invalidInput("gateway_ip", "Gateway is not valid on subnet")
            }
            if let pool = subnet.allocationPools.first(where: { $0.contains(gateway) }) {
                throw .gatewayConflictWithAllocationPools(gateway, pool)
            }
        }
        if subnet.enableDHCP, cidr.length > cidr.family.bits - 2 {
            throw .invalidInput(
                "enable_dhcp", "Subnet has a prefix length that is incompatible with DHCP service enabled"
            )
        }
        let name = "subnet \(subnet.id)"
        if subnet.dnsNameservers.count > maximumNameservers {
            throw .tooMany("DNSNameServersExhausted", "DNS nameservers", subnet: name, maximum: maximumNameservers)
        }
        if Set(subnet.dnsNameservers).count < subnet.dnsNameservers.count {
            throw .invalidInput("dns_nameservers", "duplicate nameserver")
        }
        for server in subnet.dnsNameservers where server.family != cidr.family {
            throw .invalidInput("dns_nameservers", "'\(server)' does not match the ip_version '\(subnet.ipVersion)'")
        }
        if subnet.hostRoutes.count > maximumHostRoutes {
            throw .tooMany("HostRoutesExhausted", "host routes", subnet: name, maximum: maximumHostRoutes)
        }
        if Set(subnet.hostRoutes).count < subnet.hostRoutes.count {
            throw .invalidInput("host_routes", "duplicate route")
        }
        for route in subnet.hostRoutes {
            guard route.destination.family == cidr.family, route.nextHop.family == cidr.family else {
                throw .invalidInput(
                    "host_routes",
                    "'\(route.destination)' via '\(route.nextHop)' does not match the ip_version '\(subnet.ipVersion)'"
                )
            }
            guard route.destination.isCanonical else {
                throw .invalidInput(
                    "host_routes", "'\(route.destination)' has host bits, '\(route.destination.network)' is recommended"
                )
            }
        }
    }
}
