import Addresses

/// A subnet pool to create; nil where the request says nothing.
package struct SubnetPoolDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var prefixes: [IPPrefix]?
    package var minimumLength: Int?
    package var maximumLength: Int?
    package var defaultLength: Int?
    package var defaultQuota: Int?
    package var addressScopeID: AddressScopeID?
    package var shared: Bool?
    package var isDefault: Bool?

    package init() {}
}

/// What an update asks of a subnet pool.
package struct SubnetPoolUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    /// The whole list; what is there must stay.
    package var prefixes: Change<[IPPrefix]> = .keep
    package var minimumLength: Change<Int> = .keep
    package var maximumLength: Change<Int> = .keep
    package var defaultLength: Change<Int> = .keep
    package var defaultQuota: Change<Int?> = .keep
    package var addressScopeID: Change<AddressScopeID?> = .keep
    package var isDefault: Change<Bool> = .keep

    package init() {}
}
