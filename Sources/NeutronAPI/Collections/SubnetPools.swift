import Addresses
import Resources

/// `/v2.0/subnetpools`
enum SubnetPools: NeutronCollection {
    static let noun = "Subnet pool"
    static let member = "subnetpool"
    static let collection = "subnetpools"

    static let prefixes = Input("prefixes", Rule<[IPPrefix]>.list(of: .subnet), required: true)
    static let minimumLength = Input("min_prefixlen", length)
    static let maximumLength = Input("max_prefixlen", length)
    static let defaultLength = Input("default_prefixlen", length)
    static let defaultQuota = Input("default_quota", Rule<Int>.integer(0...Int(Int32.max)).orNull)
    static let addressScopeID = Input("address_scope_id", Rule<AddressScopeID>.uuid().orNull)
    static let shared = Input("shared", Rule<Bool>.boolean, put: false)
    static let isDefault = Input("is_default", Rule<Bool>.boolean)

    private static let length = Rule<Int>.integer(0...128)

    static let map = AttributeMap<SubnetPool>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(prefixes, .list) { pool, _ in .list(pool.prefixes.map { .text($0) }) },
                .readOnly("ip_version", .integer) { pool, _ in .integer(pool.family.rawValue) },
                .input(minimumLength, .integer) { pool, _ in .integer(pool.minimumLength) },
                .input(maximumLength, .integer) { pool, _ in .integer(pool.maximumLength) },
                .input(defaultLength, .integer) { pool, _ in .integer(pool.defaultLength) },
                .input(defaultQuota, .integer) { pool, _ in pool.defaultQuota.map { .integer($0) } ?? .null },
                .input(addressScopeID) { pool, _ in pool.addressScopeID.map { .identifier($0) } ?? .null },
                .input(shared, .bool) { pool, _ in .bool(pool.shared) },
                .input(isDefault, .bool) { pool, _ in .bool(pool.isDefault) },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> SubnetPoolDraft {
        var draft = SubnetPoolDraft()
        draft.standard = try body.standardDraft
        draft.prefixes = try body.required(prefixes)
        draft.minimumLength = try body.value(minimumLength)
        draft.maximumLength = try body.value(maximumLength)
        draft.defaultLength = try body.value(defaultLength)
        draft.defaultQuota = try body.value(defaultQuota) ?? nil
        draft.addressScopeID = try body.value(addressScopeID) ?? nil
        draft.shared = try body.value(shared)
        draft.isDefault = try body.value(isDefault)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> SubnetPoolUpdate {
        var update = SubnetPoolUpdate()
        update.standard = try body.standardUpdate
        update.prefixes = try body.change(prefixes)
        update.minimumLength = try body.change(minimumLength)
        update.maximumLength = try body.change(maximumLength)
        update.defaultLength = try body.change(defaultLength)
        update.defaultQuota = try body.change(defaultQuota)
        update.addressScopeID = try body.change(addressScopeID)
        update.isDefault = try body.change(isDefault)
        return update
    }
}

extension SubnetPools {
    static func id(of model: SubnetPool) -> SubnetPoolID { model.id }
    static func key(of id: SubnetPoolID) -> ResourceKey { .subnetPool(id) }
    static func standard(of model: SubnetPool) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [SubnetPool] {
        inventory.subnetPools.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: SubnetPoolID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> SubnetPool {
        try inventory.subnetPool(id, for: context)
    }

    static func creating(
        _ draft: SubnetPoolDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SubnetPool, Transaction) {
        try inventory.creating(subnetPool: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: SubnetPoolID, _ update: SubnetPoolUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (SubnetPool, Transaction) {
        try inventory.updating(subnetPool: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: SubnetPoolID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(subnetPool: id, expecting: revision, context: context)
    }
}
