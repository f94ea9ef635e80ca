extension NeutronClient {
    /// A tenant's router on a VXLAN segment of a VTEP router.
    package struct RouterVTEPBinding: NeutronResource, Codable, Hashable {
        package static var member: String { "router_vtep_binding" }
        package static var collection: String { "router_vtep_bindings" }

        package var id: String
        package var name: String
        package var description: String
        package var projectID: String
        package var vtepID: String
        package var vtepTunnelIP: String
        package var routerID: String
        package var routerSubnet: String
        package var routerIP: String
        package var routerMAC: String
        package var vni: Int
        package var offRampVXLAN: Bool
        package var defaultRemoteVTEP: String?
        /// The two ports it made.
        package var routerPortID: String
        package var vtepPortID: String
        package var revisionNumber: Int

        package enum CodingKeys: String, CodingKey {
            case id, name, description, vni
            case projectID = "project_id"
            case vtepID = "vtep_id"
            case vtepTunnelIP = "vtep_tunnel_ip"
            case routerID = "router_id"
            case routerSubnet = "router_subnet"
            case routerIP = "router_ip"
            case routerMAC = "router_mac"
            case offRampVXLAN = "off_ramp_vxlan"
            case defaultRemoteVTEP = "default_remote_vtep"
            case routerPortID = "router_port_id"
            case vtepPortID = "vtep_port_id"
            case revisionNumber = "revision_number"
        }

        package struct Creation: Encodable, Sendable {
            package var vtepID: String
            package var vtepTunnelIP: String
            package var routerID: String
            package var routerSubnet: String
            package var routerIP: String
            package var routerMAC: String
            package var vni: Int
            package var offRampVXLAN: Bool?
            package var defaultRemoteVTEP: String?
            package var name: String?
            package var description: String?
            package var projectID: String?

            package init(
                vtepID: String, vtepTunnelIP: String, routerID: String, routerSubnet: String, routerIP: String,
                routerMAC: String, vni: Int, offRampVXLAN: Bool? = nil, defaultRemoteVTEP: String? = nil,
                name: String? = nil, description: String? = nil, projectID: String? = nil
            ) {
                self.vtepID = vtepID
                self.vtepTunnelIP = vtepTunnelIP
                self.routerID = routerID
                self.routerSubnet = routerSubnet
                self.routerIP = routerIP
                self.routerMAC = routerMAC
                self.vni = vni
                self.offRampVXLAN = offRampVXLAN
                self.defaultRemoteVTEP = defaultRemoteVTEP
                self.name = name
                self.description = description
                self.projectID = projectID
            }

            package enum CodingKeys: String, CodingKey {
                case name, description, vni
                case projectID = "project_id"
                case vtepID = "vtep_id"
                case vtepTunnelIP = "vtep_tunnel_ip"
                case routerID = "router_id"
                case routerSubnet = "router_subnet"
                case routerIP = "router_ip"
                case routerMAC = "router_mac"
                case offRampVXLAN = "off_ramp_vxlan"
                case defaultRemoteVTEP = "default_remote_vtep"
            }
        }

        /// It is made and taken away as a whole.
        package typealias Changes = Never
    }

    /// A remote prefix that is reached through a binding.
    package struct RouterVTEPRoute: NeutronResource, Codable, Hashable {
        package static var member: String { "router_vtep_route" }
        package static var collection: String { "router_vtep_routes" }

        package var id: String
        package var name: String
        package var description: String
        package var projectID: String
        package var bindingID: String
        package var cidr: String
        package var gatewayIP: String
        package var gatewayMAC: String
        package var remoteVTEPIP: String
        package var revisionNumber: Int

        package enum CodingKeys: String, CodingKey {
            case id, name, description, cidr
            case projectID = "project_id"
            case bindingID = "binding_id"
            case gatewayIP = "gw_ip"
            case gatewayMAC = "gw_mac"
            case remoteVTEPIP = "remote_vtep_ip"
            case revisionNumber = "revision_number"
        }

        package struct Creation: Encodable, Sendable {
            package var bindingID: String
            package var cidr: String
            package var gatewayIP: String
            package var gatewayMAC: String
            /// Nil: the binding's default.
            package var remoteVTEPIP: String?
            package var name: String?
            package var description: String?
            package var projectID: String?

            package init(
                bindingID: String, cidr: String, gatewayIP: String, gatewayMAC: String, remoteVTEPIP: String?,
                name: String? = nil, description: String? = nil, projectID: String? = nil
            ) {
                self.bindingID = bindingID
                self.cidr = cidr
                self.gatewayIP = gatewayIP
                self.gatewayMAC = gatewayMAC
                self.remoteVTEPIP = remoteVTEPIP
                self.name = name
                self.description = description
                self.projectID = projectID
            }

            package enum CodingKeys: String, CodingKey {
                case name, description, cidr
                case projectID = "project_id"
                case bindingID = "binding_id"
                case gatewayIP = "gw_ip"
                case gatewayMAC = "gw_mac"
                case remoteVTEPIP = "remote_vtep_ip"
            }
        }

        /// It is made and taken away as a whole.
        package typealias Changes = Never
    }
}
