import Addresses

/// Hosts come and go by joining, not through the tenants' API.
extension Inventory {
    /// A host joins or describes itself anew. The time it joined stays.
    package func upserting(host: HostRecord) throws(ResourceError) -> (HostRecord, Transaction) {
        guard !host.name.isEmpty else { throw .invalidAttribute("name", "a host must have a name") }
        _ = try StandardRules.text(host.name, "name")
        try RouterVTEPRules.checkEndpoint(host.tunnelAddress, "tunnel_address")
        if let other = self.host(named: host.name), other.id != host.id {
            throw .hostNameInUse(host.name, by: other.id)
        }
        switch holder(of: .tunnelIP(host.tunnelAddress)) {
        case .resource(.host(let other))? where other != host.id:
            throw .tunnelIPInUse(host.tunnelAddress, by: "host \(hosts[other]?.name ?? "\(other)")")
        case .resource(.router(let vtep))?:
            throw .tunnelIPInUse(host.tunnelAddress, by: "VTEP router \(vtep)")
        case .resource(.gatewayDevice(let device))?:
            throw .tunnelIPInUse(host.tunnelAddress, by: "gateway device \(device)")
        default: break
        }
        var new = host
        new.addresses = Array(Set(host.addresses)).sorted()
        if let old = hosts[host.id] {
            new.joinedAt = old.joinedAt
            if new == old { return (old, Transaction()) }
        }
        return (new, transaction([.put(.host(new))]))
    }

    package func deleting(host id: HostID) throws(ResourceError) -> Transaction {
        guard let host = hosts[id] else { throw .hostNotFound(id) }
        let bound = portIDs(onHostNamed: host.name).count
        guard bound == 0 else { throw .hostInUse(id, ports: bound) }
        return transaction([.delete(.host(id))])
    }
}
