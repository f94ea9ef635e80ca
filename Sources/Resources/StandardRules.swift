extension RequestContext {
    /// The standard attributes of a new resource.
    func standard(_ draft: StandardDraft) throws(ResourceError) -> StandardAttributes {
        let project = draft.projectID ?? projectID
        if project != projectID, !isAdmin { throw .foreignProject() }
        return StandardAttributes(
            projectID: try StandardRules.text(project, "project_id"),
            name: try StandardRules.text(draft.name ?? "", "name"),
            description: try StandardRules.text(draft.description ?? "", "description"),
            tags: try StandardRules.tags(draft.tags ?? []), createdAt: now, updatedAt: now
        )
    }
}

enum StandardRules {
    static let maximumLength = 255
    static let maximumTags = 50

    static func text(_ text: String, _ field: String) throws(ResourceError) -> String {
        if text.unicodeScalars.count > maximumLength {
            throw .invalidAttribute(field, "'\(text)' exceeds maximum length of \(maximumLength)")
        }
        return text
    }

    /// Sorted, without duplicates.
    static func tags(_ tags: [String]) throws(ResourceError) -> [String] {
        let unique = Set(tags)
        if unique.count > maximumTags {
            throw .invalidAttribute("tags", "The number of tags exceed the maximum \(maximumTags)")
        }
        for tag in unique {
            if tag.isEmpty { throw .invalidAttribute("tags", "a tag must not be empty") }
            _ = try text(tag, "tags")
        }
        return unique.sorted()
    }
}

extension StandardAttributes {
    func updated(by update: StandardUpdate) throws(ResourceError) -> StandardAttributes {
        var result = self
        if let name = update.name.newValue { result.name = try StandardRules.text(name, "name") }
        if let text = update.description.newValue {
            result.description = try StandardRules.text(text, "description")
        }
        return result
    }

    func require(revision expected: Int?) throws(ResourceError) {
        if let expected, expected != revisionNumber {
            throw .revisionNumberConstraintFailed(expected: expected, current: revisionNumber)
        }
    }

    /// As of the next revision.
    func bumped(at now: Timestamp) -> StandardAttributes {
        var result = self
        result.revisionNumber += 1
        result.updatedAt = now
        return result
    }
}

extension Inventory {
    /// A change of one resource: none if `new` equals what is there, else with the next revision number.
    func replacing<Value: Hashable>(
        _ old: Value, with new: Value, at now: Timestamp, _ standard: WritableKeyPath<Value, StandardAttributes>,
        _ wrap: (Value) -> Resource
    ) -> (Value, Transaction) {
        guard new != old else { return (old, Transaction()) }
        var result = new
        result[keyPath: standard] = new[keyPath: standard].bumped(at: now)
        return (result, transaction([.put(wrap(result))]))
    }
}
