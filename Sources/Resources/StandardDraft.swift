/// The standard attributes of a resource to create; nil where the request says nothing.
package struct StandardDraft: Hashable, Sendable {
    package var projectID: String?
    package var name: String?
    package var description: String?
    package var tags: [String]?

    package init() {}
}

/// The standard attributes of an update. Tags have their own requests.
package struct StandardUpdate: Hashable, Sendable {
    package var name: Change<String> = .keep
    package var description: Change<String> = .keep

    package init() {}
}
