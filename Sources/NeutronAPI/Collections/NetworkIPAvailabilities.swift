import Addresses
import Resources

/// `/v2.0/network-ip-availabilities`: how many addresses networks have, and how many are used. For the operator.
struct NetworkIPAvailabilities: Sendable {
    static let member = "network_ip_availability"
    static let collection = "network_ip_availabilities"
    static let path = "/v2.0/network-ip-availabilities"

    let site: Site

    /// A network with those of its subnets that count: all, or of one IP version.
    struct Availability: Sendable {
        let network: Network
        let subnets: [Subnet]

        init(_ network: Network, ipVersion: Int?, _ inventory: Inventory) {
            self.network = network
            subnets = inventory.subnetIDs(of: network.id).sorted().compactMap { inventory.subnets[$0] }.filter {
                ipVersion == nil || $0.ipVersion == ipVersion
            }
        }
    }

    static let map = AttributeMap<Availability>([
        .readOnly("network_id") { value, _ in .identifier(value.network.id) },
        .readOnly("network_name") { value, _ in .text(value.network.standard.name) },
        .readOnly("tenant_id") { value, _ in .text(value.network.standard.projectID) },
        .readOnly("project_id") { value, _ in .text(value.network.standard.projectID) },
        .readOnly("total_ips", .integer) { value, _ in .count(value.subnets.reduce(0) { $0 &+ $1.totalAddresses }) },
        .readOnly("used_ips", .integer) { value, inventory in
            .integer(value.subnets.reduce(0) { $0 + inventory.usedAddressCount(of: $1.id) })
        },
        .readOnly("subnet_ip_availability", .list) { value, inventory in
            .list(
                value.subnets.map { subnet in
                    .members([
                        "subnet_id": .identifier(subnet.id), "subnet_name": .text(subnet.standard.name),
                        "cidr": .text(subnet.cidr), "ip_version": .integer(subnet.ipVersion),
                        "total_ips": .count(subnet.totalAddresses),
                        "used_ips": .integer(inventory.usedAddressCount(of: subnet.id)),
                    ])
                })
        },
    ])

    var routes: [Route] {
        [
            Route(.get, Self.path) { request throws(NeutronError) in try list(request) },
            Route(.get, Self.path + "/{id}") { request throws(NeutronError) in try show(request) },
        ]
    }

    private func list(_ request: APIRequest) throws(NeutronError) -> APIResponse {
        var version: Int?
        if let text = request.query.last("ip_version") {
            guard text == "4" || text == "6" else { throw .invalidInput("ip_version", "'\(text)' is not in [4, 6]") }
            version = Int(text)
        }
        let listing = try Listing<Availability>(request.query.without(["ip_version"]), map: Self.map)
        return try site.survey(request) { inventory, context throws(ResourceError) in
            var all: [Availability] = []
            if context.isAdmin {
                all = inventory.networks.values.map { Availability($0, ipVersion: version, inventory) }
                // Asked for one IP version, only networks that have it.
                if version != nil { all.removeAll(where: \.subnets.isEmpty) }
            }
            let page = try listing.result(
                of: all, inventory: inventory, base: request.root + Self.path, id: \.network.id,
                standard: \.network.standard, notFound: { ResourceError(.notFound("Network", $0)) }
            )
            return .json { writer in
                writer.beginObject()
                writer.name(Self.collection)
                writer.list(page.models, listing.selection, inventory)
                if !page.links.isEmpty { writer.links(page.links, Self.collection + "_links") }
                writer.endObject()
            }
        }
    }

    private func show(_ request: APIRequest) throws(NeutronError) -> APIResponse {
        let text = request.parameter("id")
        let selection = Self.map.selection(fields: request.query.all("fields"))
        return try site.look(request) { inventory, context throws(ResourceError) in
            guard let id = NetworkID(text), context.isAdmin, let network = inventory.networks[id] else {
                throw ResourceError(.notFound("Network", String(text.prefix(120))))
            }
            return .json { writer in
                writer.beginObject()
                writer.name(Self.member)
                writer.resource(Availability(network, ipVersion: nil, inventory), selection, inventory)
                writer.endObject()
            }
        }
    }
}

extension Subnet {
    /// Those that ports get unasked.
    fileprivate var totalAddresses: UInt128 { allocationPools.reduce(0) { $0 &+ $1.count } }
}
