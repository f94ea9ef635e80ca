/// An extension of Neutron's API. Listing an alias is a promise: clients and test suites act on it.
struct APIExtension: Sendable {
    let alias: String
    let name: String
    let description: String

    static let all: [APIExtension] = [
        APIExtension(
            "address-group", "Address group",
            "Addresses that security group rules name together. Stored, not enforced yet."
        ),
        APIExtension(
            "address-scope", "Address scope",
            "Address scopes of subnet pools; pools of one scope do not overlap."
        ),
        APIExtension("agent", "agent", "The site's hosts; read-only."),
        APIExtension(
            "allowed-address-pairs", "Allowed Address Pairs",
            "Sources a port may use besides its own MAC and addresses."
        ),
        APIExtension("availability_zone", "Availability Zone", "A site is one zone, nova."),
        APIExtension("binding", "Port Binding", "Which host a port is on."),
        APIExtension("default-subnetpools", "Default Subnetpools", "use_default_subnetpool of subnets."),
        APIExtension(
            "ext-gw-mode", "Neutron L3 Configurable external gateway mode",
            "enable_snat is kept with the gateway; addresses are not translated yet."
        ),
        APIExtension(
            "external-net", "Neutron external network",
            "router:external of networks. Gateways are kept and checked; no packet leaves by them yet."
        ),
        APIExtension(
            "extra_dhcp_opt", "Neutron Extra DHCP options",
            "Options for a port's DHCP client. Stored; the DHCP server does not answer with them yet."
        ),
        APIExtension("extraroute", "Neutron Extra Route", "Extra routes of routers."),
        APIExtension("extraroute-atomic", "Atomically add/remove extra routes", "add_extraroutes, remove_extraroutes."),
        APIExtension("filter-validation", "Filter parameters validation", "An unknown filter is refused."),
        APIExtension(
            "fip-port-details", "Floating IP Port Details Extension",
            "A floating IP shows the port it leads to."
        ),
        APIExtension(
            "gateway-device", "Midonet Gateway Device Extension",
            "Gateway devices with remote MAC entries. router_vtep peers routers over VXLAN; network_vlan and hw_vtep are "
                + "validated and stored, and carry no packets yet."
        ),
        APIExtension("ip-substring-filtering", "IP address substring filtering", "fixed_ips=ip_address_substr=…"),
        APIExtension("ip_allocation", "IP Allocation", "Whether a port has addresses."),
        APIExtension(
            "l2-gateway", "L2 Gateway",
            "L2 gateways on gateway devices, by device_id or by device_name. Only those on a router_vtep carry packets."
        ),
        APIExtension(
            "l2-gateway-connection", "L2 Gateway connection",
            "Networks on L2 gateways: on a router_vtep's, a network spans sites."
        ),
        APIExtension("net-mtu", "Network MTU", "A network shows its MTU."),
        APIExtension("net-mtu-writable", "Network MTU (writable)", "A network's MTU may be set."),
        APIExtension("network-ip-availability", "Network IP Availability", "Addresses that networks have and use."),
        APIExtension("network_availability_zone", "Network Availability Zone", "availability_zone_hints of networks."),
        APIExtension("pagination", "Pagination support", "limit, marker, page_reverse and links."),
        APIExtension("port-mac-address-regenerate", "Neutron Port MAC address regenerate", "mac_address null in PUT."),
        APIExtension("port-security", "Port Security", "The check of a port's source addresses may be turned off."),
        APIExtension(
            "port-security-groups-filtering", "Port filtering on security groups", "security_groups=… of ports."),
        APIExtension("project-id", "project_id field enabled", "project_id beside tenant_id."),
        APIExtension("provider", "Provider Network", "The VNI of a network."),
        APIExtension("quota-check-limit", "Quota engine limit check", "check_limit when limits are set."),
        APIExtension(
            "quota-check-limit-default", "Quota engine limit check by default",
            "A limit below what is used is refused, unless forced."
        ),
        APIExtension(
            "quota_details", "Quota details management support", "What of a project's limits is used."),
        APIExtension("quotas", "Quota management support", "Limits per project."),
        APIExtension(
            "rbac-address-group", "Add address_group type to RBAC", "Sharing of address groups."),
        APIExtension("rbac-policies", "RBAC Policies", "Sharing of networks with other projects."),
        APIExtension(
            "rbac-security-groups", "Add security_group type to network RBAC", "Sharing of security groups."),
        APIExtension("revision-if-match", "If-Match constraints based on revision_number", "Answers 412 on mismatch."),
        APIExtension(
            "router", "Neutron L3 Router",
            "Routers, interfaces, gateways, floating IPs. Addresses are not translated yet: floating IPs stay DOWN."
        ),
        APIExtension("router-vtep", "Router VTEP bindings and routes", "Peering of routers over VXLAN segments."),
        APIExtension("router_availability_zone", "Router Availability Zone", "availability_zone_hints of routers."),
        APIExtension(
            "security-group", "security-group",
            "Security groups and their rules. Stored and checked; the datapath does not filter by them yet."
        ),
        APIExtension(
            "security-groups-normalized-cidr", "Normalized CIDR field for security group rules",
            "normalized_cidr of rules."
        ),
        APIExtension(
            "security-groups-remote-address-group", "Remote address group id field for security group rules",
            "remote_address_group_id of rules."
        ),
        APIExtension(
            "security-groups-rules-belongs-to-default-sg",
            "Security group rules belongs to the project's default security group", "belongs_to_default_sg of rules."
        ),
        APIExtension(
            "security-groups-shared-filtering", "Security group filtering on the shared field",
            "shared=… of security groups."
        ),
        APIExtension("service-type", "Neutron Service Type Management", "The one provider of routing."),
        APIExtension("sorting", "Sorting support", "sort_key and sort_dir."),
        APIExtension("standard-attr-description", "standard-attr-description", "Descriptions of all resources."),
        APIExtension("standard-attr-revisions", "Resource revision numbers", "revision_number of all resources."),
        APIExtension(
            "standard-attr-tag", "Tag support for resources with standard attribute", "Tags of all resources."),
        APIExtension("standard-attr-timestamp", "Resource timestamps", "created_at, updated_at, changed_since."),
        APIExtension(
            "stateful-security-group", "Stateful security group",
            "stateful of security groups. Stored, not enforced yet."
        ),
        APIExtension(
            "subnet-dns-publish-fixed-ip", "Subnet DNS publish fixed IP",
            "Kept with the subnet; there is no DNS service to publish in."
        ),
        APIExtension("subnet-external-network", "Subnet belongs to external network", "router:external of subnets."),
        APIExtension(
            "subnet-service-types", "Subnet service types",
            "Only ports of these owners get addresses unasked."
        ),
        APIExtension("subnet_allocation", "Subnet Allocation", "Subnet pools, and subnets cut out of them."),
        APIExtension("subnetpool-prefix-ops", "Subnet Pool Prefix Operations", "add_prefixes, remove_prefixes."),
        APIExtension("tag-creation", "Tag creation extension", "POST of several tags."),
        APIExtension("tag-ports-during-bulk-creation", "Tag Ports During Bulk Creation", "tags in POST."),
        APIExtension(
            "trunk", "Trunk Extension",
            "Trunks and sub-ports are kept and checked; their VLANs are not carried yet."
        ),
        APIExtension("trunk-details", "Trunk port details", "A parent port shows its trunk."),
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
