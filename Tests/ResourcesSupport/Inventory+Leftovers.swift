import Resources

extension Inventory {
    /// Nothing is left but the default security groups, which stay with their projects.
    package var holdsOnlyDefaultGroups: Bool {
        resources.allSatisfy { resource in
            switch resource {
            case .securityGroup(let group): group.isDefault
            case .securityGroupRule(let rule): securityGroups[rule.securityGroupID]?.isDefault == true
            default: false
            }
        }
    }
}
