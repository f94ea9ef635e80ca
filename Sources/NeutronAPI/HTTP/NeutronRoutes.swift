/// The whole surface of the API.
struct NeutronRoutes: Sendable {
    let all: [Route]

    init(site: Site) {
        func collection<Served: NeutronCollection>(_ served: Served.Type) -> [Route] {
            CollectionRoutes(served, site: site).routes + TagRoutes(served, site: site).routes
        }
        let discovery = Discovery(
            collections: [
                (Networks.member, Networks.collection), (Subnets.member, Subnets.collection),
                (Ports.member, Ports.collection), (Routers.member, Routers.collection),
                (RouterVTEPBindings.member, RouterVTEPBindings.collection),
                (RouterVTEPRoutes.member, RouterVTEPRoutes.collection),
                (SecurityGroups.member, "security-groups"), (SecurityGroupRules.member, "security-group-rules"),
                (AddressGroups.member, "address-groups"), (RBACPolicies.member, "rbac-policies"),
                (Quotas.member, Quotas.collection), (Agents.member, Agents.collection),
                ("extension", "extensions"),
            ]
        )
        var routes = discovery.routes
        routes += collection(Networks.self)
        routes += collection(Subnets.self)
        routes += collection(Ports.self)
        routes += collection(Routers.self)
        routes += RouterActions(site: site).routes
        routes += collection(RouterVTEPBindings.self)
        routes += collection(RouterVTEPRoutes.self)
        routes += SecurityGroupRoutes(site: site).routes
        routes += collection(AddressGroups.self)
        routes += AddressGroupActions(site: site).routes
        routes += CollectionRoutes(RBACPolicies.self, site: site).routes
        routes += Quotas(site: site).routes
        routes += Agents(site: site).routes
        all = routes
    }
}
