import Manager
import Resources

/// `/v2.0/availability_zones`: the site as Neutron's clients look for it, one zone for networks and one for routers.
struct AvailabilityZones: Sendable {
    static let member = "availability_zone"
    static let collection = "availability_zones"

    /// One of the two lines.
    struct Zone: Sendable {
        let resource: String
        let available: Bool
    }

    let site: Site

    static let map = AttributeMap<Zone>([
        .readOnly("name") { _, _ in .text(AvailabilityZone.name) },
        .readOnly("resource") { zone, _ in .text(zone.resource) },
        .readOnly("state") { zone, _ in .text(zone.available ? "available" : "unavailable") },
    ])

    /// Where a network or a router is carried: in the one zone, as soon as it has a host.
    static func zones(_ inventory: Inventory) -> AttributeValue {
        .list(inventory.hosts.isEmpty ? [] : [.text(AvailabilityZone.name)])
    }

    var routes: [Route] {
        [Route(.get, "/v2.0/availability_zones") { request throws(NeutronError) in try list(request) }]
    }

    private func list(_ request: APIRequest) throws(NeutronError) -> APIResponse {
        let available = site.controller.hosts.contains(where: \.alive)
        let zones = ["network", "router"].map { Zone(resource: $0, available: available) }
        return try site.listUnpaged(request, zones, map: Self.map, collection: Self.collection)
    }
}
