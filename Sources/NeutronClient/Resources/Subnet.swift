extension NeutronClient {
    package struct Subnet: NeutronResource, Codable, Hashable {
        package static var member: String { "subnet" }
        package static var collection: String { "subnets" }

        package var id: String
        package var name: String
        package var description: String
        package var projectID: String
        package var networkID: String
        package var ipVersion: Int
        package var cidr: String
        package var gatewayIP: String?
        package var allocationPools: [AllocationPool]
        package var enableDHCP: Bool
        package var dnsNameservers: [String]
        package var hostRoutes: [Route]
        package var tags: [String]
        package var revisionNumber: Int

        package enum CodingKeys: String, CodingKey {
            case id, name, description, cidr, tags
            case projectID = "project_id"
            case networkID = "network_id"
            case ipVersion = "ip_version"
            case gatewayIP = "gateway_ip"
            case allocationPools = "allocation_pools"
            case enableDHCP = "enable_dhcp"
            case dnsNameservers = "dns_nameservers"
            case hostRoutes = "host_routes"
            case revisionNumber = "revision_number"
        }

        package struct Creation: Encodable, Sendable {
            package var networkID: String
            package var cidr: String
            package var ipVersion: Int
            package var name: String?
            package var description: String?
            package var projectID: String?
            /// Unset: the subnet's first address; null: none.
            package var gatewayIP: Setting<String>?
            package var allocationPools: [AllocationPool]?
            package var enableDHCP: Bool?
            package var dnsNameservers: [String]?
            package var hostRoutes: [Route]?
            package var tags: [String]?

            package init(
                networkID: String, cidr: String, ipVersion: Int = 4, name: String? = nil, description: String? = nil,
                projectID: String? = nil, gatewayIP: Setting<String>? = nil, allocationPools: [AllocationPool]? = nil,
                enableDHCP: Bool? = nil, dnsNameservers: [String]? = nil, hostRoutes: [Route]? = nil,
                tags: [String]? = nil
            ) {
                self.networkID = networkID
                self.cidr = cidr
                self.ipVersion = ipVersion
                self.name = name
                self.description = description
                self.projectID = projectID
                self.gatewayIP = gatewayIP
                self.allocationPools = allocationPools
                self.enableDHCP = enableDHCP
                self.dnsNameservers = dnsNameservers
                self.hostRoutes = hostRoutes
                self.tags = tags
            }

            package enum CodingKeys: String, CodingKey {
                case name, description, cidr, tags
                case projectID = "project_id"
                case networkID = "network_id"
                case ipVersion = "ip_version"
                case gatewayIP = "gateway_ip"
                case allocationPools = "allocation_pools"
                case enableDHCP = "enable_dhcp"
                case dnsNameservers = "dns_nameservers"
                case hostRoutes = "host_routes"
            }
        }

        package struct Changes: Encodable, Sendable {
            package var name: String?
            package var description: String?
            package var gatewayIP: Setting<String>?
            package var allocationPools: [AllocationPool]?
            package var enableDHCP: Bool?
            package var dnsNameservers: [String]?
            package var hostRoutes: [Route]?

            package init(
                name: String? = nil, description: String? = nil, gatewayIP: Setting<String>? = nil,
                allocationPools: [AllocationPool]? = nil, enableDHCP: Bool? = nil, dnsNameservers: [String]? = nil,
                hostRoutes: [Route]? = nil
            ) {
                self.name = name
                self.description = description
                self.gatewayIP = gatewayIP
                self.allocationPools = allocationPools
                self.enableDHCP = enableDHCP
                self.dnsNameservers = dnsNameservers
                self.hostRoutes = hostRoutes
            }

            package enum CodingKeys: String, CodingKey {
                case name, description
                case gatewayIP = "gateway_ip"
                case allocationPools = "allocation_pools"
                case enableDHCP = "enable_dhcp"
                case dnsNameservers = "dns_nameservers"
                case hostRoutes = "host_routes"
            }
        }
    }

    package struct AllocationPool: Codable, Hashable, Sendable {
        package var start: String
        package var end: String

        package init(start: String, end: String) {
            self.start = start
            self.end = end
        }
    }

    /// A host route of a subnet, or an extra route of a router.
    package struct Route: Codable, Hashable, Sendable {
        package var destination: String
        package var nextHop: String

        package init(destination: String, nextHop: String) {
            self.destination = destination
            self.nextHop = nextHop
        }

        package enum CodingKeys: String, CodingKey {
            case destination
            case nextHop = "nexthop"
        }
    }
}
