import Manager
import Resources

/// `/v2.0/agents`: the site's hosts, as Neutron lists its agents. Hosts come and go by themselves, so it is read-only.
struct Agents: Sendable {
    static let member = "agent"
    static let collection = "agents"

    let site: Site

    static let map = AttributeMap<HostState>([
        .readOnly("id") { host, _ in .identifier(host.record.id) },
        .readOnly("agent_type") { _, _ in .text("Tombolo agent") },
        .readOnly("binary") { _, _ in .text("tombolo-agent") },
        .readOnly("host") { host, _ in .text(host.record.name) },
        .readOnly("alive", .bool) { host, _ in .bool(host.alive) },
        .readOnly("admin_state_up", .bool) { _, _ in .bool(true) },
        .readOnly("topic") { _, _ in .text("N/A") },
        .readOnly("availability_zone") { _, _ in .text(AvailabilityZone.name) },
        .readOnly("description") { _, _ in .null },
        .readOnly("configurations", .list) { host, inventory in
            .members([
                "tunneling_ip": .address(host.record.tunnelAddress),
                "underlay_mtu": .integer(host.record.underlayMTU),
                "addresses": .list(host.record.addresses.map { .address($0) }),
                "devices": .integer(inventory.portIDs(onHostNamed: host.record.name).count),
                "acknowledged_revision": host.acknowledgedRevision.map { .integer($0) } ?? .null,
                "up_to_date": .bool(host.upToDate),
            ])
        },
        .readOnly("created_at") { host, _ in .time(host.record.joinedAt) },
        .readOnly("started_at") { host, _ in .time(host.record.joinedAt) },
        .readOnly("heartbeat_timestamp") { host, _ in host.lastSeen.map { .time($0) } ?? .null },
    ])

    var routes: [Route] {
        [
            Route(.get, "/v2.0/agents") { request throws(NeutronError) in try list(request) },
            Route(.get, "/v2.0/agents/{id}") { request throws(NeutronError) in try show(request) },
        ]
    }

    private func list(_ request: APIRequest) throws(NeutronError) -> APIResponse {
        let listing = try Listing<HostState>(request.query, map: Self.map)
        let hosts = request.identity.isAdmin ? site.controller.hosts : []
        return try site.look(request) { inventory, _ throws(ResourceError) in
            let page = try listing.result(
                of: hosts, inventory: inventory, base: request.root + "/v2.0/agents", id: { $0.record.id },
                standard: { host in
                    let joined = host.record.joinedAt
                    return StandardAttributes(projectID: "", createdAt: joined, updatedAt: host.lastSeen ?? joined)
                },
                notFound: { ResourceError(.notFound("Agent", $0)) }
            )
            return .json { writer in
                writer.beginObject()
                writer.name(Self.collection)
                writer.list(page.models, listing.selection, inventory)
                if !page.links.isEmpty { writer.links(page.links, "agents_links") }
                writer.endObject()
            }
        }
    }

    private func show(_ request: APIRequest) throws(NeutronError) -> APIResponse {
        let text = request.parameter("id")
        guard let id = HostID(text), request.identity.isAdmin, let host = site.controller.host(id) else {
            throw .notFound("Agent", String(text.prefix(120)))
        }
        let selection = Self.map.selection(fields: request.query.all("fields"))
        return try site.look(request) { inventory, _ throws(ResourceError) in
            .json { writer in
                writer.beginObject()
                writer.name(Self.member)
                writer.resource(host, selection, inventory)
                writer.endObject()
            }
        }
    }
}
