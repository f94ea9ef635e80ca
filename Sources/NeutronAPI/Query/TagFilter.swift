/// `tags` (all of), `tags-any`, `not-tags` (not all of), `not-tags-any` (none of); each a comma-separated list.
struct TagFilter: Sendable {
    private var all: Set<String>?
    private var any: Set<String>?
    private var notAll: Set<String>?
    private var notAny: Set<String>?

    static let names: Set<String> = ["tags", "tags-any", "not-tags", "not-tags-any"]

    init(_ query: Query) {
        func set(_ name: String) -> Set<String>? {
            let values = query.all(name)
            return values.isEmpty ? nil : Set(values.flatMap { $0.split(separator: ",").map(String.init) })
        }
        all = set("tags")
        any = set("tags-any")
        notAll = set("not-tags")
        notAny = set("not-tags-any")
    }

    var isEmpty: Bool { all == nil && any == nil && notAll == nil && notAny == nil }

    func matches(_ tags: [String]) -> Bool {
        if let all, !all.isSubset(of: tags) { return false }
        if let any, any.isDisjoint(with: tags) { return false }
        if let notAll, notAll.isSubset(of: tags) { return false }
        if let notAny, !notAny.isDisjoint(with: tags) { return false }
        return true
    }
}
