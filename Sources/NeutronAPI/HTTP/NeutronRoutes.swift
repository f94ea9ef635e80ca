/// The whole surface of the API.
struct NeutronRoutes: Sendable {
    let all: [Route]

    init(site: Site, _ authentication: Authentication = .none) {
        func collection<Served: NeutronCollection>(_ served: Served.Type) -> [Route] {
            CollectionRoutes(served, site: site).routes + TagRoutes(served, site: site).routes
        }
        let discovery = Discovery(
            collections: [
                (Networks.member, Networks.collection), (Subnets.member, Subnets.collection),
                (Ports.member, Ports.collection), (Routers.member, Routers.collection),
                (GatewayDevices.member, "gw/" + GatewayDevices.collection), (L2Gateways.member, "l2-gateways"),
                (L2GatewayConnections.member, "l2-gateway-connections"),
                (RouterVTEPBindings.member, RouterVTEPBindings.collection),
                (RouterVTEPRoutes.member, RouterVTEPRoutes.collection),
                (SecurityGroups.member, "security-groups"), (SecurityGroupRules.member, "security-group-rules"),
                (AddressGroups.member, "address-groups"), (RBACPolicies.member, "rbac-policies"),
                (Quotas.member, Quotas.collection), (Agents.member, Agents.collection),
                ("extension", "extensions"),
                (AddressScopes.member, "address-scopes"),
                (AvailabilityZones.member, AvailabilityZones.collection),
                (FloatingIPs.member, FloatingIPs.collection),
                (NetworkIPAvailabilities.member, "network-ip-availabilities"),
                (ServiceProviders.member, "service-providers"),
                (SubnetPools.member, SubnetPools.collection), (Trunks.member, Trunks.collection),
            ]
        )
        var routes = discovery.routes
        switch authentication {
        case .none: routes += discovery.routesWithoutIdentity
        case .identity(let service): routes += IdentityRoutes(service: service).all
        }
        routes += collection(Networks.self)
        routes += collection(Subnets.self)
        routes += collection(Ports.self)
        routes += collection(Routers.self)
        routes += RouterActions(site: site).routes
        routes += collection(GatewayDevices.self)
        routes += RemoteMACEntries(site: site).routes
        routes += collection(L2Gateways.self)
        routes += collection(L2GatewayConnections.self)
        routes += collection(RouterVTEPBindings.self)
        routes += collection(RouterVTEPRoutes.self)
        routes += SecurityGroupRoutes(site: site).routes
        routes += collection(AddressGroups.self)
        routes += AddressGroupActions(site: site).routes
        routes += CollectionRoutes(RBACPolicies.self, site: site).routes
        routes += Quotas(site: site).routes
        routes += Agents(site: site).routes
        routes += collection(AddressScopes.self)
        routes += AvailabilityZones(site: site).routes
        routes += collection(FloatingIPs.self)
        routes += NetworkIPAvailabilities(site: site).routes
        routes += ServiceProviders(site: site).routes
        routes += collection(SubnetPools.self)
        routes += SubnetPoolActions(site: site).routes
        routes += collection(Trunks.self)
        routes += TrunkActions(site: site).routes
        all = routes
    }
}
