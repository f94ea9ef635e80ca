import Resources

/// All that a list request asks for, checked against the collection's attribute map.
struct Listing<Model: Sendable>: Sendable {
    let selection: [Attribute<Model>]
    private let filters: Filters<Model>
    private let sorting: Sorting<Model>
    private let page: Page
    private let query: Query

    struct Result {
        let models: [Model]
        let links: [Page.Link]
    }

    init(_ query: Query, map: AttributeMap<Model>) throws(NeutronError) {
        self.query = query
        selection = map.selection(fields: query.all("fields"))
        filters = try Filters(query, map: map)
        sorting = try Sorting(query, map: map)
        page = try Page(query)
    }

    /// - Parameters:
    ///   - base: the collection's URL, for links.
    ///   - notFound: what a marker that is not in the list is answered with.
    func result<Kind>(
        of models: [Model], inventory: Inventory, base: String, id: (Model) -> Identifier<Kind>,
        standard: (Model) -> StandardAttributes, notFound: (String) -> ResourceError
    ) throws(ResourceError) -> Result {
        let read = { (attribute: Attribute<Model>, model: Model) in attribute.read?(model, inventory) ?? .null }
        var found = models.filter { filters.matches($0, standard: standard($0), read: read) }
        found = sorting.apply(to: found.sortedByID(id), read: read)
        var position: Int?
        if let text = page.marker {
            let wanted = Identifier<Kind>(text)
            position = found.firstIndex { id($0) == wanted }
            if position == nil { throw notFound(String(text.prefix(120))) }
        }
        let window = found[page.window(count: found.count, markerAt: position)]
        let links = page.links(
            base: base, query: query, first: window.first.map { id($0).description },
            last: window.last.map { id($0).description }, count: window.count
        )
        return Result(models: Array(window), links: links)
    }
}

extension Array {
    /// Sorts small keys instead of large values.
    fileprivate func sortedByID<Kind>(_ id: (Element) -> Identifier<Kind>) -> [Element] {
        enumerated().map { (id: id($0.element), index: $0.offset) }.sorted { $0.id < $1.id }.map { self[$0.index] }
    }
}
