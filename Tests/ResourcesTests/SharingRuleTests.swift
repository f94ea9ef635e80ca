import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct SharingRuleTests {
    private func policy(
        _ site: inout Site, _ object: RBACObject, for target: String, action: RBACAction = .shared,
        as other: RequestContext? = nil
    ) throws(ResourceError) -> RBACPolicy {
        var draft = RBACPolicyDraft()
        draft.objectType = object.type.rawValue
        draft.objectID = object.id
        draft.action = action.rawValue
        draft.target = target
        return site.take(
            try site.inventory.creating(rbacPolicy: draft, context: other ?? site.context, using: &site.generator))
    }

    @Test("a policy shows a network to one project, which may then have ports there; while it has, the policy stays")
    func network() throws {
        var site = Site()
        let (a, b, c) = (Site.tenant("a"), Site.tenant("b"), Site.tenant("c"))
        let network = try site.network(as: a)
        let subnet = try site.subnet(network, "10.0.0.0/24", as: a)
        let object = RBACObject(.network, network.id)
        let made = try policy(&site, object, for: "b", as: a)
        #expect(try site.inventory.network(network.id, for: b).standard.revisionNumber == 2)
        #expect(try site.inventory.subnet(subnet.id, for: b).id == subnet.id)
        expectRefusal(404, "NetworkNotFound") { _ = try site.inventory.network(network.id, for: c) }
        #expect(site.inventory.isShared(object, with: "b") && !site.inventory.isShared(object))
        expectRefusal(409, "DuplicateRbacPolicy") { _ = try policy(&site, object, for: "b", as: a) }
        expectRefusal(403, "PolicyNotAuthorized", naming: "target_tenant") {
            _ = try policy(&site, object, for: "*", as: a)
        }
        expectRefusal(400, "InvalidInput", naming: "do not own") { _ = try policy(&site, object, for: "c", as: b) }
        expectRefusal(404, "RbacPolicyNotFound") { try site.inventory.deleting(rbacPolicy: made.id, context: b) }
        let port = try site.port(network, as: b)
        expectRefusal(409, "RbacPolicyInUse", naming: network.id.description) {
            try site.inventory.deleting(rbacPolicy: made.id, context: a)
        }
        expectRefusal(409, "RbacPolicyInUse") {
            _ = try site.inventory.updating(rbacPolicy: made.id, target: .set("c"), context: a)
        }
        let everyone = try policy(&site, object, for: "*")
        site.delete(try site.inventory.deleting(rbacPolicy: made.id, context: a))
        expectRefusal(409, "RbacPolicyInUse") {
            try site.inventory.deleting(rbacPolicy: everyone.id, context: site.context)
        }
        site.delete(try site.inventory.deleting(port: port.id, context: b))
        site.delete(try site.inventory.deleting(rbacPolicy: everyone.id, context: site.context))
        #expect(!site.inventory.isShared(object))
    }

    @Test("`shared` and `router:external` of a network are policies for everyone, and go with them or the network")
    func flags() throws {
        var site = Site()
        let b = Site.tenant("b")
        let network = try site.network {
            $0.shared = true
            $0.external = true
        }
        let object = RBACObject(.network, network.id)
        #expect(site.inventory.policyIDs(of: object).count == 2)
        #expect(try site.inventory.network(network.id, for: b).external)
        var update = NetworkUpdate()
        update.external = .set(false)
        site.take(
            try site.inventory.updating(network: network.id, update, context: site.context, using: &site.generator))
        #expect(site.inventory.policyIDs(of: object).count == 1)
        update = NetworkUpdate()
        update.shared = .set(false)
        let unshared = site.take(
            try site.inventory.updating(network: network.id, update, context: site.context, using: &site.generator))
        #expect(unshared.standard.revisionNumber == 2)
        expectRefusal(404, "NetworkNotFound") { _ = try site.inventory.network(network.id, for: b) }
        let external = try policy(&site, object, for: "b", action: .external)
        #expect(site.inventory.networks[network.id]?.external == true)
        #expect(try site.inventory.network(network.id, for: b).id == network.id)
        site.delete(try site.inventory.deleting(rbacPolicy: external.id, context: site.context))
        #expect(site.inventory.networks[network.id]?.external == false)
        _ = try policy(&site, object, for: "b")
        site.delete(try site.inventory.deleting(network: network.id, context: site.context))
        #expect(site.inventory.isEmpty)
    }

    @Test("shared security and address groups may be used, and then stay shared")
    func groups() throws {
        var site = Site()
        let (a, b) = (Site.tenant("a"), Site.tenant("b"))
        let group = site.take(
            try site.inventory.creating(securityGroup: SecurityGroupDraft(), context: a, using: &site.generator))
        let shared = try policy(&site, RBACObject(.securityGroup, group.id), for: "b", as: a)
        #expect(try site.inventory.securityGroup(group.id, for: b).id == group.id)
        expectRefusal(403, "PolicyNotAuthorized") {
            try site.inventory.deleting(securityGroup: group.id, context: b)
        }
        let network = try site.network(as: b)
        _ = try site.port(network, as: b) { $0.securityGroups = [group.id] }
        expectRefusal(409, "RbacPolicyInUse", naming: "b") {
            try site.inventory.deleting(rbacPolicy: shared.id, context: a)
        }
        let addresses = site.take(
            try site.inventory.creating(addressGroup: AddressGroupDraft(), context: a, using: &site.generator))
        _ = try policy(&site, RBACObject(.addressGroup, addresses.id), for: "b", as: a)
        #expect(try site.inventory.addressGroup(addresses.id, for: b).id == addresses.id)
        expectRefusal(400, "InvalidActionForType", naming: "access_as_external") {
            _ = try policy(&site, RBACObject(.addressGroup, addresses.id), for: "b", action: .external, as: a)
        }
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("limits count by project, are checked as things are made, and never fall below what is used unless forced")
    func quotas() throws {
        var site = Site()
        let a = Site.tenant("a")
        func limit(_ resource: QuotaResource, _ value: Int, force: Bool = false) throws(ResourceError) {
            site.take(
                try site.inventory.settingQuota(
                    of: "a", [resource: value], force: force, context: site.context, using: &site.generator))
        }
        #expect(site.inventory.limit(.port, of: "a") == 500 && site.inventory.limit(.securityGroup, of: "a") == 10)
        try limit(.network, 1)
        let network = try site.network(as: a)
        expectRefusal(409, "OverQuota", naming: "Quota exceeded for resources: ['network'].") {
            _ = try site.network(as: a)
        }
        _ = try site.network(as: Site.tenant("b"))
        expectRefusal(400, "HTTPBadRequest", naming: "already used 1") { try limit(.network, 0) }
        try limit(.network, 0, force: true)
        try limit(.subnet, 0)
        expectRefusal(409, "OverQuota", naming: "subnet") { _ = try site.subnet(network, "10.0.0.0/24", as: a) }
        try limit(.port, 1)
        _ = try site.port(network, as: a)
        expectRefusal(409, "OverQuota", naming: "port") { _ = try site.port(network, as: a) }
        try limit(.router, 0)
        expectRefusal(409, "OverQuota", naming: "router") { _ = try site.router(as: a) }
        // The default group came with the port and counts.
        try limit(.securityGroup, 1)
        expectRefusal(409, "OverQuota", naming: "security_group") {
            _ = try site.inventory.creating(securityGroup: SecurityGroupDraft(), context: a, using: &site.generator)
        }
        try limit(.securityGroup, Quota.unlimited)
        site.take(
            try site.inventory.creating(securityGroup: SecurityGroupDraft(), context: a, using: &site.generator))
        #expect(site.inventory.usage(.securityGroup, of: "a") == 2)
        #expect(site.inventory.usage(.securityGroupRule, of: "a") == 6)
        expectRefusal(403, "PolicyNotAuthorized", naming: "update_quota") {
            _ = try site.inventory.settingQuota(of: "a", [:], force: true, context: a, using: &site.generator)
        }
        site.delete(try site.inventory.deletingQuota(of: "a", context: site.context))
        #expect(site.inventory.limit(.network, of: "a") == 100)
        expectRefusal(404, "TenantQuotaNotFound") { try site.inventory.deletingQuota(of: "a", context: site.context) }
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("a project's text may be anything, and its claims still make keys")
    func claims() throws {
        var site = Site()
        for project in ["a//b", "ü", String(repeating: "é", count: 255), "a", "_x"] {
            var draft = SecurityGroupDraft()
            draft.standard.projectID = project
            let made = try site.inventory.creating(
                securityGroup: draft, context: site.context, using: &site.generator)
            let paths = made.1.taken.map(\.path)
            #expect(paths.allSatisfy { !$0.contains("//") && !$0.hasSuffix("/") && $0.utf8.count < 256 })
            site.take(made)
        }
        #expect(Set(site.inventory.heldClaims.map(\.path)).count == site.inventory.heldClaims.count)
    }

    @Test("extra DHCP options: an update changes those it names, null takes one away")
    func dhcpOptions() throws {
        var site = Site()
        let network = try site.network()
        let port = try site.port(network) {
            $0.dhcpOptions = [
                DHCPOptionDraft(name: "bootfile-name", value: "a"), DHCPOptionDraft(name: "router", value: ""),
            ]
        }
        #expect(port.dhcpOptions.map(\.name) == ["bootfile-name", "router"])
        func update(_ options: DHCPOptionDraft...) throws(ResourceError) -> [DHCPOption] {
            var update = PortUpdate()
            update.dhcpOptions = .set(options)
            return site.take(
                try site.inventory.updating(
                    port: port.id, update, context: site.context, using: &site.generator)
            ).dhcpOptions
        }
        let options = try update(
            DHCPOptionDraft(name: "router", value: nil), DHCPOptionDraft(name: "bootfile-name", value: "b"),
            DHCPOptionDraft(name: "bootfile-name", value: "c", ipVersion: 6))
        #expect(options.map(\.value) == ["b", "c"] && options.map(\.ipVersion) == [4, 6])
        for (name, value) in [
            ("", "x"), ("tftp-server", ""), ("tftp-server", "a\nb"), (String(repeating: "n", count: 65), "x"),
        ] {
            expectRefusal(400, "HTTPBadRequest", naming: "extra_dhcp_opts") {
                _ = try update(DHCPOptionDraft(name: name, value: value))
            }
        }
    }
}
