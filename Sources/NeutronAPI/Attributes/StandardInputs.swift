import Resources

/// The attributes that every resource has.
enum StandardInputs {
    static let name = Input("name", .text())
    static let description = Input("description", .text())
    static let tags = Input("tags", .list(of: .tag, maximum: 50, distinct: false), put: false)
    static let project = Input("project_id", .text(), put: false, aliases: ["tenant_id"])

    /// Before a resource's own attributes.
    static func head<Model, Kind>(
        _ id: @escaping @Sendable (Model) -> Identifier<Kind>,
        _ standard: @escaping @Sendable (Model) -> StandardAttributes
    ) -> [Attribute<Model>] {
        [
            .readOnly("id") { model, _ in .identifier(id(model)) },
            .input(name) { model, _ in .text(standard(model).name) },
            .readOnly("tenant_id") { model, _ in .text(standard(model).projectID) },
        ]
    }

    /// After them.
    static func tail<Model>(_ standard: @escaping @Sendable (Model) -> StandardAttributes) -> [Attribute<Model>] {
        [
            .input(description) { model, _ in .text(standard(model).description) },
            .input(project) { model, _ in .text(standard(model).projectID) },
            .input(tags, .list) { model, _ in .list(standard(model).tags.map { .text($0) }) },
            .readOnly("revision_number", .integer) { model, _ in .integer(standard(model).revisionNumber) },
            .readOnly("created_at") { model, _ in .time(standard(model).createdAt) },
            .readOnly("updated_at") { model, _ in .time(standard(model).updatedAt) },
        ]
    }
}

extension Body {
    var standardDraft: StandardDraft {
        get throws(NeutronError) {
            var draft = StandardDraft()
            draft.projectID = try value(StandardInputs.project)
            draft.name = try value(StandardInputs.name)
            draft.description = try value(StandardInputs.description)
            draft.tags = try value(StandardInputs.tags)
            return draft
        }
    }

    var standardUpdate: StandardUpdate {
        get throws(NeutronError) {
            var update = StandardUpdate()
            update.name = try change(StandardInputs.name)
            update.description = try change(StandardInputs.description)
            return update
        }
    }
}
