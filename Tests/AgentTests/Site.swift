import Addresses
import Manager
import Resources

/// Shorthand for what scenarios do to a site.
struct Site {
    let controller: SiteController

    private var context: RequestContext { controller.context(projectID: "p", isAdmin: true) }

    func makeNetwork() async throws -> NetworkID {
        try await controller.write { [context] (inventory, random) throws(ResourceError) in
            try inventory.creating(network: NetworkDraft(), context: context, using: &random)
        }.id
    }

    func makeSubnet(_ network: NetworkID, _ cidr: String) async throws -> SubnetID {
        try await controller.write { [context] (inventory, random) throws(ResourceError) in
            var draft = SubnetDraft()
            draft.networkID = network
            draft.cidr = IPPrefix(cidr)
            draft.dnsNameservers = [IPAddress("9.9.9.9")!]
            return try inventory.creating(subnet: draft, context: context, using: &random)
        }.id
    }

    func makePort(_ network: NetworkID, host: String? = nil) async throws -> Port {
        try await controller.write { [context] (inventory, random) throws(ResourceError) in
            var draft = PortDraft()
            draft.networkID = network
            draft.bindingHostID = host
            return try inventory.creating(port: draft, context: context, using: &random)
        }
    }

    func makeRouter(_ subnets: SubnetID...) async throws -> RouterID {
        let router = try await controller.write { [context] (inventory, random) throws(ResourceError) in
            try inventory.creating(router: RouterDraft(), context: context, using: &random)
        }.id
        for subnet in subnets {
            _ = try await controller.write { [context] (inventory, random) throws(ResourceError) in
                try inventory.addingInterface(to: router, subnet: subnet, context: context, using: &random)
            }
        }
        return router
    }

    func delete(_ port: PortID) async throws {
        try await controller.write { [context] (inventory, _) throws(ResourceError) in
            ((), try inventory.deleting(port: port, context: context))
        }
    }

    func setAdminState(_ port: PortID, up: Bool) async throws {
        _ = try await controller.write { [context] (inventory, random) throws(ResourceError) in
            var update = PortUpdate()
            update.adminStateUp = .set(up)
            return try inventory.updating(port: port, update, context: context, using: &random)
        }
    }

    func port(_ id: PortID) -> Port? { controller.read { $0.ports[id] } }
}

extension Port {
    var address: IPAddress { fixedIPs[0].address }
}
