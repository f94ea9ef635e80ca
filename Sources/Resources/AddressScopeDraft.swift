import Addresses

/// An address scope to create; nil where the request says nothing.
package struct AddressScopeDraft: Hashable, Sendable {
    package var standard = StandardDraft()
    package var family: IPFamily?
    package var shared: Bool?

    package init() {}
}

/// What an update asks of an address scope.
package struct AddressScopeUpdate: Hashable, Sendable {
    package var standard = StandardUpdate()
    package var shared: Change<Bool> = .keep

    package init() {}
}
