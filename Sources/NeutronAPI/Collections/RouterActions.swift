import Resources

/// What clients do to a router besides the five requests of every collection.
struct RouterActions: Sendable {
    let site: Site

    private static let subnetID = Input("subnet_id", Rule<SubnetID>.uuid())
    private static let portID = Input("port_id", Rule<PortID>.uuid())
    private static let routes = Input("routes", Rule<[HostRoute]>.list(of: .hostRoute), required: true)

    var routes: [Route] {
        let one = Routers.path + "/{id}/"
        return [
            Route(.put, one + "add_router_interface") { request throws(NeutronError) in
                try await changeInterface(request) {
                    inventory, router, target, context, generator throws(ResourceError) in
                    try inventory.addingInterface(
                        to: router, subnet: target.subnet, port: target.port, context: context, using: &generator
                    )
                }
            },
            Route(.put, one + "remove_router_interface") { request throws(NeutronError) in
                try await changeInterface(request) { inventory, router, target, context, _ throws(ResourceError) in
                    try inventory.removingInterface(
                        from: router, subnet: target.subnet, port: target.port, context: context
                    )
                }
            },
            Route(.put, one + "add_extraroutes") { request throws(NeutronError) in
                let revision = try request.expectedRevision()
                return try await changeRoutes(request) { inventory, router, routes, context throws(ResourceError) in
                    try inventory.addingExtraRoutes(routes, to: router, expecting: revision, context: context)
                }
            },
            Route(.put, one + "remove_extraroutes") { request throws(NeutronError) in
                let revision = try request.expectedRevision()
                return try await changeRoutes(request) { inventory, router, routes, context throws(ResourceError) in
                    try inventory.removingExtraRoutes(routes, from: router, expecting: revision, context: context)
                }
            },
        ]
    }

    private struct Target: Sendable {
        let subnet: SubnetID?
        let port: PortID?
    }

    private typealias InterfaceRule =
        @Sendable (
            Inventory, RouterID, Target, RequestContext, inout SystemRandomNumberGenerator
        ) throws(ResourceError) -> (RouterInterfaceInfo, Transaction)

    private func changeInterface(
        _ request: APIRequest, _ rule: @escaping InterfaceRule
    ) async throws(NeutronError) -> APIResponse {
        let router = try Routers.id(request.parameter("id"))
        let body = Body(members: try request.members(only: ["subnet_id", "port_id"]))
        let target = Target(subnet: try body.value(Self.subnetID), port: try body.value(Self.portID))
        let info = try await site.change(request) { inventory, context, generator throws(ResourceError) in
            try rule(inventory, router, target, context, &generator)
        }
        return .json { writer in
            writer.value(
                .members([
                    "id": .identifier(info.routerID), "tenant_id": .text(info.projectID),
                    "project_id": .text(info.projectID), "port_id": .identifier(info.portID),
                    "network_id": .identifier(info.networkID), "subnet_id": .identifier(info.subnetID),
                    "subnet_ids": .list(info.subnetIDs.map { .identifier($0) }), "tags": .list([]),
                ]))
        }
    }

    private func changeRoutes(
        _ request: APIRequest,
        _ rule:
            @escaping @Sendable (
                Inventory, RouterID, [HostRoute], RequestContext
            ) throws(ResourceError) -> (Router, Transaction)
    ) async throws(NeutronError) -> APIResponse {
        let id = try Routers.id(request.parameter("id"))
        let members = try request.member(Routers.member)
        for name in members.keys.sorted() where name != "routes" {
            throw .badRequest("Unrecognized attribute(s) '\(name.prefix(120))'")
        }
        let routes = try Body(members: members).required(Self.routes)
        return try await site.change(request) { inventory, context, _ throws(ResourceError) in
            let (router, transaction) = try rule(inventory, id, routes, context)
            let response = APIResponse.json { writer in
                writer.beginObject()
                writer.name(Routers.member)
                writer.resource(router, Routers.map.selection(fields: []), inventory)
                writer.endObject()
            }
            return (response, transaction)
        }
    }
}
