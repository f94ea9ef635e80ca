import Resources

extension Site {
    /// A list of a few things that have no id, so that it has no pages either.
    func listUnpaged<Model: Sendable>(
        _ request: APIRequest, _ models: [Model], map: AttributeMap<Model>, collection: String
    ) throws(NeutronError) -> APIResponse {
        let filters = try Filters<Model>(request.query, map: map)
        let sorting = try Sorting<Model>(request.query, map: map)
        let selection = map.selection(fields: request.query.all("fields"))
        return try look(request) { inventory, _ throws(ResourceError) in
            let read = { (attribute: Attribute<Model>, model: Model) in attribute.read?(model, inventory) ?? .null }
            let timeless = StandardAttributes(
                projectID: "", createdAt: Timestamp(seconds: 0), updatedAt: Timestamp(seconds: 0))
            let found = models.filter { filters.matches($0, standard: timeless, read: read) }
            return .json { writer in
                writer.beginObject()
                writer.name(collection)
                writer.list(sorting.apply(to: found, read: read), selection, inventory)
                writer.endObject()
            }
        }
    }
}
