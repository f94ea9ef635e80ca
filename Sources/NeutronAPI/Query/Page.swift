/// `limit`, `marker` and `page_reverse`: a window on the sorted list, and the links to its neighbours.
struct Page: Sendable {
    let limit: Int?
    let marker: String?
    let isReversed: Bool

    init(_ query: Query) throws(NeutronError) {
        if let text = query.last("limit") {
            guard let value = Int(text), value >= 0 else {
                throw NeutronError(
                    status: 400, type: "BadRequest",
                    message: "Bad limits request: Limit must be an integer 0 or greater and not '\(text.prefix(120))'."
                )
            }
            // Zero is no limit.
            limit = value == 0 ? nil : value
        } else {
            limit = nil
        }
        marker = query.last("marker").flatMap { $0.isEmpty ? nil : $0 }
        isReversed = query.last("page_reverse").map { Rule<Bool>.word($0) ?? false } ?? false
    }

    /// The part of the list that the request asks for: after the marker, or before it when reversed.
    /// - Parameter position: where the marker's resource is in the list.
    func window(count: Int, markerAt position: Int?) -> Range<Int> {
        if isReversed {
            let end = position ?? count
            return (limit.map { max(0, end - $0) } ?? 0)..<end
        }
        let start = position.map { $0 + 1 } ?? 0
        return start..<(limit.map { min(count, start + min($0, count - start)) } ?? count)
    }

    struct Link: Hashable, Sendable {
        let relation: String
        let href: String
    }

    /// Neutron's rule: `next` unless a forward page came short, `previous` unless a reverse page did. So the walk ends
    /// at an empty page, as clients expect it.
    func links(base: String, query: Query, first: String?, last: String?, count: Int) -> [Link] {
        guard let limit else { return [] }
        let plain = query.without(["marker", "page_reverse"])
        var links: [Link] = []
        if isReversed || count >= limit {
            let next = last.map { plain.setting("marker", to: $0) } ?? plain
            links.append(Link(relation: "next", href: base + "?" + next.encoded))
        }
        if !isReversed || count >= limit {
            let previous = (first.map { plain.setting("marker", to: $0) } ?? plain).setting("page_reverse", to: "True")
            links.append(Link(relation: "previous", href: base + "?" + previous.encoded))
        }
        return links
    }
}
