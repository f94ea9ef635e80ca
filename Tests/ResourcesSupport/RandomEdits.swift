import Addresses
import Resources
import SeededRandom

/// Requests drawn at random, out of small ranges so that they collide: what the rules refuse is skipped, the rest is a
/// history that every index and every translation must follow.
package struct RandomEdits {
    package var generator: SplitMix64
    package private(set) var inventory = Inventory()
    /// What a store would hold of claims.
    package private(set) var store: Set<String> = []
    package private(set) var refused: [String: Int] = [:]
    package private(set) var accepted = 0
    private var clock: Int64 = 1_000_000
    private let admin = RequestContext(
        projectID: "operator", isAdmin: true, now: Timestamp(seconds: 0), underlayMTU: 1500
    )

    package init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    var context: RequestContext {
        var context = admin
        context.now = Timestamp(seconds: clock)
        return context
    }

    /// One request. The caller applies what it returns with ``commit(_:)``; nil if it was refused.
    package mutating func next() -> Transaction? {
        clock += 1
        do throws(ResourceError) {
            let transaction = try request()
            return transaction.isEmpty ? nil : transaction
        } catch {
            refused[error.type, default: 0] += 1
            return nil
        }
    }

    /// False if the store would have refused a claim.
    package mutating func commit(_ transaction: Transaction) -> Bool {
        let taken = Set(transaction.taken.map(\.path))
        let released = Set(transaction.released.map(\.path))
        guard store.isDisjoint(with: taken), released.isSubset(of: store) else { return false }
        store.subtract(released)
        store.formUnion(taken)
        inventory.apply(transaction.changes)
        accepted += 1
        return true
    }

    private mutating func request() throws(ResourceError) -> Transaction {
        switch Int.random(in: 0..<60, using: &generator) {
        case 0, 1:
            var draft = NetworkDraft()
            if Bool.random(using: &generator) { draft.segmentationID = Int.random(in: 1...40, using: &generator) }
            draft.external = Bool.random(using: &generator)
            if draft.external == true { draft.isDefault = small() == 0 }
            return try inventory.creating(network: draft, context: context, using: &generator).1
        case 2, 3:
            var draft = SubnetDraft()
            draft.networkID = pick(inventory.networks.keys)
            draft.cidr = IPPrefix("10.\(Int.random(in: 0...9, using: &generator)).0.0/28")
            if small() < 3 { cutFromPool(&draft) }
            if small() < 2 { makeAutomatic(&draft) }
            return try inventory.creating(subnet: draft, context: context, using: &generator).1
        case 4, 5, 6, 7: return try createPort()
        case 8:
            let draft = RouterDraft()
            return try inventory.creating(router: draft, context: context, using: &generator).1
        case 9, 10, 11: return try addInterface()
        case 12: return try removeInterface()
        case 13, 14: return try createBinding()
        case 15, 16: return try createRoute()
        case 17: return try updateRouter()
        case 18: return try updateNetworkOrSubnet()
        case 19, 20: return try updatePort()
        case 21: return try upsertHost()
        case 22: return try reportState()
        case 28...36: return try editExternal()
        case 37...39: return try editTrunk()
        case 44...53: return try gatewayRequest()
        case 54: return try editSecurityGroups()
        case 55, 56: return try createSecurityGroupRule()
        case 57: return try editAddressGroups()
        case 58: return try editPolicies()
        case 59: return try editQuotas()
        default: return try delete()
        }
    }

    private mutating func createPort() throws(ResourceError) -> Transaction {
        var draft = PortDraft()
        draft.networkID = pick(inventory.networks.keys)
        if Int.random(in: 0..<3, using: &generator) == 0 {
            draft.fixedIPs = [FixedIPDraft(address: IPAddress("10.\(small()).0.\(small() + 1)"))]
        }
        if small() == 0 {
            draft.deviceOwner = "network:remote_site"
        } else if Bool.random(using: &generator) {
            draft.bindingHostID = "host\(small() % 5)"
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            draft.macAddress = MACAddress(0x0200_0000_0000 | UInt64(small()))
        }
        draft.standard.projectID = project()
        if small() < 3 { draft.securityGroups = [pick(inventory.securityGroups.keys)].compactMap(\.self) }
        return try inventory.creating(port: draft, context: context, using: &generator).1
    }

    private mutating func addInterface() throws(ResourceError) -> Transaction {
        guard let router = pick(inventory.routers.keys) else { return Transaction() }
        if Int.random(in: 0..<3, using: &generator) == 0, let port = pick(inventory.ports.keys) {
            return try inventory.addingInterface(to: router, port: port, context: context, using: &generator).1
        }
        let subnet = pick(inventory.subnets.keys)
        return try inventory.addingInterface(to: router, subnet: subnet, context: context, using: &generator).1
    }

    private mutating func removeInterface() throws(ResourceError) -> Transaction {
        let interfaces = inventory.ports.values.filter { $0.interfaceOfRouter != nil }.map(\.id)
        guard let id = pick(interfaces), let port = inventory.ports[id], let router = port.interfaceOfRouter else {
            return Transaction()
        }
        if Bool.random(using: &generator) {
            return try inventory.removingInterface(from: router, port: id, context: context).1
        }
        return try inventory.removingInterface(
            from: router, subnet: port.fixedIPs.first?.subnetID, context: context
        ).1
    }

    private mutating func createBinding() throws(ResourceError) -> Transaction {
        var draft = RouterVTEPBindingDraft()
        draft.vtepID = pick(inventory.routers.keys)
        draft.routerID = pick(inventory.routers.keys)
        draft.vtepTunnelIP = IPAddress("200.0.0.\(small() % 4 + 1)")
        draft.routerSubnet = IPPrefix("192.168.\(small() % 4).0/29")
        draft.routerIP = draft.routerSubnet?.first.advanced(by: 1)
        draft.routerMAC = MACAddress(0x02bb_aaaa_dd01)
        draft.vni = Int.random(in: 0...6, using: &generator)
        draft.offRampVXLAN = Bool.random(using: &generator)
        draft.defaultRemoteVTEPIP = Bool.random(using: &generator) ? IPAddress("200.100.0.1") : nil
        return try inventory.creating(routerVTEPBinding: draft, context: context, using: &generator).1
    }

    private mutating func createRoute() throws(ResourceError) -> Transaction {
        var draft = RouterVTEPRouteDraft()
        draft.bindingID = pick(inventory.routerVTEPBindings.keys)
        draft.cidr = IPPrefix("10.\(small()).0.0/16")
        if let binding = draft.bindingID.flatMap({ inventory.routerVTEPBindings[$0] }) {
            draft.gatewayIP = binding.routerSubnet.first.advanced(by: 2 + small() % 3)
        }
        draft.gatewayMAC = MACAddress(0x02bb_aaaa_dd02 + UInt64(small() % 2))
        draft.remoteVTEPIP = Bool.random(using: &generator) ? IPAddress("200.100.0.\(small() % 2 + 1)") : nil
        return try inventory.creating(routerVTEPRoute: draft, context: context, using: &generator).1
    }

    private mutating func updateRouter() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.routers.keys) else { return Transaction() }
        guard Bool.random(using: &generator),
            let connection = inventory.connections(of: id).sorted(by: { $0.prefix < $1.prefix }).first,
            let destination = IPPrefix("10.\(small()).0.0/16"),
            let nextHop = connection.prefix.first.advanced(by: 2 + small() % 4)
        else {
            var update = RouterUpdate()
            update.adminStateUp = .set(Bool.random(using: &generator))
            if small() == 0 { update.routes = .set([]) }
            return try inventory.updating(router: id, update, context: context, using: &generator).1
        }
        let routes = [HostRoute(destination: destination, nextHop: nextHop)]
        return try inventory.addingExtraRoutes(routes, to: id, context: context).1
    }

    private mutating func updateNetworkOrSubnet() throws(ResourceError) -> Transaction {
        if let id = pick(inventory.subnets.keys), Bool.random(using: &generator) {
            var update = SubnetUpdate()
            update.enableDHCP = .set(Bool.random(using: &generator))
            if small() == 0 { update.gatewayIP = .set(nil) }
            return try inventory.updating(subnet: id, update, context: context).1
        }
        guard let id = pick(inventory.networks.keys) else { return Transaction() }
        var update = NetworkUpdate()
        update.mtu = .set(1400 + small())
        update.adminStateUp = .set(Bool.random(using: &generator))
        if small() == 0 { update.shared = .set(Bool.random(using: &generator)) }
        if small() == 0 { update.external = .set(Bool.random(using: &generator)) }
        return try inventory.updating(network: id, update, context: context, using: &generator).1
    }

    private mutating func updatePort() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.ports.keys) else { return Transaction() }
        var update = PortUpdate()
        switch small() % 6 {
        case 0: update.bindingHostID = .set(Bool.random(using: &generator) ? "host\(small() % 5)" : "")
        case 1: update.macAddress = .set(small() % 3 == 0 ? MACAddress(0x0200_0000_0000 | UInt64(small())) : nil)
        case 3: update.securityGroups = .set([pick(inventory.securityGroups.keys)].compactMap(\.self))
        case 4:
            update.securityGroups = .set([])
            update.portSecurityEnabled = .set(Bool.random(using: &generator))
        case 2: update.fixedIPs = .set([FixedIPDraft(address: IPAddress("10.\(small()).0.\(small() + 1)"))])
        default: update.adminStateUp = .set(Bool.random(using: &generator))
        }
        return try inventory.updating(port: id, update, context: context, using: &generator).1
    }

    private mutating func upsertHost() throws(ResourceError) -> Transaction {
        let number = small() % 5
        let tunnel = IPAddress("172.16.0.\(small() + 1)") ?? .v4(.unspecified)
        let own = (0..<small() % 3).compactMap { _ in IPAddress("200.0.0.\(small() % 4 + 1)") }
        return try inventory.upserting(
            host: HostRecord(
                id: HostID(UInt128(number + 1)), name: "host\(Bool.random(using: &generator) ? number : small() % 5)",
                tunnelAddress: tunnel, underlayMTU: 1500, addresses: [tunnel] + own,
                joinedAt: Timestamp(seconds: clock)
            )
        ).1
    }

    private mutating func reportState() throws(ResourceError) -> Transaction {
        guard let id = pick(inventory.ports.keys) else { return Transaction() }
        if Bool.random(using: &generator) {
            return try inventory.settingStatus(port: id, .active, at: context.now).1
        }
        return try inventory.settingBinding(port: id, host: "host\(small() % 5)", at: context.now).1
    }

    private mutating func delete() throws(ResourceError) -> Transaction {
        let key: ResourceKey? =
            switch Int.random(in: 0..<25, using: &generator) {
            case 16: pick(inventory.gatewayDevices.keys).map { .gatewayDevice($0) }
            case 17: pick(inventory.l2Gateways.keys).map { .l2Gateway($0) }
            case 18: pick(inventory.l2GatewayConnections.keys).map { .l2GatewayConnection($0) }
            case 19: pick(inventory.remoteMACEntries.keys).map { .remoteMACEntry($0) }
            case 0: pick(inventory.networks.keys).map { .network($0) }
            case 1: pick(inventory.subnets.keys).map { .subnet($0) }
            case 2...5: pick(inventory.ports.keys).map { .port($0) }
            case 6: pick(inventory.routers.keys).map { .router($0) }
            case 7, 8: pick(inventory.routerVTEPBindings.keys).map { .routerVTEPBinding($0) }
            case 9, 10: pick(inventory.routerVTEPRoutes.keys).map { .routerVTEPRoute($0) }
            case 11: pick(inventory.addressScopes.keys).map { .addressScope($0) }
            case 12: pick(inventory.subnetPools.keys).map { .subnetPool($0) }
            case 13: pick(inventory.floatingIPs.keys).map { .floatingIP($0) }
            case 14: pick(inventory.trunks.keys).map { .trunk($0) }
            case 20: pick(inventory.securityGroups.keys).map { .securityGroup($0) }
            case 21: pick(inventory.securityGroupRules.keys).map { .securityGroupRule($0) }
            case 22: pick(inventory.addressGroups.keys).map { .addressGroup($0) }
            case 23: pick(inventory.rbacPolicies.keys).map { .rbacPolicy($0) }
            case 24: pick(inventory.quotas.keys).map { .quota($0) }
            default: pick(inventory.hosts.keys).map { .host($0) }
            }
        guard let key else { return Transaction() }
        return try delete(key)
    }

    /// Deleting `key` as the API would, an interface through its router.
    package func delete(_ key: ResourceKey) throws(ResourceError) -> Transaction {
        switch key {
        case .gatewayDevice(let id): return try inventory.deleting(gatewayDevice: id, context: context)
        case .l2Gateway(let id): return try inventory.deleting(l2Gateway: id, context: context)
        case .l2GatewayConnection(let id): return try inventory.deleting(l2GatewayConnection: id, context: context)
        case .remoteMACEntry(let id):
            guard let device = inventory.remoteMACEntries[id]?.deviceID else { return Transaction() }
            return try inventory.deleting(remoteMACEntry: id, of: device, context: context)
        case .network(let id): return try inventory.deleting(network: id, context: context)
        case .subnet(let id): return try inventory.deleting(subnet: id, context: context)
        case .port(let id):
            if let router = inventory.ports[id]?.interfaceOfRouter {
                return try inventory.removingInterface(from: router, port: id, context: context).1
            }
            if let router = inventory.ports[id]?.gatewayOfRouter {
                var update = RouterUpdate()
                update.gateway = .set(nil)
                var generator = generator
                return try inventory.updating(router: router, update, context: context, using: &generator).1
            }
            if let floatingIP = inventory.ports[id]?.holderOfFloatingIP {
                return try inventory.deleting(floatingIP: floatingIP, context: context)
            }
            return try inventory.deleting(port: id, context: context)
        case .router(let id): return try inventory.deleting(router: id, context: context)
        case .routerVTEPBinding(let id): return try inventory.deleting(routerVTEPBinding: id, context: context)
        case .routerVTEPRoute(let id): return try inventory.deleting(routerVTEPRoute: id, context: context)
        case .host(let id): return try inventory.deleting(host: id)
        case .addressScope(let id): return try inventory.deleting(addressScope: id, context: context)
        case .floatingIP(let id): return try inventory.deleting(floatingIP: id, context: context)
        case .subnetPool(let id): return try inventory.deleting(subnetPool: id, context: context)
        case .trunk(let id): return try inventory.deleting(trunk: id, context: context)
        case .securityGroup(let id): return try inventory.deleting(securityGroup: id, context: context)
        case .securityGroupRule(let id): return try inventory.deleting(securityGroupRule: id, context: context)
        case .addressGroup(let id): return try inventory.deleting(addressGroup: id, context: context)
        case .rbacPolicy(let id): return try inventory.deleting(rbacPolicy: id, context: context)
        case .quota(let id):
            return try inventory.deletingQuota(of: inventory.quotas[id]?.projectID ?? "", context: context)
        }
    }

    /// What deletes everything, step by step, through the rules alone; each is to be committed before the next.
    package mutating func nextTeardown() -> Transaction? {
        for router in inventory.routers.values where !router.routes.isEmpty {
            return try? inventory.removingExtraRoutes(router.routes, from: router.id, context: context).1
        }
        for trunk in inventory.trunks.values where !trunk.subPorts.isEmpty {
            return try? inventory.removingSubPorts(trunk.subPorts.map(\.portID), from: trunk.id, context: context).1
        }
        let key: ResourceKey? =
            if let id = inventory.l2GatewayConnections.keys.first {
                .l2GatewayConnection(id)
            } else if let id = inventory.l2Gateways.keys.first {
                .l2Gateway(id)
            } else if let id = inventory.gatewayDevices.keys.first {
                .gatewayDevice(id)
            } else if let id = inventory.routerVTEPRoutes.keys.first {
                .routerVTEPRoute(id)
            } else if let id = inventory.routerVTEPBindings.keys.first {
                .routerVTEPBinding(id)
            } else if let id = inventory.floatingIPs.keys.first {
                .floatingIP(id)
            } else if let id = inventory.trunks.keys.first {
                .trunk(id)
            } else if let id = inventory.ports.keys.first {
                .port(id)
            } else if let id = inventory.subnets.keys.first {
                .subnet(id)
            } else if let id = inventory.networks.keys.first {
                .network(id)
            } else if let id = inventory.routers.keys.first {
                .router(id)
            } else if let id = inventory.subnetPools.keys.first {
                .subnetPool(id)
            } else if let id = inventory.addressScopes.keys.first {
                .addressScope(id)
            } else if let id = inventory.securityGroups.keys.first {
                .securityGroup(id)
            } else if let id = inventory.addressGroups.keys.first {
                .addressGroup(id)
            } else if let id = inventory.quotas.keys.first {
                .quota(id)
            } else {
                inventory.hosts.keys.first.map { .host($0) }
            }
        return key.flatMap { try? delete($0) }
    }

    mutating func small() -> Int { Int.random(in: 0..<10, using: &generator) }

    /// Dictionaries have no order that a seed could repeat, so ids are sorted first.
    mutating func pick<ID: Comparable>(_ ids: some Collection<ID>) -> ID? {
        ids.sorted().randomElement(using: &generator)
    }
}
