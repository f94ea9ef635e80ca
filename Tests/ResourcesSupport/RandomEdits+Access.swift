import Addresses
import Resources
import SeededRandom

/// Requests for what says who may use what: security groups, address groups, policies and quotas.
extension RandomEdits {
    mutating func project() -> String { ["operator", "a", "b"][small() % 3] }

    mutating func editSecurityGroups() throws(ResourceError) -> Transaction {
        if Bool.random(using: &generator), let id = pick(inventory.securityGroups.keys) {
            var update = SecurityGroupUpdate()
            if Bool.random(using: &generator) { update.standard.name = .set("renamed") }
            update.stateful = .set(Bool.random(using: &generator))
            return try inventory.updating(securityGroup: id, update, context: context).1
        }
        var draft = SecurityGroupDraft()
        draft.standard.projectID = project()
        draft.stateful = small() > 0
        return try inventory.creating(securityGroup: draft, context: context, using: &generator).1
    }

    mutating func createSecurityGroupRule() throws(ResourceError) -> Transaction {
        var draft = SecurityGroupRuleDraft()
        draft.standard.projectID = project()
        draft.securityGroupID = pick(inventory.securityGroups.keys)
        draft.direction = Bool.random(using: &generator) ? .ingress : .egress
        draft.ethertype = small() == 0 ? "IPv6" : "ipv4"
        draft.protocolName = ["tcp", "6", "udp", "icmp", "any", "gre", "ipv6-icmp"][small() % 7]
        if Bool.random(using: &generator) { (draft.portRangeMin, draft.portRangeMax) = (small(), 5) }
        switch small() % 4 {
        case 0: draft.remoteIPPrefix = IPPrefix("10.\(small()).0.0/16")
        case 1: draft.remoteGroupID = pick(inventory.securityGroups.keys)
        case 2: draft.remoteAddressGroupID = pick(inventory.addressGroups.keys)
        default: break
        }
        return try inventory.creating(securityGroupRule: draft, context: context, using: &generator).1
    }

    mutating func editAddressGroups() throws(ResourceError) -> Transaction {
        let addresses = [IPPrefix("10.\(small()).0.7/16")].compactMap(\.self)
        guard let id = pick(inventory.addressGroups.keys), small() > 2 else {
            var draft = AddressGroupDraft()
            draft.standard.projectID = project()
            draft.addresses = addresses
            return try inventory.creating(addressGroup: draft, context: context, using: &generator).1
        }
        if Bool.random(using: &generator) {
            return try inventory.addingAddresses(addresses, to: id, context: context).1
        }
        return try inventory.removingAddresses(addresses, from: id, context: context).1
    }

    mutating func editPolicies() throws(ResourceError) -> Transaction {
        let target = ["*", "a", "b", "c"][small() % 4]
        if small() < 3, let id = pick(inventory.rbacPolicies.keys) {
            return try inventory.updating(rbacPolicy: id, target: .set(target), context: context).1
        }
        var draft = RBACPolicyDraft()
        draft.target = target
        draft.action = small() == 0 ? "access_as_external" : "access_as_shared"
        switch small() % 3 {
        case 0:
            draft.objectType = "network"
            draft.objectID = pick(inventory.networks.keys).map { Identifier($0.value) }
        case 1:
            draft.objectType = "security_group"
            draft.objectID = pick(inventory.securityGroups.keys).map { Identifier($0.value) }
        default:
            draft.objectType = "address_group"
            draft.objectID = pick(inventory.addressGroups.keys).map { Identifier($0.value) }
        }
        return try inventory.creating(rbacPolicy: draft, context: context, using: &generator).1
    }

    mutating func editQuotas() throws(ResourceError) -> Transaction {
        let limits: [QuotaResource: Int] = [.securityGroup: small() + 5, .rbacPolicy: 30]
        return try inventory.settingQuota(
            of: project(), limits, force: Bool.random(using: &generator), context: context, using: &generator
        ).1
    }
}
