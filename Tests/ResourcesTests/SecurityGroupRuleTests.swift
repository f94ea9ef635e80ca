import Addresses
import Resources
import ResourcesSupport
import Testing

@Suite struct SecurityGroupRuleTests {
    private func group(
        _ site: inout Site, as other: RequestContext? = nil, _ fill: (inout SecurityGroupDraft) -> Void = { _ in }
    ) throws(ResourceError) -> SecurityGroup {
        var draft = SecurityGroupDraft()
        fill(&draft)
        return site.take(
            try site.inventory.creating(
                securityGroup: draft, context: other ?? site.context, using: &site.generator))
    }

    @discardableResult
    private func rule(
        _ site: inout Site, _ group: SecurityGroup, as other: RequestContext? = nil,
        _ fill: (inout SecurityGroupRuleDraft) -> Void = { _ in }
    ) throws(ResourceError) -> SecurityGroupRule {
        var draft = SecurityGroupRuleDraft()
        draft.securityGroupID = group.id
        draft.direction = .ingress
        fill(&draft)
        return site.take(
            try site.inventory.creating(
                securityGroupRule: draft, context: other ?? site.context, using: &site.generator))
    }

    @Test("a project's first group brings its default one: egress for all, ingress from its own ports, once")
    func defaultGroup() throws {
        var site = Site()
        let mine = try group(&site) { $0.standard.name = "web" }
        let standard = try #require(site.inventory.defaultSecurityGroup(of: "operator"))
        #expect(standard.standard.name == "default" && standard.isDefault && !mine.isDefault)
        let rules = site.inventory.ruleIDs(of: standard.id).compactMap { site.inventory.securityGroupRules[$0] }
        #expect(rules.count == 4)
        #expect(Set(rules.filter { $0.direction == .ingress }.map(\.remoteGroupID)) == [standard.id])
        #expect(site.inventory.ruleIDs(of: mine.id).count == 2)
        _ = try group(&site)
        #expect(site.inventory.securityGroups.values.filter(\.isDefault).count == 1)
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("a port gets its project's default group, or what it names, or none; the network's own ports none")
    func ports() throws {
        var site = Site()
        let a = Site.tenant("a")
        let network = try site.network(as: a)
        let port = try site.port(network, as: a)
        let standard = try #require(site.inventory.defaultSecurityGroup(of: "a"))
        #expect(port.securityGroups == [standard.id])
        #expect(try site.port(network, as: a) { $0.securityGroups = [] }.securityGroups.isEmpty)
        #expect(try site.port(network, as: a) { $0.deviceOwner = "network:dhcp" }.securityGroups.isEmpty)
        #expect(try site.port(network, as: a) { $0.portSecurityEnabled = false }.securityGroups.isEmpty)
        let other = try group(&site, as: Site.tenant("b"))
        expectRefusal(404, "SecurityGroupNotFound", naming: other.id.description) {
            _ = try site.port(network, as: a) { $0.securityGroups = [other.id] }
        }
        let stateless = try group(&site, as: a) { $0.stateful = false }
        expectRefusal(409, "SecurityGroupConflict", naming: "stateful and stateless") {
            _ = try site.port(network, as: a) { $0.securityGroups = [standard.id, stateless.id] }
        }
        expectRefusal(400, "PortSecurityAndIPRequiredForSecurityGroups") {
            _ = try site.port(network, as: a) {
                $0.portSecurityEnabled = false
                $0.securityGroups = [standard.id]
            }
        }
        func update(_ fill: (inout PortUpdate) -> Void) throws -> Port {
            var update = PortUpdate()
            fill(&update)
            return site.take(
                try site.inventory.updating(port: port.id, update, context: a, using: &site.generator))
        }
        expectRefusal(409, "PortSecurityPortHasSecurityGroup") {
            _ = try update { $0.portSecurityEnabled = .set(false) }
        }
        let freed = try update {
            $0.portSecurityEnabled = .set(false)
            $0.securityGroups = .set([])
        }
        #expect(freed.securityGroups.isEmpty && !freed.portSecurityEnabled)
        expectRefusal(400, "PortSecurityAndIPRequiredForSecurityGroups") {
            _ = try update { $0.securityGroups = .set([standard.id]) }
        }
    }

    @Test("groups in use stay; the default one keeps its name, and only the operator removes it")
    func protection() throws {
        var site = Site()
        let a = Site.tenant("a")
        let network = try site.network(as: a)
        let mine = try group(&site, as: a)
        let port = try site.port(network, as: a) { $0.securityGroups = [mine.id] }
        expectRefusal(409, "SecurityGroupInUse", naming: mine.id.description) {
            try site.inventory.deleting(securityGroup: mine.id, context: a)
        }
        var update = SecurityGroupUpdate()
        update.stateful = .set(false)
        expectRefusal(409, "SecurityGroupInUse") {
            _ = try site.inventory.updating(securityGroup: mine.id, update, context: a)
        }
        site.delete(try site.inventory.deleting(port: port.id, context: a))
        site.take(try site.inventory.updating(securityGroup: mine.id, update, context: a))
        let standard = try #require(site.inventory.defaultSecurityGroup(of: "a"))
        expectRefusal(409, "SecurityGroupCannotRemoveDefault") {
            try site.inventory.deleting(securityGroup: standard.id, context: a)
        }
        update = SecurityGroupUpdate()
        update.standard.name = .set("other")
        expectRefusal(409, "SecurityGroupCannotUpdateDefault") {
            _ = try site.inventory.updating(securityGroup: standard.id, update, context: a)
        }
        expectRefusal(409, "SecurityGroupDefaultAlreadyExists") {
            _ = try group(&site, as: a) { $0.standard.name = "Default" }
        }
        // Rules of others that name a group go with it.
        let watcher = try group(&site, as: a)
        try rule(&site, watcher, as: a) { $0.remoteGroupID = mine.id }
        site.delete(try site.inventory.deleting(securityGroup: mine.id, context: a))
        #expect(site.inventory.ruleIDs(of: watcher.id).count == 2)
        site.delete(try site.inventory.deleting(securityGroup: standard.id, context: site.context))
        #expect(site.inventory.invariants().isEmpty)
    }

    @Test("rules are checked as Neutron checks them, each refusal by its name")
    func refusals() throws {
        var site = Site()
        let group = try group(&site)
        func refused(
            _ type: String, _ status: Int = 400, line: Int = #line, _ fill: (inout SecurityGroupRuleDraft) -> Void
        ) {
            expectRefusal(
                status, type,
                sourceLocation: SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
            ) { try rule(&site, group, fill) }
        }
        refused("SecurityGroupRuleInvalidProtocol") { $0.protocolName = "bogus" }
        refused("SecurityGroupRuleInvalidProtocol") { $0.protocolName = "256" }
        refused("SecurityGroupRuleInvalidEtherType") { $0.ethertype = "IPv5" }
        refused("SecurityGroupProtocolRequiredWithPorts") { ($0.portRangeMin, $0.portRangeMax) = (80, 80) }
        func tcp(_ draft: inout SecurityGroupRuleDraft, _ low: Int?, _ high: Int?) {
            (draft.protocolName, draft.portRangeMin, draft.portRangeMax) = ("tcp", low, high)
        }
        refused("SecurityGroupInvalidPortRange") { tcp(&$0, 90, 80) }
        refused("SecurityGroupInvalidPortRange") { tcp(&$0, 90, nil) }
        refused("SecurityGroupInvalidPortValue") { tcp(&$0, 0, 80) }
        refused("SecurityGroupInvalidPortValue") { tcp(&$0, 80, 65536) }
        refused("SecurityGroupInvalidPortValue") { tcp(&$0, -16, 80) }
        refused("SecurityGroupInvalidProtocolForPort") {
            tcp(&$0, 1, 2)
            $0.protocolName = "gre"
        }
        refused("SecurityGroupInvalidIcmpValue") {
            tcp(&$0, 256, nil)
            $0.protocolName = "icmp"
        }
        refused("SecurityGroupMissingIcmpType") {
            tcp(&$0, nil, 0)
            $0.protocolName = "1"
        }
        refused("SecurityGroupEthertypeConflictWithProtocol") { $0.protocolName = "ipv6-icmp" }
        refused("SecurityGroupRuleParameterConflict") { $0.remoteIPPrefix = IPPrefix("fd00::/64") }
        refused("SecurityGroupMultipleRemoteEntites") {
            $0.remoteIPPrefix = IPPrefix("10.0.0.0/8")
            $0.remoteGroupID = group.id
        }
        refused("SecurityGroupNotFound", 404) { $0.remoteGroupID = SecurityGroupID(7) }
        refused("SecurityGroupNotFound", 404) { $0.securityGroupID = SecurityGroupID(7) }
        refused("AddressGroupNotFound", 404) { $0.remoteAddressGroupID = AddressGroupID(7) }
    }

    @Test("a rule that matches the same is there already, however written; the group's revision follows")
    func duplicates() throws {
        var site = Site()
        let group = try group(&site)
        let first = try rule(&site, group) {
            ($0.protocolName, $0.portRangeMin, $0.portRangeMax) = ("TCP", 80, 81)
            $0.remoteIPPrefix = IPPrefix("0.0.0.0/0")
        }
        #expect(first.protocolName == "tcp")
        expectRefusal(409, "SecurityGroupRuleExists", naming: first.id.description) {
            try rule(&site, group) { ($0.protocolName, $0.portRangeMin, $0.portRangeMax) = ("6", 80, 81) }
        }
        let all = try rule(&site, group) { ($0.protocolName, $0.portRangeMin, $0.portRangeMax) = ("udp", 1, 65535) }
        #expect(all.portRangeMin == nil && all.portRangeMax == nil)
        let six = try rule(&site, group) { ($0.protocolName, $0.ethertype) = ("icmp", "ipv6") }
        #expect(six.protocolName == "ipv6-icmp" && six.ethertype == .ipv6)
        expectRefusal(409, "SecurityGroupRuleExists") {
            try rule(&site, group) { ($0.protocolName, $0.ethertype) = ("58", "IPv6") }
        }
        #expect(site.inventory.securityGroups[group.id]?.standard.revisionNumber == 3)
        site.delete(try site.inventory.deleting(securityGroupRule: first.id, context: site.context))
        #expect(site.inventory.securityGroups[group.id]?.standard.revisionNumber == 4)
        try rule(&site, group) { ($0.protocolName, $0.portRangeMin, $0.portRangeMax) = ("6", 80, 81) }
    }

    @Test("address groups: addresses without host bits or duplicates; used ones stay")
    func addressGroups() throws {
        var site = Site()
        var draft = AddressGroupDraft()
        draft.addresses = ["10.0.0.5/8", "10.0.0.0/8", "192.168.1.1/32"].compactMap { IPPrefix($0) }
        let made = site.take(
            try site.inventory.creating(addressGroup: draft, context: site.context, using: &site.generator))
        #expect(made.addresses.map(\.description) == ["10.0.0.0/8", "192.168.1.1/32"])
        let more = [IPPrefix("10.9.9.9/8")].compactMap(\.self)
        expectRefusal(400, "AddressesAlreadyExist", naming: "10.0.0.0/8") {
            _ = try site.inventory.addingAddresses(more, to: made.id, context: site.context)
        }
        let rest = site.take(try site.inventory.removingAddresses(more, from: made.id, context: site.context))
        #expect(rest.addresses.map(\.description) == ["192.168.1.1/32"])
        expectRefusal(404, "AddressesNotFound", naming: "10.0.0.0/8") {
            _ = try site.inventory.removingAddresses(more, from: made.id, context: site.context)
        }
        let group = try group(&site)
        let user = try rule(&site, group) { $0.remoteAddressGroupID = made.id }
        expectRefusal(409, "AddressGroupInUse", naming: made.id.description) {
            try site.inventory.deleting(addressGroup: made.id, context: site.context)
        }
        site.delete(try site.inventory.deleting(securityGroupRule: user.id, context: site.context))
        site.delete(try site.inventory.deleting(addressGroup: made.id, context: site.context))
    }
}
