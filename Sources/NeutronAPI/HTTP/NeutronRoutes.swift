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
                (RouterVTEPBindings.member, RouterVTEPBindings.collection),
                (RouterVTEPRoutes.member, RouterVTEPRoutes.collection), (Agents.member, Agents.collection),
                ("extension", "extensions"),
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
        routes += collection(RouterVTEPBindings.self)
        routes += collection(RouterVTEPRoutes.self)
        routes += Agents(site: site).routes
        all = routes
    }
}
