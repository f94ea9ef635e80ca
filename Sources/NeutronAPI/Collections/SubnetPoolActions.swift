import Addresses
import Resources

/// `/v2.0/subnetpools/{id}/add_prefixes` and `remove_prefixes`
struct SubnetPoolActions: Sendable {
    let site: Site

    private static let prefixes = Input("prefixes", Rule<[IPPrefix]>.list(of: .subnet), required: true)

    var routes: [Route] {
        let one = SubnetPools.path + "/{id}/"
        return [
            Route(.put, one + "add_prefixes") { request throws(NeutronError) in
                let revision = try request.expectedRevision()
                return try await change(request) { inventory, pool, prefixes, context throws(ResourceError) in
                    try inventory.addingPrefixes(prefixes, to: pool, expecting: revision, context: context)
                }
            },
            Route(.put, one + "remove_prefixes") { request throws(NeutronError) in
                let revision = try request.expectedRevision()
                return try await change(request) { inventory, pool, prefixes, context throws(ResourceError) in
                    try inventory.removingPrefixes(prefixes, from: pool, expecting: revision, context: context)
                }
            },
        ]
    }

    private func change(
        _ request: APIRequest,
        _ rule:
            @escaping @Sendable (
                Inventory, SubnetPoolID, [IPPrefix], RequestContext
            ) throws(ResourceError) -> (SubnetPool, Transaction)
    ) async throws(NeutronError) -> APIResponse {
        let id = try SubnetPools.id(request.parameter("id"))
        let prefixes = try Body(members: try request.members(only: ["prefixes"])).required(Self.prefixes)
        return try await site.change(request) { inventory, context, _ throws(ResourceError) in
            let (pool, transaction) = try rule(inventory, id, prefixes, context)
            let response = APIResponse.json { writer in
                writer.value(.members(["prefixes": .list(pool.prefixes.map { .text($0) })]))
            }
            return (response, transaction)
        }
    }
}
