/// Limits per project. They are checked in the transaction that makes something, so no two requests pass one limit.
extension Inventory {
    package func quota(of project: String) -> Quota? {
        guard case .quota(let id)? = owner(of: .quota(project)) else { return nil }
        return quotas[id]
    }

    /// ``Quota/unlimited`` for none.
    package func limit(_ resource: QuotaResource, of project: String) -> Int {
        quota(of: project)?.limits[resource] ?? resource.defaultLimit
    }

    package func usage(_ resource: QuotaResource, of project: String) -> Int {
        indexes.usage[project]?[resource] ?? 0
    }

    /// What belongs to no project is the site's own, and has no limit.
    func requireQuota(
        _ resource: QuotaResource, of project: String, adding number: Int = 1
    ) throws(ResourceError) {
        if project.isEmpty { return }
        let limit = limit(resource, of: project)
        guard limit < 0 || usage(resource, of: project) + number <= limit else { throw .overQuota(resource) }
    }

    /// - Parameter force: also below what is used already.
    package func settingQuota(
        of project: String, _ limits: [QuotaResource: Int], force: Bool, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Quota, Transaction) {
        try context.require(context.isAdmin, "update_quota")
        for (resource, limit) in limits.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard limit >= Quota.unlimited else {
                throw .invalidAttribute(resource.rawValue, "'\(limit)' is too small - must be at least '-1'")
            }
            let used = usage(resource, of: project)
            if !force, limit >= 0, used > limit { throw .quotaBelowUsage(resource, limit: limit, used: used) }
        }
        let known = try StandardRules.text(project, "project_id")
        let old = quota(of: project)
        var new = old ?? Quota(id: .random(using: &generator), projectID: known, limits: [:])
        new.limits.merge(limits) { _, new in new }
        if new == old || new.limits.isEmpty { return (new, Transaction()) }
        return (new, transaction([.put(.quota(new))]))
    }

    package func deletingQuota(of project: String, context: RequestContext) throws(ResourceError) -> Transaction {
        try context.require(context.isAdmin, "delete_quota")
        guard let quota = quota(of: project) else { throw .quotaNotFound(project) }
        return transaction([.delete(.quota(quota.id))])
    }
}
