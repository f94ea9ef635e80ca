/// A project's limits, where they differ from the default ones.
package struct Quota: Hashable, Sendable, Codable {
    package var id: QuotaID
    package var projectID: String
    package var limits: [QuotaResource: Int]

    package static let unlimited = -1

    package init(id: QuotaID, projectID: String, limits: [QuotaResource: Int]) {
        self.id = id
        self.projectID = projectID
        self.limits = limits
    }
}

/// What is counted per project, by Neutron's names.
package enum QuotaResource: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    case floatingIP = "floatingip"
    case network
    case port
    case rbacPolicy = "rbac_policy"
    case router
    case securityGroup = "security_group"
    case securityGroupRule = "security_group_rule"
    case subnet
    case subnetPool = "subnetpool"
    case trunk

    /// Neutron's defaults; but a router costs us little, and Neutron's own API tests need more than its ten.
    package var defaultLimit: Int {
        switch self {
        case .floatingIP: 50
        case .network, .router, .subnet, .securityGroupRule: 100
        case .port: 500
        case .rbacPolicy, .securityGroup: 10
        case .subnetPool, .trunk: Quota.unlimited
        }
    }
}

extension Resource {
    /// What it counts as, and for which project.
    var quotaUse: (QuotaResource, project: String)? {
        switch self {
        case .network(let network): (.network, network.standard.projectID)
        case .port(let port): (.port, port.standard.projectID)
        case .rbacPolicy(let policy): (.rbacPolicy, policy.standard.projectID)
        case .router(let router): (.router, router.standard.projectID)
        case .securityGroup(let group): (.securityGroup, group.standard.projectID)
        case .securityGroupRule(let rule): (.securityGroupRule, rule.standard.projectID)
        case .subnet(let subnet): (.subnet, subnet.standard.projectID)
        default: nil
        }
    }
}

extension ResourceError {
    package static func overQuota(_ resource: QuotaResource) -> Self {
        conflict("OverQuota", "Quota exceeded for resources: ['\(resource.rawValue)'].")
    }

    package static func quotaNotFound(_ project: String) -> Self {
        notFound("TenantQuotaNotFound", "Quota for project \(project.prefix(255)) could not be found.")
    }

    package static func quotaBelowUsage(_ resource: QuotaResource, limit: Int, used: Int) -> Self {
        badRequest(
            "HTTPBadRequest",
            "Quota limit \(limit) for \(resource.rawValue) must be greater than or equal to already used \(used)"
        )
    }
}
