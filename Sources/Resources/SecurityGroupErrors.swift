import Addresses

extension ResourceError {
    package static func securityGroupNotFound(_ id: SecurityGroupID) -> Self {
        notFound("SecurityGroupNotFound", "Security group \(id) does not exist")
    }

    package static func securityGroupRuleNotFound(_ id: SecurityGroupRuleID) -> Self {
        notFound("SecurityGroupRuleNotFound", "Security group rule \(id) does not exist")
    }

    package static func securityGroupInUse(_ id: SecurityGroupID) -> Self {
        conflict("SecurityGroupInUse", "Security Group \(id) in use.")
    }

    package static var cannotRemoveDefaultSecurityGroup: Self {
        conflict("SecurityGroupCannotRemoveDefault", "Insufficient rights for removing default security group.")
    }

    package static var cannotUpdateDefaultSecurityGroup: Self {
        conflict("SecurityGroupCannotUpdateDefault", "Updating default security group not allowed.")
    }

    package static var defaultSecurityGroupExists: Self {
        conflict("SecurityGroupDefaultAlreadyExists", "Default security group already exists.")
    }

    package static func securityGroupRuleExists(_ rule: SecurityGroupRuleID) -> Self {
        conflict("SecurityGroupRuleExists", "Security group rule already exists. Rule id is \(rule).")
    }

    /// A port's groups that cannot be on one port.
    package static var mixedStatefulness: Self {
        conflict(
            "SecurityGroupConflict",
            "Error Cannot apply both stateful and stateless security groups on the same port at the same time while "
                + "attempting the operation."
        )
    }

    package static func invalidProtocol(_ text: String) -> Self {
        let names = IPProtocolName.numbers.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
        return badRequest(
            "SecurityGroupRuleInvalidProtocol",
            "Security group rule protocol \(text.prefix(120)) not supported. Only protocol values [\(names)] and "
                + "integer representations [0 to 255] are supported."
        )
    }

    package static func invalidEthertype(_ text: String) -> Self {
        badRequest(
            "SecurityGroupRuleInvalidEtherType",
            "Security group rule for ethertype '\(text.prefix(120))' not supported. Allowed values are "
                + "['IPv4', 'IPv6']."
        )
    }

    package static func ethertypeConflict(_ ethertype: SecurityGroupRule.Ethertype, protocol name: String) -> Self {
        badRequest(
            "SecurityGroupEthertypeConflictWithProtocol",
            "Invalid ethertype \(ethertype.rawValue) for protocol \(name)."
        )
    }

    package static func ruleParameterConflict(_ ethertype: SecurityGroupRule.Ethertype, _ prefix: IPPrefix) -> Self {
        badRequest(
            "SecurityGroupRuleParameterConflict",
            "Conflicting value ethertype \(ethertype.rawValue) for CIDR \(prefix)"
        )
    }

    package static var multipleRemoteEntities: Self {
        // The name is Neutron's, as it spells it.
        badRequest(
            "SecurityGroupMultipleRemoteEntites",
            "Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided."
        )
    }

    package static var protocolRequiredWithPorts: Self {
        badRequest("SecurityGroupProtocolRequiredWithPorts", "Must also specify protocol if port range is given.")
    }

    package static func invalidPortValue(_ port: Int) -> Self {
        badRequest("SecurityGroupInvalidPortValue", "Invalid value for port \(port)")
    }

    package static var invalidPortRange: Self {
        badRequest(
            "SecurityGroupInvalidPortRange", "For TCP/UDP protocols, port_range_min must be <= port_range_max"
        )
    }

    package static func invalidICMPValue(_ field: String, _ attribute: String, _ value: Int) -> Self {
        badRequest(
            "SecurityGroupInvalidIcmpValue",
            "Invalid value for ICMP \(field) (\(attribute)) \(value). It must be 0 to 255."
        )
    }

    package static func missingICMPType(code: Int) -> Self {
        badRequest(
            "SecurityGroupMissingIcmpType",
            "ICMP code (port-range-max) \(code) is provided but ICMP type (port-range-min) is missing."
        )
    }

    package static func portsNotSupported(protocol number: Int) -> Self {
        badRequest(
            "SecurityGroupInvalidProtocolForPort",
            "Ports cannot be specified for protocol \(number). Ports are only supported for "
                + "DCCP, SCTP, TCP, UDP, UDPLITE."
        )
    }

    package static var portSecurityRequired: Self {
        badRequest(
            "PortSecurityAndIPRequiredForSecurityGroups",
            "Port security must be enabled and port must have an IP address in order to use security groups."
        )
    }

    package static var portHasSecurityGroup: Self {
        conflict(
            "PortSecurityPortHasSecurityGroup",
            "Port has security group associated. Cannot disable port security or IP address until security group is "
                + "removed."
        )
    }
}
