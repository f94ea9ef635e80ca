import Addresses

/// A security group to create; nil where the request says nothing.
package struct SecurityGroupDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var stateful: Bool?

    package init() {}
}

/// What an update asks of a security group.
package struct SecurityGroupUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var stateful: Change<Bool> = .keep

    package init() {}
}

/// A rule to create; nil where the request says nothing. Texts are as the request has them.
package struct SecurityGroupRuleDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var securityGroupID: SecurityGroupID?
    package var direction: SecurityGroupRule.Direction?
    package var ethertype: String?
    package var protocolName: String?
    package var portRangeMin: Int?
    package var portRangeMax: Int?
    package var remoteIPPrefix: IPPrefix?
    package var remoteGroupID: SecurityGroupID?
    package var remoteAddressGroupID: AddressGroupID?

    package init() {}
}
