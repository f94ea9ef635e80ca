import Addresses
import Resources

/// `/v2.0/security-group-rules`
enum SecurityGroupRules: NeutronCollection {
    static let noun = "Security group rule"
    static let member = "security_group_rule"
    static let collection = "security_group_rules"
    static let path = "/v2.0/security-group-rules"

    static let securityGroupID = Input("security_group_id", Rule<SecurityGroupID>.uuid(), required: true, put: false)
    static let direction = Input(
        "direction",
        Rule<String>.oneOf(["ingress", "egress"]).then { text throws(RuleViolation) in
            guard let direction = SecurityGroupRule.Direction(rawValue: text) else {
                throw RuleViolation("'\(text)' is no direction")
            }
            return direction
        },
        required: true, put: false
    )
    static let ethertype = Input("ethertype", .text(), put: false)
    static let protocolName = Input("protocol", Rule<String>.nameOrNumber.orNull, put: false)
    static let portRangeMin = Input("port_range_min", Rule<Int>.anyInteger.orNull, put: false)
    static let portRangeMax = Input("port_range_max", Rule<Int>.anyInteger.orNull, put: false)
    static let remoteIPPrefix = Input("remote_ip_prefix", Rule<IPPrefix?>.prefixOrNothing, put: false)
    static let remoteGroupID = Input("remote_group_id", Rule<SecurityGroupID>.uuid().orNull, put: false)
    static let remoteAddressGroupID = Input("remote_address_group_id", Rule<AddressGroupID>.uuid().orNull, put: false)

    static let map = AttributeMap<SecurityGroupRule>(
        [
            .readOnly("id") { rule, _ in .identifier(rule.id) },
            .readOnly("tenant_id") { rule, _ in .text(rule.standard.projectID) },
            .input(securityGroupID) { rule, _ in .identifier(rule.securityGroupID) },
            .input(ethertype) { rule, _ in .text(rule.ethertype.rawValue) },
            .input(direction) { rule, _ in .text(rule.direction.rawValue) },
            .input(protocolName) { rule, _ in .optional(rule.protocolName) },
            .input(portRangeMin, .integer) { rule, _ in .optional(rule.portRangeMin) },
            .input(portRangeMax, .integer) { rule, _ in .optional(rule.portRangeMax) },
            .input(remoteIPPrefix) { rule, _ in .optional(rule.remoteIPPrefix?.description) },
            .input(remoteAddressGroupID) { rule, _ in .optional(rule.remoteAddressGroupID) },
            .readOnly("normalized_cidr") { rule, _ in .optional(rule.remoteIPPrefix?.network.description) },
            .input(remoteGroupID) { rule, _ in .optional(rule.remoteGroupID) },
            .readOnly("belongs_to_default_sg", .bool) { rule, inventory in
                .bool(inventory.securityGroups[rule.securityGroupID]?.isDefault == true)
            },
        ]
            + StandardInputs.tail(\.standard)
    )

    /// As a member of its group's list.
    static func value(of rule: SecurityGroupRule, _ inventory: Inventory) -> AttributeValue {
        .members([
            "id": .identifier(rule.id), "tenant_id": .text(rule.standard.projectID),
            "project_id": .text(rule.standard.projectID), "security_group_id": .identifier(rule.securityGroupID),
            "ethertype": .text(rule.ethertype.rawValue), "direction": .text(rule.direction.rawValue),
            "protocol": .optional(rule.protocolName), "port_range_min": .optional(rule.portRangeMin),
            "port_range_max": .optional(rule.portRangeMax),
            "remote_ip_prefix": .optional(rule.remoteIPPrefix?.description),
            "remote_address_group_id": .optional(rule.remoteAddressGroupID),
            "normalized_cidr": .optional(rule.remoteIPPrefix?.network.description),
            "remote_group_id": .optional(rule.remoteGroupID),
            "belongs_to_default_sg": .bool(inventory.securityGroups[rule.securityGroupID]?.isDefault == true),
            "description": .text(rule.standard.description), "tags": .list(rule.standard.tags.map { .text($0) }),
            "revision_number": .integer(rule.standard.revisionNumber), "created_at": .time(rule.standard.createdAt),
            "updated_at": .time(rule.standard.updatedAt),
        ])
    }

    static func draft(_ body: Body) throws(NeutronError) -> SecurityGroupRuleDraft {
        var draft = SecurityGroupRuleDraft()
        draft.standard = try body.standardDraft
        draft.securityGroupID = try body.required(securityGroupID)
        draft.direction = try body.required(direction)
        draft.ethertype = try body.value(ethertype)
        draft.protocolName = try body.value(protocolName) ?? nil
        draft.portRangeMin = try body.value(portRangeMin) ?? nil
        draft.portRangeMax = try body.value(portRangeMax) ?? nil
        draft.remoteIPPrefix = try body.value(remoteIPPrefix) ?? nil
        draft.remoteGroupID = try body.value(remoteGroupID) ?? nil
        draft.remoteAddressGroupID = try body.value(remoteAddressGroupID) ?? nil
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> StandardUpdate {
        var update = StandardUpdate()
        update.description = try body.change(StandardInputs.description)
        return update
    }
}

extension Rule<String> {
    /// Clients send protocols as names, and as numbers in either form.
    fileprivate static let nameOrNumber = Rule { json throws(RuleViolation) in
        switch json {
        case .string(let text) where !text.isEmpty && text.unicodeScalars.count <= 255: return text
        case .integer(let number): return "\(number)"
        default: throw RuleViolation("\(json.shown) is not the name or the number of a protocol")
        }
    }
}

extension Rule<IPPrefix?> {
    /// Neutron takes the empty text for none.
    fileprivate static let prefixOrNothing = Rule { json throws(RuleViolation) in
        if json.isNull || json == .string("") { return nil }
        return try Rule<IPPrefix>.addressOrPrefix.convert(json)
    }
}

extension AttributeValue {
    static func optional(_ text: String?) -> AttributeValue { text.map { .text($0) } ?? .null }
    static func optional(_ value: Int?) -> AttributeValue { value.map { value in .integer(value) } ?? .null }
    static func optional<Kind>(_ identifier: Identifier<Kind>?) -> AttributeValue {
        identifier.map { .identifier($0.value) } ?? .null
    }
}

extension SecurityGroupRules {
    static func id(of model: SecurityGroupRule) -> SecurityGroupRuleID { model.id }
    static func key(of id: SecurityGroupRuleID) -> ResourceKey { .securityGroupRule(id) }
    static func standard(of model: SecurityGroupRule) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [SecurityGroupRule] {
        inventory.securityGroupRules.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: SecurityGroupRuleID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> SecurityGroupRule {
        try inventory.securityGroupRule(id, for: context)
    }

    static func creating(
        _ draft: SecurityGroupRuleDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SecurityGroupRule, Transaction) {
        try inventory.creating(securityGroupRule: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: SecurityGroupRuleID, _ update: StandardUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SecurityGroupRule, Transaction) {
        try inventory.updating(securityGroupRule: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: SecurityGroupRuleID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(securityGroupRule: id, expecting: revision, context: context)
    }
}
