import Addresses

extension Inventory {
    /// Takes an address of an external network, on a port of its own there.
    package func creating(
        floatingIP draft: FloatingIPDraft, context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (FloatingIP, Transaction) {
        guard let networkID = draft.networkID else { throw .missingAttribute("floatingip", "floating_network_id") }
        let network = try network(networkID, for: context)
        guard network.external else {
            throw .badFloatingIPRequest("Network \(networkID) is not a valid external network")
        }
        if draft.address != nil {
            try context.require(
                context.owns(network.standard), "create_floatingip:floating_ip_address")
        }
        let standard = try context.standard(draft.standard)
        let id = FloatingIPID.random(using: &generator)
        let mac = try freeMAC(on: networkID, using: &generator)
        let fixed = try externalAddress(draft, on: networkID, mac: mac)
        let port = Port(
            id: freePortID(using: &generator), standard: .managed(at: context.now), networkID: networkID,
            macAddress: mac, fixedIPs: [fixed], adminStateUp: true, status: .down, deviceID: id.description,
            deviceOwner: Port.floatingIPOwner, portSecurityEnabled: false, allowedAddressPairs: [], bindingHostID: "",
            bindingVNICType: "normal", dnsName: "", number: try freePortNumber(using: &generator)
        )
        var floatingIP = FloatingIP(
            id: id, standard: standard, networkID: networkID, externalPortID: port.id, address: fixed.address,
            association: nil
        )
        if let portID = draft.portID {
            floatingIP.association = try association(
                of: floatingIP, with: portID, address: draft.fixedIPAddress, context)
        } else if draft.fixedIPAddress != nil {
            throw .badFloatingIPRequest("fixed_ip_address cannot be specified without a port_id")
        }
        return (floatingIP, transaction([.put(.port(port)), .put(.floatingIP(floatingIP))]))
    }

    package func updating(
        floatingIP id: FloatingIPID, _ update: FloatingIPUpdate, expecting revision: Int? = nil,
        context: RequestContext
    ) throws(ResourceError) -> (FloatingIP, Transaction) {
        let old = try floatingIP(id, for: context)
        try old.standard.require(revision: revision)
        var new = old
        var standard = StandardUpdate()
        standard.description = update.description
        new.standard = try old.standard.updated(by: standard)
        let address = update.fixedIPAddress.newValue ?? nil
        switch update.portID {
        case .keep, .set(nil):
            if address != nil {
                throw .badFloatingIPRequest("fixed_ip_address cannot be specified without a port_id")
            }
            if update.portID != .keep { new.association = nil }
        case .set(let portID?):
            new.association = try association(of: old, with: portID, address: address, context)
        }
        return replacing(old, with: new, at: context.now, \.standard) { .floatingIP($0) }
    }

    package func deleting(
        floatingIP id: FloatingIPID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let floatingIP = try floatingIP(id, for: context)
        try floatingIP.standard.require(revision: revision)
        return transaction([.delete(.floatingIP(id)), .delete(.port(floatingIP.externalPortID))])
    }

    /// What becomes of the floating IPs of a port that goes away: they lead nowhere.
    func disassociatingFloatingIPs(of port: PortID, at now: Timestamp) -> [ResourceChange] {
        floatingIPIDs(ofPort: port).sorted().compactMap { id in
            guard var floatingIP = floatingIPs[id] else { return nil }
            floatingIP.association = nil
            floatingIP.standard = floatingIP.standard.bumped(at: now)
            return .put(.floatingIP(floatingIP))
        }
    }

    /// An IPv4 address: the one asked for, one of the subnet asked for, or any.
    private func externalAddress(
        _ draft: FloatingIPDraft, on network: NetworkID, mac: MACAddress
    ) throws(ResourceError) -> FixedIP {
        if let address = draft.address, address.family != .v4 {
            throw .badFloatingIPRequest("floating_ip_address \(address) is not an IPv4 address")
        }
        if draft.address != nil || draft.subnetID != nil {
            let wanted = [FixedIPDraft(subnetID: draft.subnetID, address: draft.address)]
            let given = try fixedIPs(wanted, on: network, mac: mac, owner: Port.floatingIPOwner)
            guard let fixed = given.first, fixed.address.family == .v4 else {
                throw .externalIPAddressExhausted(network)
            }
            return fixed
        }
        let candidates = subnetIDs(of: network).compactMap { subnets[$0] }.filter {
            $0.cidr.family == .v4 && $0.serves(Port.floatingIPOwner)
        }
        for subnet in candidates.sorted(by: { $0.cidr < $1.cidr }) {
            if let address = firstFree(in: subnet, besides: []) {
                return FixedIP(subnetID: subnet.id, address: address)
            }
        }
        throw .externalIPAddressExhausted(network)
    }

    private func association(
        of floatingIP: FloatingIP, with portID: PortID, address: IPAddress?, _ context: RequestContext
    ) throws(ResourceError) -> FloatingIP.Association {
        let port = try port(portID, for: context)
        if port.standard.projectID != floatingIP.standard.projectID, !context.isAdmin {
            throw .badFloatingIPRequest(
                "Port \(portID) is associated with a different tenant than Floating IP \(floatingIP.id) and therefore "
                    + "cannot be bound"
            )
        }
        guard !port.isManaged else {
            throw .badFloatingIPRequest("Port \(portID) is of owner \(port.deviceOwner); a floating IP leads to a VM")
        }
        let fixed = try internalAddress(address, of: port)
        let router = try router(from: fixed.subnetID, to: floatingIP.networkID, port: portID)
        let claim = Claim.floatingIPTarget(floatingIP.networkID, portID, fixed.address)
        if let owner = owner(of: claim), owner != .floatingIP(floatingIP.id) {
            throw .floatingIPPortAlreadyAssociated(floatingIP, port: portID, fixed: fixed.address)
        }
        return FloatingIP.Association(portID: portID, address: fixed.address, routerID: router)
    }

    private func internalAddress(_ address: IPAddress?, of port: Port) throws(ResourceError) -> FixedIP {
        let candidates = port.fixedIPs.filter { $0.address.family == .v4 }
        if let address {
            guard let fixed = candidates.first(where: { $0.address == address }) else {
                throw .badFloatingIPRequest("Port \(port.id) does not have fixed ip \(address)")
            }
            return fixed
        }
        guard let fixed = candidates.first else {
            throw .badFloatingIPRequest("Cannot add floating IP to port \(port.id) that has no fixed IPv4 addresses")
        }
        guard candidates.count == 1 else {
            throw .badFloatingIPRequest(
                "Port \(port.id) has multiple fixed IPv4 addresses. Must provide a specific IPv4 address when assigning a "
                    + "floating IP"
            )
        }
        return fixed
    }

    /// A router with an interface on `subnet` and its gateway on `network`: first the one that the subnet's VMs have as
    /// their gateway.
    private func router(
        from subnet: SubnetID, to network: NetworkID, port: PortID
    ) throws(ResourceError) -> RouterID {
        var found: RouterID?
        for id in interfaceIDs(on: subnet).sorted() {
            guard let interface = ports[id], let router = interface.interfaceOfRouter,
                routers[router]?.gateway?.networkID == network
            else { continue }
            let addresses = interface.fixedIPs.filter { $0.subnetID == subnet }.map(\.address)
            if let gateway = subnets[subnet]?.gatewayIP, addresses.contains(gateway) { return router }
            found = found ?? router
        }
        guard let found else {
            throw .externalGatewayForFloatingIPNotFound(network, subnet: subnet, port: port)
        }
        return found
    }
}

extension StandardAttributes {
    /// Of a port that belongs to nobody, as Neutron's gateway ports and those of floating IPs: tenants don't see it.
    static func managed(at now: Timestamp) -> StandardAttributes {
        StandardAttributes(projectID: "", createdAt: now, updatedAt: now)
    }
}
