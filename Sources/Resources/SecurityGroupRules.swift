extension Inventory {
    package func creating(
        securityGroup draft: SecurityGroupDraft, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SecurityGroup, Transaction) {
        let standard = try context.standard(draft.standard)
        guard standard.name.lowercased() != SecurityGroup.defaultName else { throw .defaultSecurityGroupExists }
        try requireQuota(.securityGroup, of: standard.projectID)
        try requireQuota(.securityGroupRule, of: standard.projectID, adding: 2)
        // Whoever makes a group has a default one.
        var changes = ensuringDefaultGroup(of: standard.projectID, at: context.now, using: &generator).changes
        let group = SecurityGroup(
            id: .random(using: &generator), standard: standard, stateful: draft.stateful ?? true, isDefault: false
        )
        changes.append(.put(.securityGroup(group)))
        changes += initialRules(of: group, at: context.now, using: &generator)
        return (group, transaction(changes))
    }

    package func updating(
        securityGroup id: SecurityGroupID, _ update: SecurityGroupUpdate, expecting revision: Int? = nil,
        context: RequestContext
    ) throws(ResourceError) -> (SecurityGroup, Transaction) {
        let old = try ownSecurityGroup(id, "update_security_group", for: context)
        try old.standard.require(revision: revision)
        var new = old
        new.standard = try old.standard.updated(by: update.standard)
        if let name = update.standard.name.newValue {
            if old.isDefault { throw .cannotUpdateDefaultSecurityGroup }
            if name.lowercased() == SecurityGroup.defaultName { throw .defaultSecurityGroupExists }
        }
        if let stateful = update.stateful.newValue, stateful != old.stateful {
            guard portIDs(withSecurityGroup: id).isEmpty else { throw .securityGroupInUse(id) }
            new.stateful = stateful
        }
        return replacing(old, with: new, at: context.now, \.standard) { .securityGroup($0) }
    }

    /// Takes its rules with it, those of other groups that name it, and the policies that share it.
    package func deleting(
        securityGroup id: SecurityGroupID, expecting revision: Int? = nil, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        let group = try ownSecurityGroup(id, "delete_security_group", for: context)
        try group.standard.require(revision: revision)
        guard portIDs(withSecurityGroup: id).isEmpty else { throw .securityGroupInUse(id) }
        if group.isDefault, !context.isAdmin { throw .cannotRemoveDefaultSecurityGroup }
        let rules = ruleIDs(of: id).union(indexes.rulesByRemoteGroup[id] ?? [])
        return transaction(
            rules.sorted().map { .delete(.securityGroupRule($0)) }
                + policyDeletions(of: RBACObject(.securityGroup, id)) + [.delete(.securityGroup(id))]
        )
    }

    /// The default group of the sender's project, which it has from its first look on.
    package func ensuringDefaultSecurityGroup(
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) -> Transaction {
        transaction(ensuringDefaultGroup(of: context.projectID, at: context.now, using: &generator).changes)
    }

    /// Nil only for what belongs to no project.
    func ensuringDefaultGroup(
        of project: String, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> (id: SecurityGroupID?, changes: [ResourceChange]) {
        if project.isEmpty { return (nil, []) }
        if let group = defaultSecurityGroup(of: project) { return (group.id, []) }
        let group = SecurityGroup(
            id: .random(using: &generator),
            standard: StandardAttributes(
                projectID: project, name: SecurityGroup.defaultName, description: "Default security group",
                createdAt: now, updatedAt: now
            ),
            stateful: true, isDefault: true
        )
        let rules = initialRules(of: group, at: now, using: &generator)
        return (group.id, [.put(.securityGroup(group))] + rules)
    }

    /// A new group lets out everything; the default one lets in what comes from its own ports.
    private func initialRules(
        of group: SecurityGroup, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> [ResourceChange] {
        var rules: [ResourceChange] = []
        for ethertype in SecurityGroupRule.Ethertype.allCases {
            for direction in SecurityGroupRule.Direction.allCases where direction == .egress || group.isDefault {
                let rule = SecurityGroupRule(
                    id: .random(using: &generator),
                    standard: StandardAttributes(
                        projectID: group.standard.projectID, createdAt: now, updatedAt: now
                    ),
                    securityGroupID: group.id, direction: direction, ethertype: ethertype, protocolName: nil,
                    portRangeMin: nil, portRangeMax: nil, remoteIPPrefix: nil,
                    remoteGroupID: direction == .ingress ? group.id : nil, remoteAddressGroupID: nil
                )
                rules.append(.put(.securityGroupRule(rule)))
            }
        }
        return rules
    }
}

extension SecurityGroup {
    package static let defaultName = "default"
}
