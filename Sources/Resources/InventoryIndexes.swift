import Addresses

/// What the rules and translation ① look things up by. A function of the resources alone: ``Inventory/invariants()``
/// rebuilds it and compares.
struct InventoryIndexes: Hashable, Sendable {
    struct ClaimEntry: Hashable {
        var holder: ClaimHolder
        /// How many times resources name it; more than one only where they name the same holder.
        var count: Int
    }

    struct Seed<Address: Hashable & Sendable>: Hashable, Sendable {
        var binding: RouterVTEPBindingID
        var address: Address
    }

    struct DeviceSegment: Hashable {
        var device: GatewayDeviceID
        var vni: VNI
    }

    var claims: [Claim: ClaimEntry] = [:]
    var subnetsByNetwork: [NetworkID: Set<SubnetID>] = [:]
    var portsByNetwork: [NetworkID: Set<PortID>] = [:]
    var portsByDevice: [String: Set<PortID>] = [:]
    var portsByHostName: [String: Set<PortID>] = [:]
    var portsByIDPrefix: [UInt64: Set<PortID>] = [:]
    var interfacesByRouter: [RouterID: Set<PortID>] = [:]
    var interfacesBySubnet: [SubnetID: Set<PortID>] = [:]
    var usedAddresses: [SubnetID: AddressSet] = [:]
    var bindingsByVTEP: [RouterID: Set<RouterVTEPBindingID>] = [:]
    var bindingsByRouter: [RouterID: Set<RouterVTEPBindingID>] = [:]
    var bindingsByTunnelIP: [IPAddress: Set<RouterVTEPBindingID>] = [:]
    var bindingByRouterPort: [PortID: RouterVTEPBindingID] = [:]
    var routesByBinding: [RouterVTEPBindingID: Set<RouterVTEPRouteID>] = [:]
    var routesByNeighbour: [Seed<IPAddress>: Set<RouterVTEPRouteID>] = [:]
    var routesByRemoteMAC: [Seed<MACAddress>: Set<RouterVTEPRouteID>] = [:]
    var connectionsByGateway: [L2GatewayID: Set<L2GatewayConnectionID>] = [:]
    var connectionsByNetwork: [NetworkID: Set<L2GatewayConnectionID>] = [:]
    var entriesByDevice: [GatewayDeviceID: Set<RemoteMACEntryID>] = [:]
    var entriesBySegment: [DeviceSegment: Set<RemoteMACEntryID>] = [:]
    var l2GatewaysByDevice: [GatewayDeviceID: Set<L2GatewayID>] = [:]
    var hostsByAddress: [IPAddress: Set<HostID>] = [:]
    var floatingIPsByPort: [PortID: Set<FloatingIPID>] = [:]
    var floatingIPsByRouter: [RouterID: Set<FloatingIPID>] = [:]
    var gatewaysByNetwork: [NetworkID: Set<PortID>] = [:]
    var poolsByScope: [AddressScopeID: Set<SubnetPoolID>] = [:]
    var subnetsByPool: [SubnetPoolID: Set<SubnetID>] = [:]
    var portsBySecurityGroup: [SecurityGroupID: Set<PortID>] = [:]
    var rulesByGroup: [SecurityGroupID: Set<SecurityGroupRuleID>] = [:]
    var rulesByRemoteGroup: [SecurityGroupID: Set<SecurityGroupRuleID>] = [:]
    var rulesByAddressGroup: [AddressGroupID: Set<SecurityGroupRuleID>] = [:]
    var policiesByObject: [RBACObject: Set<RBACPolicyID>] = [:]
    /// How many resources of each quota'd kind a project has; no entry for none.
    var usage: [String: [QuotaResource: Int]] = [:]

    mutating func claim(_ claim: Claim, for holder: ClaimHolder) {
        if claims[claim] == nil {
            claims[claim] = ClaimEntry(holder: holder, count: 1)
        } else {
            claims[claim]?.count += 1
        }
    }

    mutating func release(_ claim: Claim) {
        guard let entry = claims[claim] else { return }
        if entry.count == 1 { claims[claim] = nil } else { claims[claim]?.count -= 1 }
    }

    mutating func index(subnet: Subnet, _ present: Bool) {
        subnetsByNetwork.set(subnet.id, at: subnet.networkID, present)
        if let pool = subnet.subnetPoolID { subnetsByPool.set(subnet.id, at: pool, present) }
    }

    mutating func index(port: Port, _ present: Bool) {
        portsByNetwork.set(port.id, at: port.networkID, present)
        if !port.deviceID.isEmpty { portsByDevice.set(port.id, at: port.deviceID, present) }
        if !port.bindingHostID.isEmpty { portsByHostName.set(port.id, at: port.bindingHostID, present) }
        portsByIDPrefix.set(port.id, at: port.id.interfacePrefix, present)
        if let router = port.interfaceOfRouter { interfacesByRouter.set(port.id, at: router, present) }
        if port.gatewayOfRouter != nil { gatewaysByNetwork.set(port.id, at: port.networkID, present) }
        for group in Set(port.securityGroups) { portsBySecurityGroup.set(port.id, at: group, present) }
        for ip in port.fixedIPs {
            if port.interfaceOfRouter != nil { interfacesBySubnet.set(port.id, at: ip.subnetID, present) }
            if present {
                usedAddresses[ip.subnetID, default: AddressSet()].insert(ip.address)
            } else {
                usedAddresses[ip.subnetID]?.remove(ip.address)
                if usedAddresses[ip.subnetID]?.isEmpty == true { usedAddresses[ip.subnetID] = nil }
            }
        }
    }

    mutating func index(binding: RouterVTEPBinding, _ present: Bool) {
        bindingsByVTEP.set(binding.id, at: binding.vtepID, present)
        bindingsByRouter.set(binding.id, at: binding.routerID, present)
        bindingsByTunnelIP.set(binding.id, at: binding.vtepTunnelIP, present)
        bindingByRouterPort[binding.routerPortID] = present ? binding.id : nil
    }

    mutating func index(route: RouterVTEPRoute, _ present: Bool) {
        routesByBinding.set(route.id, at: route.bindingID, present)
        routesByNeighbour.set(route.id, at: Seed(binding: route.bindingID, address: route.gatewayIP), present)
        routesByRemoteMAC.set(route.id, at: Seed(binding: route.bindingID, address: route.gatewayMAC), present)
    }

    mutating func index(l2Gateway gateway: L2Gateway, _ present: Bool) {
        l2GatewaysByDevice.set(gateway.id, at: gateway.deviceID, present)
    }

    mutating func index(connection: L2GatewayConnection, _ present: Bool) {
        connectionsByGateway.set(connection.id, at: connection.l2GatewayID, present)
        connectionsByNetwork.set(connection.id, at: connection.networkID, present)
    }

    mutating func index(entry: RemoteMACEntry, _ present: Bool) {
        entriesByDevice.set(entry.id, at: entry.deviceID, present)
        entriesBySegment.set(entry.id, at: DeviceSegment(device: entry.deviceID, vni: entry.vni), present)
    }

    mutating func index(host: HostRecord, _ present: Bool) {
        for address in Set(host.addresses) { hostsByAddress.set(host.id, at: address, present) }
    }

    mutating func index(floatingIP: FloatingIP, _ present: Bool) {
        guard let target = floatingIP.association else { return }
        floatingIPsByPort.set(floatingIP.id, at: target.portID, present)
        floatingIPsByRouter.set(floatingIP.id, at: target.routerID, present)
    }

    mutating func index(pool: SubnetPool, _ present: Bool) {
        if let scope = pool.addressScopeID { poolsByScope.set(pool.id, at: scope, present) }
    }

    mutating func index(rule: SecurityGroupRule, _ present: Bool) {
        rulesByGroup.set(rule.id, at: rule.securityGroupID, present)
        if let group = rule.remoteGroupID { rulesByRemoteGroup.set(rule.id, at: group, present) }
        if let group = rule.remoteAddressGroupID { rulesByAddressGroup.set(rule.id, at: group, present) }
    }

    mutating func index(policy: RBACPolicy, _ present: Bool) {
        policiesByObject.set(policy.id, at: policy.object, present)
    }

    mutating func count(_ kind: QuotaResource, of project: String, _ present: Bool) {
        let used = (usage[project]?[kind] ?? 0) + (present ? 1 : -1)
        usage[project, default: [:]][kind] = used == 0 ? nil : used
        if usage[project]?.isEmpty == true { usage[project] = nil }
    }
}

extension Dictionary {
    /// Adds to or takes out of the set at `key`; an empty set leaves no entry.
    fileprivate mutating func set<Member>(_ member: Member, at key: Key, _ present: Bool) where Value == Set<Member> {
        if present {
            self[key, default: []].insert(member)
        } else {
            self[key]?.remove(member)
            if self[key]?.isEmpty == true { self[key] = nil }
        }
    }
}

extension Identifier {
    /// The first 11 characters of its text as a number: 40 bits. An interface is named after its port by them.
    var interfacePrefix: UInt64 { UInt64(truncatingIfNeeded: value >> 88) }
}

extension Port {
    /// The router whose gateway to an external network it is.
    package var gatewayOfRouter: RouterID? {
        deviceOwner == Self.routerGatewayOwner ? RouterID(deviceID) : nil
    }

    /// The floating IP whose address on the external network it has.
    package var holderOfFloatingIP: FloatingIPID? {
        deviceOwner == Self.floatingIPOwner ? FloatingIPID(deviceID) : nil
    }

    /// The router whose interface it is.
    package var interfaceOfRouter: RouterID? {
        deviceOwner == Self.routerInterfaceOwner ? RouterID(deviceID) : nil
    }
}
