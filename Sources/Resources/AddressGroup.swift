import Addresses

/// Addresses that security group rules refer to together.
package struct AddressGroup: Hashable, Sendable, Codable {
    package var id: AddressGroupID
    package var standard: StandardAttributes
    /// Sorted, without duplicates or host bits.
    package var addresses: [IPPrefix]

    package init(id: AddressGroupID, standard: StandardAttributes, addresses: [IPPrefix]) {
        self.id = id
        self.standard = standard
        self.addresses = addresses
    }
}

/// An address group to create; nil where the request says nothing.
package struct AddressGroupDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var addresses: [IPPrefix]?

    package init() {}
}

extension ResourceError {
    package static func addressGroupNotFound(_ id: AddressGroupID) -> Self {
        notFound("AddressGroupNotFound", "Address group \(id) could not be found.")
    }

    package static func addressGroupInUse(_ id: AddressGroupID) -> Self {
        conflict("AddressGroupInUse", "Address group \(id) is in use on one or more security group rules.")
    }

    package static func addressesNotFound(_ addresses: [IPPrefix], in id: AddressGroupID) -> Self {
        notFound("AddressesNotFound", "Addresses \(Self.list(addresses)) not found in the address group \(id).")
    }

    package static func addressesAlreadyExist(_ addresses: [IPPrefix], in id: AddressGroupID) -> Self {
        badRequest(
            "AddressesAlreadyExist", "Addresses \(Self.list(addresses)) already exist in the address group \(id).")
    }

    private static func list(_ addresses: [IPPrefix]) -> String {
        "[" + addresses.map { "'\($0)'" }.joined(separator: ", ") + "]"
    }
}
