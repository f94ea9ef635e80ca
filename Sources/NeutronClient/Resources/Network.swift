extension NeutronClient {
    package struct Network: NeutronResource, Codable, Hashable {
        package static var member: String { "network" }
        package static var collection: String { "networks" }

        package var id: String
        package var name: String
        package var description: String
        package var projectID: String
        package var status: String
        package var adminStateUp: Bool
        package var shared: Bool
        package var external: Bool
        /// Layer 3, in bytes.
        package var mtu: Int
        package var subnets: [String]
        package var portSecurityEnabled: Bool
        /// Its VNI; only administrators see it.
        package var segmentationID: Int?
        package var tags: [String]
        package var revisionNumber: Int

        package enum CodingKeys: String, CodingKey {
            case id, name, description, status, shared, mtu, subnets, tags
            case projectID = "project_id"
            case adminStateUp = "admin_state_up"
            case external = "router:external"
            case portSecurityEnabled = "port_security_enabled"
            case segmentationID = "provider:segmentation_id"
            case revisionNumber = "revision_number"
        }

        package struct Creation: Encodable, Sendable {
            package var name: String?
            package var description: String?
            package var projectID: String?
            package var mtu: Int?
            package var adminStateUp: Bool?
            package var shared: Bool?
            package var portSecurityEnabled: Bool?
            package var segmentationID: Int?
            package var tags: [String]?

            package init(
                name: String? = nil, description: String? = nil, projectID: String? = nil, mtu: Int? = nil,
                adminStateUp: Bool? = nil, shared: Bool? = nil, portSecurityEnabled: Bool? = nil,
                segmentationID: Int? = nil, tags: [String]? = nil
            ) {
                self.name = name
                self.description = description
                self.projectID = projectID
                self.mtu = mtu
                self.adminStateUp = adminStateUp
                self.shared = shared
                self.portSecurityEnabled = portSecurityEnabled
                self.segmentationID = segmentationID
                self.tags = tags
            }

            package enum CodingKeys: String, CodingKey {
                case name, description, mtu, shared, tags
                case projectID = "project_id"
                case adminStateUp = "admin_state_up"
                case portSecurityEnabled = "port_security_enabled"
                case segmentationID = "provider:segmentation_id"
            }
        }

        package struct Changes: Encodable, Sendable {
            package var name: String?
            package var description: String?
            package var mtu: Int?
            package var adminStateUp: Bool?
            package var shared: Bool?
            package var portSecurityEnabled: Bool?

            package init(
                name: String? = nil, description: String? = nil, mtu: Int? = nil, adminStateUp: Bool? = nil,
                shared: Bool? = nil, portSecurityEnabled: Bool? = nil
            ) {
                self.name = name
                self.description = description
                self.mtu = mtu
                self.adminStateUp = adminStateUp
                self.shared = shared
                self.portSecurityEnabled = portSecurityEnabled
            }

            package enum CodingKeys: String, CodingKey {
                case name, description, mtu, shared
                case adminStateUp = "admin_state_up"
                case portSecurityEnabled = "port_security_enabled"
            }
        }
    }
}
