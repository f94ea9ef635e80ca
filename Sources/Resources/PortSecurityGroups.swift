/// Which security groups a port gets.
extension Inventory {
    /// - Parameter asked: nil where the request says nothing: the default group of the port's project, made with the
    ///   port if there is none yet.
    func securityGroups(
        _ asked: [SecurityGroupID]?, of port: Port, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (groups: [SecurityGroupID], changes: [ResourceChange]) {
        guard port.portSecurityEnabled else {
            if asked?.isEmpty == false { throw .portSecurityRequired }
            return ([], [])
        }
        if port.isTrusted { return ([], []) }
        guard let asked else {
            let ensured = ensuringDefaultGroup(
                of: port.standard.projectID, at: context.now, using: &generator)
            return (ensured.id.map { [$0] } ?? [], ensured.changes)
        }
        return (try usable(asked, by: port.standard.projectID, context), [])
    }

    /// An update's groups, and whether port security may go off.
    func securityGroups(
        _ asked: [SecurityGroupID]?, updating old: Port, to new: Port, context: RequestContext
    ) throws(ResourceError) -> [SecurityGroupID] {
        guard new.portSecurityEnabled else {
            if asked?.isEmpty == false { throw .portSecurityRequired }
            if asked == nil, !old.securityGroups.isEmpty { throw .portHasSecurityGroup }
            return []
        }
        if new.isTrusted { return [] }
        guard let asked else { return old.securityGroups }
        return try usable(asked, by: old.standard.projectID, context)
    }

    private func usable(
        _ ids: [SecurityGroupID], by project: String, _ context: RequestContext
    ) throws(ResourceError) -> [SecurityGroupID] {
        var statefulness: Set<Bool> = []
        var groups: [SecurityGroupID] = []
        for id in ids where !groups.contains(id) {
            guard let group = securityGroups[id],
                context.isAdmin || group.standard.projectID == project
                    || isShared(RBACObject(.securityGroup, id), with: project)
            else { throw .securityGroupNotFound(id) }
            statefulness.insert(group.stateful)
            groups.append(id)
        }
        guard statefulness.count <= 1 else { throw .mixedStatefulness }
        return groups
    }
}

extension Port {
    /// A port of the network's own (a router's, DHCP's…): nothing is filtered there.
    var isTrusted: Bool { deviceOwner.hasPrefix("network:") }
}
