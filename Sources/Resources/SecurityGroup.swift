import Addresses

/// Rules for the traffic of the ports that have it. Stored and checked; the datapath does not filter by them yet.
package struct SecurityGroup: Hashable, Sendable, Codable {
    package var id: SecurityGroupID
    package var standard: StandardAttributes
    /// Replies to what is allowed are allowed. A port's groups agree in it.
    package var stateful: Bool
    /// The one that ports of the project get when they name none.
    package var isDefault: Bool

    package init(id: SecurityGroupID, standard: StandardAttributes, stateful: Bool, isDefault: Bool) {
        self.id = id
        self.standard = standard
        self.stateful = stateful
        self.isDefault = isDefault
    }
}

/// Traffic that a security group allows. Rules are made and deleted, never changed.
package struct SecurityGroupRule: Hashable, Sendable, Codable {
    package var id: SecurityGroupRuleID
    package var standard: StandardAttributes
    package var securityGroupID: SecurityGroupID
    package var direction: Direction
    package var ethertype: Ethertype
    /// A name of ``IPProtocolName`` or a number in decimal, as the request had it; nil for any.
    package var protocolName: String?
    /// ICMP's type where the protocol is ICMP.
    package var portRangeMin: Int?
    /// ICMP's code where the protocol is ICMP.
    package var portRangeMax: Int?
    /// Host bits as they were given.
    package var remoteIPPrefix: IPPrefix?
    package var remoteGroupID: SecurityGroupID?
    package var remoteAddressGroupID: AddressGroupID?

    package enum Direction: String, Hashable, Sendable, Codable, CaseIterable {
        case ingress, egress
    }

    package enum Ethertype: String, Hashable, Sendable, Codable, CaseIterable {
        case ipv4 = "IPv4"
        case ipv6 = "IPv6"

        package var family: IPFamily { self == .ipv4 ? .v4 : .v6 }
    }

    /// What makes two rules of a group the same: all but id and description. The protocol counts by its number, and
    /// "from everywhere" is no restriction, as Neutron compares them.
    package struct Match: Hashable, Sendable {
        package var direction: Direction
        package var ethertype: Ethertype
        package var protocolNumber: Int?
        package var portRangeMin: Int?
        package var portRangeMax: Int?
        package var remoteIPPrefix: IPPrefix?
        package var remoteGroupID: SecurityGroupID?
        package var remoteAddressGroupID: AddressGroupID?
    }

    package var match: Match {
        Match(
            direction: direction, ethertype: ethertype,
            protocolNumber: protocolName.flatMap { IPProtocolName.number(of: $0, ethertype) },
            portRangeMin: portRangeMin, portRangeMax: portRangeMax,
            remoteIPPrefix: remoteIPPrefix?.length == 0 ? nil : remoteIPPrefix, remoteGroupID: remoteGroupID,
            remoteAddressGroupID: remoteAddressGroupID
        )
    }
}

extension SecurityGroupRule.Match: CustomStringConvertible {
    /// One for one with the value: it is a part of a claim's path.
    package var description: String {
        func text(_ value: (some CustomStringConvertible)?) -> String { value.map(\.description) ?? "any" }
        let ports = "\(text(portRangeMin))-\(text(portRangeMax))"
        let remote =
            remoteIPPrefix.map { "prefix/\($0)" } ?? remoteGroupID.map { "group/\($0)" }
            ?? remoteAddressGroupID.map { "address-group/\($0)" } ?? "any"
        return "\(direction.rawValue)/\(ethertype.rawValue)/\(text(protocolNumber))/\(ports)/\(remote)"
    }
}
