/// `sort_key` and `sort_dir`, which come in pairs; the first key weighs most.
struct Sorting<Model: Sendable>: Sendable {
    let keys: [(attribute: Attribute<Model>, descending: Bool)]

    init(_ query: Query, map: AttributeMap<Model>) throws(NeutronError) {
        let names = query.all("sort_key")
        let directions = query.all("sort_dir")
        guard names.count == directions.count || directions.isEmpty else {
            throw .badRequest("The number of sort_keys and sort_dirs must be same")
        }
        let unknown = names.filter { map.visible($0)?.isSortable != true }
        guard unknown.isEmpty else { throw .badRequest("\(pythonList(unknown)) is invalid attribute for sort keys") }
        let invalid = directions.filter { $0 != "asc" && $0 != "desc" }
        guard invalid.isEmpty else {
            throw .badRequest(
                "\(pythonList(invalid)) is invalid value for sort dirs, valid value is 'asc' and 'desc'"
            )
        }
        var keys: [(Attribute<Model>, Bool)] = []
        for (index, name) in names.enumerated() {
            guard let attribute = map.visible(name) else { continue }
            keys.append((attribute, directions.isEmpty ? false : directions[index] == "desc"))
        }
        self.keys = keys
    }

    /// Sorts the models, which come ordered by id; equals stay so.
    func apply(to models: [Model], read: (Attribute<Model>, Model) -> AttributeValue) -> [Model] {
        guard !keys.isEmpty else { return models }
        let values = models.map { model in keys.map { read($0.attribute, model) } }
        let order = models.indices.sorted { left, right in
            for (key, (mine, other)) in zip(keys, zip(values[left], values[right])) {
                if mine.precedes(other) { return !key.descending }
                if other.precedes(mine) { return key.descending }
            }
            return left < right
        }
        return order.map { models[$0] }
    }
}

/// A list of texts as Neutron's messages show it: `['a', 'b']`.
func pythonList(_ texts: [String]) -> String {
    "[" + texts.map { "'\($0.prefix(120))'" }.joined(separator: ", ") + "]"
}
