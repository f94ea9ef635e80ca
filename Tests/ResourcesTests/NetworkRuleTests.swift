import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct NetworkRuleTests {
    @Test("a network's defaults: VNI of the site, MTU of the underlay less 50, port security")
    func defaults() throws {
        var site = Site()
        let network = try site.network { $0.standard.name = "a" }
        #expect(network.mtu == 1450)
        #expect(network.adminStateUp && network.portSecurityEnabled && !network.external)
        #expect(!site.inventory.isShared(RBACObject(.network, network.id)))
        #expect(network.standard.name == "a" && network.standard.revisionNumber == 0)
        #expect(network.standard.projectID == "operator")
        #expect(site.inventory.owner(of: .vni(network.vni)) == .network(network.id))
    }

    @Test("a network's claims are taken with it and released with it")
    func claims() throws {
        var site = Site()
        let (network, transaction) = try site.inventory.creating(
            network: NetworkDraft(), context: site.context, using: &site.generator
        )
        #expect(transaction.taken.map(\.path) == ["claim/vni/\(network.vni)"])
        #expect(transaction.released.isEmpty)
        site.inventory.apply(transaction.changes)
        let deletion = try site.inventory.deleting(network: network.id, context: site.context)
        #expect(deletion.released == transaction.taken)
        #expect(deletion.taken.isEmpty)
        #expect(transaction.followed(by: deletion).taken.isEmpty)
        #expect(transaction.followed(by: deletion).released.isEmpty)
    }

    @Test("refusals of networks, each with status, type and what is wrong")
    func refusals() throws {
        var site = Site()
        let network = try site.network { $0.segmentationID = 77 }
        let missing = NetworkID(1)
        expectRefusal(404, "NetworkNotFound", naming: "Network \(missing) could not be found.") {
            try site.inventory.deleting(network: missing, context: site.context)
        }
        expectRefusal(409, "TunnelIdInUse", naming: "77") { try _ = site.network { $0.segmentationID = 77 } }
        expectRefusal(400, "InvalidInput", naming: "provider:segmentation_id", "1...16777215") {
            try _ = site.network { $0.segmentationID = 0 }
        }
        expectRefusal(400, "InvalidInput", naming: "provider:segmentation_id") {
            try _ = site.network { $0.segmentationID = 16_777_216 }
        }
        expectRefusal(400, "InvalidInput", naming: "provider:network_type", "vlan") {
            try _ = site.network { $0.networkType = "vlan" }
        }
        expectRefusal(400, "InvalidInput", naming: "provider:physical_network") {
            try _ = site.network { $0.physicalNetwork = "eth0" }
        }
        expectRefusal(400, "InvalidInput", naming: "mtu", "1451", "1450", "1500") {
            try _ = site.network { $0.mtu = 1451 }
        }
        expectRefusal(400, "InvalidInput", naming: "mtu", "68") { try _ = site.network { $0.mtu = 67 } }
        expectRefusal(400, "HTTPBadRequest", naming: "name", "255") {
            try _ = site.network { $0.standard.name = String(repeating: "x", count: 256) }
        }
        expectRefusal(412, "RevisionNumberConstraintFailed", naming: "Constrained to 5, but current revision is 0") {
            var update = NetworkUpdate()
            update.standard.name = .set("b")
            site.take(
                try site.inventory.updating(
                    network: network.id, update, expecting: 5, context: site.context, using: &site.generator)
            )
        }
        _ = try site.port(network)
        expectRefusal(409, "NetworkInUse", naming: network.id.description) {
            try site.inventory.deleting(network: network.id, context: site.context)
        }
    }

    @Test("an update bumps the revision by one and the time; one that changes nothing is no transaction")
    func update() throws {
        var site = Site()
        let network = try site.network()
        var update = NetworkUpdate()
        update.standard.name = .set("b")
        site.context.now = Timestamp(seconds: 2000)
        let updated = site.take(
            try site.inventory.updating(
                network: network.id, update, expecting: 0, context: site.context, using: &site.generator)
        )
        #expect(updated.standard.revisionNumber == 1 && updated.standard.updatedAt.seconds == 2000)
        #expect(updated.standard.createdAt.seconds == 1000)
        let again = try site.inventory.updating(
            network: network.id, update, context: site.context, using: &site.generator)
        #expect(again.1.isEmpty && again.0 == updated)
    }

    @Test("a network takes its subnets with it")
    func cascade() throws {
        var site = Site()
        let network = try site.network()
        _ = try site.subnet(network, "10.0.0.0/24")
        site.delete(try site.inventory.deleting(network: network.id, context: site.context))
        #expect(site.inventory.isEmpty && site.inventory.heldClaims.isEmpty)
    }

    @Test("a tenant sees its own and shared networks, and is told of no others")
    func tenancy() throws {
        var site = Site()
        let a = Site.tenant("a")
        let b = Site.tenant("b")
        let mine = try site.network(as: a)
        let shared = try site.network { $0.shared = true }
        #expect(try site.inventory.network(mine.id, for: a).id == mine.id)
        #expect(try site.inventory.network(shared.id, for: a).id == shared.id)
        expectRefusal(404, "NetworkNotFound") { _ = try site.inventory.network(mine.id, for: b) }
        expectRefusal(404, "NetworkNotFound") { try site.inventory.deleting(network: mine.id, context: b) }
        expectRefusal(403, "PolicyNotAuthorized", naming: "delete_network") {
            try site.inventory.deleting(network: shared.id, context: a)
        }
        expectRefusal(403, "PolicyNotAuthorized", naming: "create_network:shared") {
            try _ = site.network(as: a) { $0.shared = true }
        }
        expectRefusal(403, "PolicyNotAuthorized", naming: "router:external") {
            try _ = site.network(as: a) { $0.external = true }
        }
        expectRefusal(403, "PolicyNotAuthorized", naming: "provider:segmentation_id") {
            try _ = site.network(as: a) { $0.segmentationID = 5 }
        }
        expectRefusal(400, "HTTPBadRequest", naming: "project_id") {
            try _ = site.network(as: a) { $0.standard.projectID = "b" }
        }
        let others = try site.port(shared, as: b)
        expectRefusal(404, "PortNotFound") { _ = try site.inventory.port(others.id, for: a) }
        var update = NetworkUpdate()
        update.shared = .set(false)
        expectRefusal(409, "InvalidSharedSetting") {
            site.take(
                try site.inventory.updating(
                    network: shared.id, update, context: site.context, using: &site.generator))
        }
    }

    @Test("tags are sorted and unique, and a change of them is a change of the resource")
    func tags() throws {
        var site = Site()
        let network = try site.network()
        site.delete(
            try site.inventory.settingTags(of: .network(network.id), to: ["b", "a", "b"], context: site.context)
        )
        #expect(site.inventory.networks[network.id]?.standard.tags == ["a", "b"])
        #expect(site.inventory.networks[network.id]?.standard.revisionNumber == 1)
        expectRefusal(400, "HTTPBadRequest", naming: "tags", "50") {
            _ = try site.inventory.settingTags(
                of: .network(network.id), to: (0...50).map(String.init), context: site.context
            )
        }
    }
}
