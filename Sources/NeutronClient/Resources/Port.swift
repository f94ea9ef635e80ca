extension NeutronClient {
    package struct Port: NeutronResource, Codable, Hashable {
        package static var member: String { "port" }
        package static var collection: String { "ports" }

        package var id: String
        package var name: String
        package var description: String
        package var projectID: String
        package var networkID: String
        package var macAddress: String
        package var fixedIPs: [FixedIP]
        package var adminStateUp: Bool
        /// ACTIVE, DOWN or BUILD.
        package var status: String
        package var deviceID: String
        package var deviceOwner: String
        package var portSecurityEnabled: Bool
        package var allowedAddressPairs: [AddressPair]
        /// Name of the host that should or does have it; only administrators see it.
        package var hostID: String?
        package var tags: [String]
        package var revisionNumber: Int

        package enum CodingKeys: String, CodingKey {
            case id, name, description, status, tags
            case projectID = "project_id"
            case networkID = "network_id"
            case macAddress = "mac_address"
            case fixedIPs = "fixed_ips"
            case adminStateUp = "admin_state_up"
            case deviceID = "device_id"
            case deviceOwner = "device_owner"
            case portSecurityEnabled = "port_security_enabled"
            case allowedAddressPairs = "allowed_address_pairs"
            case hostID = "binding:host_id"
            case revisionNumber = "revision_number"
        }

        package struct Creation: Encodable, Sendable {
            package var networkID: String
            package var name: String?
            package var description: String?
            package var projectID: String?
            package var macAddress: String?
            /// Unset: an address of each family the network has; empty: none.
            package var fixedIPs: [FixedIPRequest]?
            package var adminStateUp: Bool?
            package var deviceID: String?
            package var deviceOwner: String?
            package var portSecurityEnabled: Bool?
            package var allowedAddressPairs: [AddressPair]?
            package var hostID: String?
            package var tags: [String]?

            package init(
                networkID: String, name: String? = nil, description: String? = nil, projectID: String? = nil,
                macAddress: String? = nil, fixedIPs: [FixedIPRequest]? = nil, adminStateUp: Bool? = nil,
                deviceID: String? = nil, deviceOwner: String? = nil, portSecurityEnabled: Bool? = nil,
                allowedAddressPairs: [AddressPair]? = nil, hostID: String? = nil, tags: [String]? = nil
            ) {
                self.networkID = networkID
                self.name = name
                self.description = description
                self.projectID = projectID
                self.macAddress = macAddress
                self.fixedIPs = fixedIPs
                self.adminStateUp = adminStateUp
                self.deviceID = deviceID
                self.deviceOwner = deviceOwner
                self.portSecurityEnabled = portSecurityEnabled
                self.allowedAddressPairs = allowedAddressPairs
                self.hostID = hostID
                self.tags = tags
            }

            package enum CodingKeys: String, CodingKey {
                case name, description, tags
                case networkID = "network_id"
                case projectID = "project_id"
                case macAddress = "mac_address"
                case fixedIPs = "fixed_ips"
                case adminStateUp = "admin_state_up"
                case deviceID = "device_id"
                case deviceOwner = "device_owner"
                case portSecurityEnabled = "port_security_enabled"
                case allowedAddressPairs = "allowed_address_pairs"
                case hostID = "binding:host_id"
            }
        }

        package struct Changes: Encodable, Sendable {
            package var name: String?
            package var description: String?
            package var macAddress: String?
            package var fixedIPs: [FixedIPRequest]?
            package var adminStateUp: Bool?
            package var deviceID: String?
            package var deviceOwner: String?
            package var portSecurityEnabled: Bool?
            package var allowedAddressPairs: [AddressPair]?
            package var securityGroups: [String]?
            /// "" unbinds.
            package var hostID: String?

            package init(
                name: String? = nil, description: String? = nil, macAddress: String? = nil,
                fixedIPs: [FixedIPRequest]? = nil, adminStateUp: Bool? = nil, deviceID: String? = nil,
                deviceOwner: String? = nil, portSecurityEnabled: Bool? = nil, allowedAddressPairs: [AddressPair]? = nil,
                securityGroups: [String]? = nil, hostID: String? = nil
            ) {
                self.name = name
                self.description = description
                self.macAddress = macAddress
                self.fixedIPs = fixedIPs
                self.adminStateUp = adminStateUp
                self.deviceID = deviceID
                self.deviceOwner = deviceOwner
                self.portSecurityEnabled = portSecurityEnabled
                self.allowedAddressPairs = allowedAddressPairs
                self.securityGroups = securityGroups
                self.hostID = hostID
            }

            package enum CodingKeys: String, CodingKey {
                case name, description
                case macAddress = "mac_address"
                case fixedIPs = "fixed_ips"
                case adminStateUp = "admin_state_up"
                case deviceID = "device_id"
                case deviceOwner = "device_owner"
                case portSecurityEnabled = "port_security_enabled"
                case allowedAddressPairs = "allowed_address_pairs"
                case securityGroups = "security_groups"
                case hostID = "binding:host_id"
            }
        }
    }

    package struct FixedIP: Codable, Hashable, Sendable {
        package var subnetID: String
        package var ipAddress: String

        package enum CodingKeys: String, CodingKey {
            case subnetID = "subnet_id"
            case ipAddress = "ip_address"
        }
    }

    /// A subnet, an address, or both.
    package struct FixedIPRequest: Encodable, Hashable, Sendable {
        package var subnetID: String?
        package var ipAddress: String?

        package init(subnetID: String? = nil, ipAddress: String? = nil) {
            self.subnetID = subnetID
            self.ipAddress = ipAddress
        }

        package enum CodingKeys: String, CodingKey {
            case subnetID = "subnet_id"
            case ipAddress = "ip_address"
        }
    }

    package struct AddressPair: Codable, Hashable, Sendable {
        /// An address or a prefix.
        package var ipAddress: String
        /// Unset: the port's.
        package var macAddress: String?

        package init(ipAddress: String, macAddress: String? = nil) {
            self.ipAddress = ipAddress
            self.macAddress = macAddress
        }

        package enum CodingKeys: String, CodingKey {
            case ipAddress = "ip_address"
            case macAddress = "mac_address"
        }
    }
}
