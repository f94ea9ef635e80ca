import Resources

/// `/v2.0/trunks/{id}/add_subports`, `remove_subports` and `get_subports`. The first two answer with the trunk itself,
/// not under a name: so Neutron does.
struct TrunkActions: Sendable {
    let site: Site

    private static let removed = Input(
        "sub_ports",
        Rule<[PortID]>.list(
            of: Rule<PortID>.object(["port_id", "segmentation_type", "segmentation_id"]) {
                members throws(RuleViolation) in try members.required("port_id", Rule<PortID>.uuid())
            }),
        required: true
    )

    var routes: [Route] {
        let one = Trunks.path + "/{id}/"
        return [
            Route(.put, one + "add_subports") { request throws(NeutronError) in
                let added = try Self.body(request).required(Trunks.subPorts)
                let revision = try request.expectedRevision()
                return try await change(request) { inventory, trunk, context throws(ResourceError) in
                    try inventory.addingSubPorts(added, to: trunk, expecting: revision, context: context)
                }
            },
            Route(.put, one + "remove_subports") { request throws(NeutronError) in
                let removed = try Self.body(request).required(Self.removed)
                let revision = try request.expectedRevision()
                return try await change(request) { inventory, trunk, context throws(ResourceError) in
                    try inventory.removingSubPorts(removed, from: trunk, expecting: revision, context: context)
                }
            },
            Route(.get, one + "get_subports") { request throws(NeutronError) in
                let id = try Trunks.id(request.parameter("id"))
                return try site.look(request) { inventory, context throws(ResourceError) in
                    let trunk = try inventory.trunk(id, for: context)
                    return .json { writer in
                        writer.value(.members(["sub_ports": .list(trunk.subPorts.map(\.attributeValue))]))
                    }
                }
            },
        ]
    }

    private static func body(_ request: APIRequest) throws(NeutronError) -> Body {
        Body(members: try request.members(only: ["sub_ports"]))
    }

    private func change(
        _ request: APIRequest,
        _ rule:
            @escaping @Sendable (
                Inventory, TrunkID, RequestContext
            ) throws(ResourceError) -> (Trunk, Transaction)
    ) async throws(NeutronError) -> APIResponse {
        let id = try Trunks.id(request.parameter("id"))
        return try await site.change(request) { inventory, context, _ throws(ResourceError) in
            let (trunk, transaction) = try rule(inventory, id, context)
            let response = APIResponse.json { writer in
                writer.resource(trunk, Trunks.map.selection(fields: []), inventory)
            }
            return (response, transaction)
        }
    }
}
