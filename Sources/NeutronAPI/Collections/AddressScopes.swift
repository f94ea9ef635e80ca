import Addresses
import Resources

/// `/v2.0/address-scopes`
enum AddressScopes: NeutronCollection {
    static let noun = "Address scope"
    static let member = "address_scope"
    static let collection = "address_scopes"
    static let path = "/v2.0/address-scopes"

    static let ipVersion = Input("ip_version", Rule<IPFamily>.ipVersion, required: true, put: false)
    static let shared = Input("shared", .boolean)

    static let map = AttributeMap<AddressScope>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(ipVersion, .integer) { scope, _ in .integer(scope.family.rawValue) },
                .input(shared, .bool) { scope, _ in .bool(scope.shared) },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> AddressScopeDraft {
        var draft = AddressScopeDraft()
        draft.standard = try body.standardDraft
        draft.family = try body.value(ipVersion)
        draft.shared = try body.value(shared)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> AddressScopeUpdate {
        var update = AddressScopeUpdate()
        update.standard = try body.standardUpdate
        update.shared = try body.change(shared)
        return update
    }
}

extension Rule<IPFamily> {
    static let ipVersion = Rule<Int>.integer(0...255).then { version throws(RuleViolation) in
        guard let family = UInt8(exactly: version).flatMap(IPFamily.init(rawValue:)) else {
            throw RuleViolation("'\(version)' is not in [4, 6]")
        }
        return family
    }
}

extension AddressScopes {
    static func id(of model: AddressScope) -> AddressScopeID { model.id }
    static func key(of id: AddressScopeID) -> ResourceKey { .addressScope(id) }
    static func standard(of model: AddressScope) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [AddressScope] {
        inventory.addressScopes.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: AddressScopeID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> AddressScope {
        try inventory.addressScope(id, for: context)
    }

    static func creating(
        _ draft: AddressScopeDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (AddressScope, Transaction) {
        try inventory.creating(addressScope: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: AddressScopeID, _ update: AddressScopeUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (AddressScope, Transaction) {
        try inventory.updating(addressScope: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: AddressScopeID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(addressScope: id, expecting: revision, context: context)
    }
}
