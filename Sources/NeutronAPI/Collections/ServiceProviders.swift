import Resources

/// `/v2.0/service-providers`: who does routing. There is nobody else to choose.
struct ServiceProviders: Sendable {
    static let member = "service_provider"
    static let collection = "service_providers"
    static let path = "/v2.0/service-providers"

    let site: Site

    /// A type of service in Neutron's words.
    struct Provider: Sendable {
        let serviceType: String
    }

    static let map = AttributeMap<Provider>([
        .readOnly("service_type") { provider, _ in .text(provider.serviceType) },
        .readOnly("name") { _, _ in .text("tombolo") },
        .readOnly("default", .bool) { _, _ in .bool(true) },
    ])

    var routes: [Route] {
        [
            Route(.get, Self.path) { request throws(NeutronError) in
                try site.listUnpaged(
                    request, [Provider(serviceType: "L3_ROUTER_NAT")], map: Self.map, collection: Self.collection)
            }
        ]
    }
}
