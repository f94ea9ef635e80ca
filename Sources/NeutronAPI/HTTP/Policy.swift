import Identity

/// Who may ask for what: the one place that says so, in the words of Neutron's and Keystone's default policies.
///
/// This is what can be said of a request before the objects are looked at. Whose an object is, the rules of `Resources`
/// decide on the same roles: what one may not see is not found (404), what one may see but not change is refused (403).
enum Policy {
    enum Rule: Hashable, Sendable {
        /// Anyone with a valid token.
        case authenticated
        /// A role of these in the token's project; roles imply the ones before them.
        case reader, member, admin
        /// The user, project or domain that the path names, or an admin.
        case sameUser, sameProject, sameDomain
    }

    /// Reading and writing of a network collection.
    struct Collection: Sendable {
        /// `network`, as in `create_network`.
        let member: String
        let read: Rule
        let write: Rule

        init(_ member: String, read: Rule = .reader, write: Rule = .member) {
            self.member = member
            self.read = read
            self.write = write
        }
    }

    /// `/v2.0/…`. What is not here is the admin's alone.
    static let collections: [String: Collection] = [
        "networks": Collection("network"),
        "subnets": Collection("subnet"),
        "ports": Collection("port"),
        "routers": Collection("router"),
        "subnetpools": Collection("subnetpool"),
        "address-scopes": Collection("address_scope"),
        "security-groups": Collection("security_group"),
        "security-group-rules": Collection("security_group_rule"),
        "default-security-group-rules": Collection("default_security_group_rule", write: .admin),
        "address-groups": Collection("address_group"),
        "floatingips": Collection("floatingip"),
        "trunks": Collection("trunk"),
        "rbac-policies": Collection("rbac_policy"),
        "quotas": Collection("quota", write: .admin),
        "extensions": Collection("extension", read: .authenticated),
        "availability_zones": Collection("availability_zone"),
        "service-providers": Collection("service_provider"),
        "network-ip-availabilities": Collection("network_ip_availability", read: .admin),
        // The operator's: agents are hosts, and peering reaches out of the site.
        "agents": Collection("agent", read: .admin, write: .admin),
        "router_vtep_bindings": Collection("router_vtep_binding", read: .admin, write: .admin),
        "router_vtep_routes": Collection("router_vtep_route", read: .admin, write: .admin),
        "gw/gateway_devices": Collection("gateway_device", read: .admin, write: .admin),
        "l2-gateways": Collection("l2_gateway", read: .admin, write: .admin),
        "l2-gateway-connections": Collection("l2_gateway_connection", read: .admin, write: .admin),
        // Only where nobody has to say who they are.
        "projects": Collection("project"),
        "tenants": Collection("tenant"),
    ]

    /// `/v3/…`. What is not here is the admin's alone.
    static let identity: [String: Rule] = [
        "GET /v3/auth/tokens": .authenticated,
        "DELETE /v3/auth/tokens": .authenticated,
        "GET /v3/auth/projects": .authenticated,
        "GET /v3/auth/domains": .authenticated,
        "GET /v3/auth/system": .authenticated,
        "GET /v3/auth/catalog": .authenticated,
        "GET /v3/services": .authenticated,
        "GET /v3/services/{id}": .authenticated,
        "GET /v3/endpoints": .authenticated,
        "GET /v3/endpoints/{id}": .authenticated,
        "GET /v3/regions": .authenticated,
        "GET /v3/regions/{id}": .authenticated,
        // An application credential is made with roles by their names.
        "GET /v3/roles": .authenticated,
        "GET /v3/roles/{id}": .authenticated,
        "GET /v3/domains/{id}": .sameDomain,
        "GET /v3/projects/{id}": .sameProject,
        "GET /v3/users/{id}": .sameUser,
        "GET /v3/users/{id}/projects": .sameUser,
        "GET /v3/users/{id}/groups": .sameUser,
        "GET /v3/users/{id}/application_credentials": .sameUser,
        "POST /v3/users/{id}/application_credentials": .sameUser,
        "GET /v3/users/{id}/application_credentials/{credential}": .sameUser,
        "DELETE /v3/users/{id}/application_credentials/{credential}": .sameUser,
    ]

    static func authorize(
        _ route: Route, _ identity: RequestIdentity, _ parameters: [String: String]
    ) throws(NeutronError) {
        if IdentityRoutes.answers(route.path) {
            let rule = self.identity["\(route.method.rawValue) \(IdentityRoutes.canonical(route.path))"] ?? .admin
            guard allows(rule, identity, parameters) else {
                throw NeutronError(IdentityError.forbidden("\(route.method.rawValue) \(route.path)"))
            }
            return
        }
        let (rule, name) = networkRule(of: route)
        // The network API is about a project's things.
        guard allows(rule, identity, parameters), !identity.projectID.isEmpty else {
            throw NeutronError(
                status: 403, type: "PolicyNotAuthorized", message: "(rule:\(name)) is disallowed by policy")
        }
    }

    private static func allows(
        _ rule: Rule, _ identity: RequestIdentity, _ parameters: [String: String]
    ) -> Bool {
        if identity.isAdmin { return true }
        let id = parameters["id"] ?? ""
        return switch rule {
        case .authenticated: true
        case .reader: !identity.roles.isDisjoint(with: ["reader", "member"])
        case .member: identity.roles.contains("member")
        case .admin: false
        case .sameUser: identity.userID == id
        case .sameProject: identity.projectID == id
        case .sameDomain: identity.domainIDs.contains(id)
        }
    }

    /// The rule, and the name that Neutron's policy has for it: `create_network`, `add_router_interface`.
    static func networkRule(of route: Route) -> (Rule, String) {
        var parts = route.path.split(separator: "/").dropFirst().map(String.init)[...]
        var name = parts.popFirst() ?? ""
        if name == "gw", let next = parts.popFirst() { name += "/" + next }
        let collection = collections[name] ?? Collection(name, read: .admin, write: .admin)
        let action = parts.last { !$0.hasPrefix("{") }
        let rule = route.method == .get ? collection.read : collection.write
        let verb =
            switch route.method {
            case .get: "get"
            case .post: "create"
            case .put, .patch: "update"
            case .delete: "delete"
            }
        guard let action else { return (rule, "\(verb)_\(collection.member)") }
        // `add_router_interface` is a name of its own; tags and the like belong to the resource.
        return (rule, action.contains("_") && route.method == .put ? action : "\(verb)_\(collection.member)_\(action)")
    }
}
