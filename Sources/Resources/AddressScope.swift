import Addresses

/// Subnet pools whose prefixes don't overlap: inside of a scope an address means one thing.
package struct AddressScope: Hashable, Sendable, Codable {
    package var id: AddressScopeID
    package var standard: StandardAttributes
    package var family: IPFamily
    package var shared: Bool

    package init(id: AddressScopeID, standard: StandardAttributes, family: IPFamily, shared: Bool) {
        self.id = id
        self.standard = standard
        self.family = family
        self.shared = shared
    }
}
