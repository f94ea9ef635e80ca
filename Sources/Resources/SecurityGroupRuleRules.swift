import Addresses

extension Inventory {
    package func creating(
        securityGroupRule draft: SecurityGroupRuleDraft, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SecurityGroupRule, Transaction) {
        guard let groupID = draft.securityGroupID else {
            throw .missingAttribute("security_group_rule", "security_group_id")
        }
        guard let direction = draft.direction else { throw .missingAttribute("security_group_rule", "direction") }
        let standard = try context.standard(draft.standard)
        let ethertype = try SecurityGroupRuleRules.ethertype(draft.ethertype ?? "IPv4")
        var rule = SecurityGroupRule(
            id: .random(using: &generator), standard: standard, securityGroupID: groupID, direction: direction,
            ethertype: ethertype, protocolName: nil, portRangeMin: draft.portRangeMin,
            portRangeMax: draft.portRangeMax, remoteIPPrefix: draft.remoteIPPrefix, remoteGroupID: draft.remoteGroupID,
            remoteAddressGroupID: draft.remoteAddressGroupID
        )
        if let text = draft.protocolName { rule.protocolName = try IPProtocolName.canonical(text, ethertype) }
        try SecurityGroupRuleRules.checkPorts(&rule)
        try SecurityGroupRuleRules.checkRemote(rule)
        if let remote = rule.remoteGroupID { _ = try securityGroup(remote, for: context) }
        if let remote = rule.remoteAddressGroupID { _ = try addressGroup(remote, for: context) }
        var group = try ownSecurityGroup(groupID, "create_security_group_rule", for: context)
        if case .securityGroupRule(let other)? = owner(of: .securityGroupRule(groupID, rule.match)) {
            throw .securityGroupRuleExists(other)
        }
        try requireQuota(.securityGroupRule, of: standard.projectID)
        group.standard = group.standard.bumped(at: context.now)
        return (rule, transaction([.put(.securityGroup(group)), .put(.securityGroupRule(rule))]))
    }

    /// Only the description of a rule may change, and the group with it.
    package func updating(
        securityGroupRule id: SecurityGroupRuleID, _ update: StandardUpdate, expecting revision: Int? = nil,
        context: RequestContext
    ) throws(ResourceError) -> (SecurityGroupRule, Transaction) {
        let old = try ownSecurityGroupRule(id, "update_security_group_rule", for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update)
        return replacing(old, with: new, at: context.now, \.standard) { .securityGroupRule($0) }
    }

    package func deleting(
        securityGroupRule id: SecurityGroupRuleID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let rule = try ownSecurityGroupRule(id, "delete_security_group_rule", for: context)
        try rule.standard.require(revision: revision)
        guard var group = securityGroups[rule.securityGroupID] else {
            return transaction([.delete(.securityGroupRule(id))])
        }
        group.standard = group.standard.bumped(at: context.now)
        return transaction([.put(.securityGroup(group)), .delete(.securityGroupRule(id))])
    }
}

/// What Neutron's attributes of a rule may be, alone and together.
enum SecurityGroupRuleRules {
    static func ethertype(_ text: String) throws(ResourceError) -> SecurityGroupRule.Ethertype {
        let found = SecurityGroupRule.Ethertype.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
        guard let found else { throw .invalidEthertype(text) }
        return found
    }

    static func checkPorts(_ rule: inout SecurityGroupRule) throws(ResourceError) {
        let number = rule.protocolName.flatMap { IPProtocolName.number(of: $0, rule.ethertype) }
        if let name = rule.protocolName, let number, !IPProtocolName.isCarried(number, by: rule.ethertype) {
            throw .ethertypeConflict(rule.ethertype, protocol: name)
        }
        for port in [rule.portRangeMin, rule.portRangeMax].compactMap(\.self) where !(0...65535).contains(port) {
            throw .invalidPortValue(port)
        }
        // All ports is no restriction.
        if rule.portRangeMin == 1, rule.portRangeMax == 65535 { (rule.portRangeMin, rule.portRangeMax) = (nil, nil) }
        if rule.portRangeMin == nil, rule.portRangeMax == nil { return }
        guard let number else { throw .protocolRequiredWithPorts }
        if IPProtocolName.withPorts.contains(number) {
            if rule.portRangeMin == 0 || rule.portRangeMax == 0 { throw .invalidPortValue(0) }
            guard let low = rule.portRangeMin, let high = rule.portRangeMax, low <= high else {
                throw .invalidPortRange
            }
        } else if number == IPProtocolName.icmp || number == IPProtocolName.icmpv6 {
            if let type = rule.portRangeMin, type > 255 { throw .invalidICMPValue("type", "port_range_min", type) }
            if let code = rule.portRangeMax, code > 255 { throw .invalidICMPValue("code", "port_range_max", code) }
            if rule.portRangeMin == nil, let code = rule.portRangeMax { throw .missingICMPType(code: code) }
        } else {
            throw .portsNotSupported(protocol: number)
        }
    }

    static func checkRemote(_ rule: SecurityGroupRule) throws(ResourceError) {
        let remotes = [rule.remoteIPPrefix != nil, rule.remoteGroupID != nil, rule.remoteAddressGroupID != nil]
        guard remotes.count(where: \.self) <= 1 else { throw .multipleRemoteEntities }
        if let prefix = rule.remoteIPPrefix, prefix.family != rule.ethertype.family {
            throw .ruleParameterConflict(rule.ethertype, prefix)
        }
    }
}
