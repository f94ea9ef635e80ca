import Addresses

/// Prefixes that subnets are cut out of, none twice.
package struct SubnetPool: Hashable, Sendable, Codable {
    package var id: SubnetPoolID
    package var standard: StandardAttributes
    /// Of one IP version, ordered, disjoint, and as few as say the same. Never empty.
    package var prefixes: [IPPrefix]
    package var minimumLength: Int
    package var maximumLength: Int
    /// Of a subnet that asks for none.
    package var defaultLength: Int
    /// How much a project may have of it: IPv4 addresses, or IPv6 /64s; nil: no limit.
    package var defaultQuota: Int?
    package var addressScopeID: AddressScopeID?
    package var shared: Bool
    package var isDefault: Bool

    package init(
        id: SubnetPoolID, standard: StandardAttributes, prefixes: [IPPrefix], minimumLength: Int, maximumLength: Int,
        defaultLength: Int, defaultQuota: Int?, addressScopeID: AddressScopeID?, shared: Bool, isDefault: Bool
    ) {
        self.id = id
        self.standard = standard
        self.prefixes = prefixes
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
        self.defaultLength = defaultLength
        self.defaultQuota = defaultQuota
        self.addressScopeID = addressScopeID
        self.shared = shared
        self.isDefault = isDefault
    }

    package var family: IPFamily { prefixes.first?.family ?? .v4 }

    package func contains(_ prefix: IPPrefix) -> Bool { prefixes.contains { $0.contains(prefix) } }
}
