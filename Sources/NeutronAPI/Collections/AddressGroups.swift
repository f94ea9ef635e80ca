import Addresses
import Resources

/// `/v2.0/address-groups`
enum AddressGroups: NeutronCollection {
    static let noun = "Address group"
    static let member = "address_group"
    static let collection = "address_groups"
    static let path = "/v2.0/address-groups"

    static let addresses = Input(
        "addresses", Rule<[IPPrefix]>.list(of: .addressOrPrefix, distinct: false).null(is: []), put: false
    )

    static let map = AttributeMap<AddressGroup>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(addresses, .list) { group, _ in .list(group.addresses.map { .text($0) }) },
                .readOnlySeen("shared", .bool) { project in
                    { group, inventory in .bool(inventory.isShared(RBACObject(.addressGroup, group.id), with: project))
                    }
                },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> AddressGroupDraft {
        var draft = AddressGroupDraft()
        draft.standard = try body.standardDraft
        draft.addresses = try body.value(addresses)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> StandardUpdate { try body.standardUpdate }
}

/// `add_addresses` and `remove_addresses`
struct AddressGroupActions: Sendable {
    let site: Site

    private typealias Change =
        @Sendable (
            Inventory, [IPPrefix], AddressGroupID, Int?, RequestContext
        ) throws(ResourceError) -> (AddressGroup, Transaction)

    var routes: [Route] {
        let one = AddressGroups.path + "/{id}/"
        return [
            Route(.put, one + "add_addresses") { request throws(NeutronError) in
                try await change(request) { inventory, addresses, id, revision, context throws(ResourceError) in
                    try inventory.addingAddresses(addresses, to: id, expecting: revision, context: context)
                }
            },
            Route(.put, one + "remove_addresses") { request throws(NeutronError) in
                try await change(request) { inventory, addresses, id, revision, context throws(ResourceError) in
                    try inventory.removingAddresses(addresses, from: id, expecting: revision, context: context)
                }
            },
        ]
    }

    private func change(_ request: APIRequest, _ rule: @escaping Change) async throws(NeutronError) -> APIResponse {
        let id = try AddressGroups.id(request.parameter("id"))
        let addresses = try Body(members: try request.members(only: ["addresses"])).required(AddressGroups.addresses)
        let revision = try request.expectedRevision()
        let group = try await site.change(request) { inventory, context, _ throws(ResourceError) in
            try rule(inventory, addresses, id, revision, context)
        }
        let collection = CollectionRoutes(AddressGroups.self, site: site)
        return try collection.answer(200, group, collection.map(for: request).selection(fields: []), request)
    }
}

extension AddressGroups {
    static func id(of model: AddressGroup) -> AddressGroupID { model.id }
    static func key(of id: AddressGroupID) -> ResourceKey { .addressGroup(id) }
    static func standard(of model: AddressGroup) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [AddressGroup] {
        inventory.addressGroups.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: AddressGroupID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> AddressGroup {
        try inventory.addressGroup(id, for: context)
    }

    static func creating(
        _ draft: AddressGroupDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (AddressGroup, Transaction) {
        try inventory.creating(addressGroup: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: AddressGroupID, _ update: StandardUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (AddressGroup, Transaction) {
        try inventory.updating(addressGroup: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: AddressGroupID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(addressGroup: id, expecting: revision, context: context)
    }
}
