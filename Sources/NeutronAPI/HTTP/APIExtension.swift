/// An extension of Neutron's API. Listing an alias is a promise: clients and test suites act on it.
struct APIExtension: Sendable {
    let alias: String
    let name: String
    let description: String

    static let all: [APIExtension] = [
        APIExtension("agent", "agent", "The site's hosts; read-only."),
        APIExtension(
            "allowed-address-pairs", "Allowed Address Pairs",
            "Sources a port may use besides its own MAC and addresses."
        ),
        APIExtension("binding", "Port Binding", "Which host a port is on."),
        APIExtension("external-net", "Neutron external network", "router:external of networks."),
        APIExtension("extraroute", "Neutron Extra Route", "Extra routes of routers."),
        APIExtension("extraroute-atomic", "Atomically add/remove extra routes", "add_extraroutes, remove_extraroutes."),
        APIExtension("filter-validation", "Filter parameters validation", "An unknown filter is refused."),
        APIExtension("ip-substring-filtering", "IP address substring filtering", "fixed_ips=ip_address_substr=…"),
        APIExtension("net-mtu", "Network MTU", "A network shows its MTU."),
        APIExtension("net-mtu-writable", "Network MTU (writable)", "A network's MTU may be set."),
        APIExtension("pagination", "Pagination support", "limit, marker, page_reverse and links."),
        APIExtension("port-mac-address-regenerate", "Neutron Port MAC address regenerate", "mac_address null in PUT."),
        APIExtension("port-security", "Port Security", "The check of a port's source addresses may be turned off."),
        APIExtension("project-id", "project_id field enabled", "project_id beside tenant_id."),
        APIExtension("provider", "Provider Network", "The VNI of a network."),
        APIExtension("revision-if-match", "If-Match constraints based on revision_number", "Answers 412 on mismatch."),
        APIExtension("router", "Neutron L3 Router", "Routers and their interfaces."),
        APIExtension("router-vtep", "Router VTEP bindings and routes", "Peering of routers over VXLAN segments."),
        APIExtension("sorting", "Sorting support", "sort_key and sort_dir."),
        APIExtension("standard-attr-description", "standard-attr-description", "Descriptions of all resources."),
        APIExtension("standard-attr-revisions", "Resource revision numbers", "revision_number of all resources."),
        APIExtension(
            "standard-attr-tag", "Tag support for resources with standard attribute", "Tags of all resources."),
        APIExtension("standard-attr-timestamp", "Resource timestamps", "created_at, updated_at, changed_since."),
        APIExtension("tag-ports-during-bulk-creation", "Tag Ports During Bulk Creation", "tags in POST."),
    ]

    init(_ alias: String, _ name: String, _ description: String) {
        self.alias = alias
        self.name = name
        self.description = description
    }

    var json: JSONValue {
        .object([
            "alias": .string(alias), "name": .string(name), "description": .string(description),
            "updated": .string("2026-11-20T00:00:00-00:00"), "links": .array([]),
        ])
    }
}
