/// What every resource of the API carries besides its own fields (Neutron's standard attributes).
package struct StandardAttributes: Hashable, Sendable, Codable {
    /// The tenant it belongs to.
    package var projectID: String
    /// At most 255 characters; need not be unique.
    package var name: String
    package var description: String
    /// Sorted, without duplicates.
    package var tags: [String]
    /// Grows by one with each change of the resource; starts at 0.
    package var revisionNumber: Int
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        projectID: String, name: String = "", description: String = "", tags: [String] = [], revisionNumber: Int = 0,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.projectID = projectID
        self.name = name
        self.description = description
        self.tags = tags
        self.revisionNumber = revisionNumber
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Seconds since 1970-01-01 UTC. The pure targets are given the time; they never read a clock.
package struct Timestamp: Hashable, Comparable, Sendable, Codable {
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    package static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }
}
