import Resources

/// What a list request asks to see: every name that is not one of the query's own words is a visible attribute, and of
/// several values of one name any may match.
struct Filters<Model: Sendable>: Sendable {
    /// Each alternative must hold, by any of its texts.
    private let attributes: [(attribute: Attribute<Model>, values: [String], alternatives: [[String]])]
    private let tags: TagFilter
    private let changedSince: Timestamp?

    /// Words of the query that are no filters.
    static var reserved: Set<String> {
        TagFilter.names.union(
            ["fields", "sort_key", "sort_dir", "limit", "marker", "page_reverse", "changed_since"]
        )
    }

    init(_ query: Query, map: AttributeMap<Model>) throws(NeutronError) {
        var order: [String] = []
        var values: [String: [String]] = [:]
        for item in query.items where !Self.reserved.contains(item.name) {
            if values[item.name] == nil { order.append(item.name) }
            values[item.name, default: []].append(item.value)
        }
        let unknown = order.filter { map.visible($0) == nil }
        guard unknown.isEmpty else { throw .badRequest("\(pythonList(unknown)) is invalid attribute for filtering") }
        var attributes: [(Attribute<Model>, [String], [[String]])] = []
        for name in order {
            guard let attribute = map.visible(name), let texts = values[name] else { continue }
            for text in texts { try attribute.checkFilter(text) }
            attributes.append((attribute, texts, Self.alternatives(texts, attribute.kind)))
        }
        self.attributes = attributes
        tags = TagFilter(query)
        if let text = query.last("changed_since") {
            guard let time = Timestamp(iso8601: text) else {
                throw .invalidInput("changed_since", "'\(text.prefix(120))' is not a time like 2026-11-20T22:03:00Z")
            }
            changedSince = time
        } else {
            changedSince = nil
        }
    }

    /// `fixed_ips=subnet_id=…&fixed_ips=ip_address=…` asks for both; two addresses ask for either.
    private static func alternatives(_ texts: [String], _ kind: Attribute<Model>.Kind) -> [[String]] {
        guard case .list = kind, texts.count > 1 else { return [texts] }
        let members = Dictionary(grouping: texts) { $0.contains("=") ? $0.prefix { $0 != "=" } : "" }
        return members.keys.sorted().compactMap { members[$0] }
    }

    /// The one exact value of a filter, if it has just one: an id lookup needs no scan.
    func only(_ name: String) -> String? {
        attributes.first { $0.attribute.name == name && $0.values.count == 1 }?.values.first
    }

    func matches(
        _ model: Model, standard: StandardAttributes, read: (Attribute<Model>, Model) -> AttributeValue
    ) -> Bool {
        if let changedSince, standard.updatedAt < changedSince { return false }
        if !tags.isEmpty, !tags.matches(standard.tags) { return false }
        return attributes.allSatisfy { filter in
            let value = read(filter.attribute, model)
            return filter.alternatives.allSatisfy { $0.contains { value.matches($0) } }
        }
    }
}
