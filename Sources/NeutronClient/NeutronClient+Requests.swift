import FoundationEssentials

/// A kind of resource: where it lives in the API and what creates and changes it.
package protocol NeutronResource: Decodable, Sendable {
    associatedtype Creation: Encodable & Sendable
    associatedtype Changes: Encodable & Sendable

    /// `network`, the name of one in a body.
    static var member: String { get }
    /// `networks`, the name of many in a body.
    static var collection: String { get }
    /// `/v2.0/networks`.
    static var path: String { get }

    var id: String { get }
}

extension NeutronResource {
    package static var path: String { "/v2.0/" + collection }
}

/// A value that a change may also take away.
package enum Setting<Value: Encodable & Sendable>: Encodable, Sendable {
    case value(Value)
    case null

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .value(let value): try container.encode(value)
        case .null: try container.encodeNil()
        }
    }
}

extension NeutronClient {
    package func create<R: NeutronResource>(
        _ type: R.Type, _ creation: R.Creation
    ) async throws(NeutronClientError) -> R {
        let body = try Self.encode([R.member: creation], request: "POST \(R.path)")
        return try await one(type, "POST", R.path, body)
    }

    /// All or none of them.
    package func create<R: NeutronResource>(
        _: R.Type, bulk creations: [R.Creation]
    ) async throws(NeutronClientError) -> [R] {
        let request = "POST \(R.path)"
        let body = try Self.encode([R.collection: creations], request: request)
        return try Self.many(try await succeed("POST", R.path, body: body), request: request)
    }

    /// The resources that match all the filters (names as in the API; a name may come several times), ordered by id.
    package func list<R: NeutronResource>(
        _: R.Type, where filters: KeyValuePairs<String, String> = [:]
    ) async throws(NeutronClientError) -> [R] {
        let query = filters.map { Self.escape($0.key) + "=" + Self.escape($0.value) }.joined(separator: "&")
        let path = query.isEmpty ? R.path : R.path + "?" + query
        return try Self.many(try await succeed("GET", path), request: "GET \(path)")
    }

    package func get<R: NeutronResource>(_ type: R.Type, _ id: String) async throws(NeutronClientError) -> R {
        try await one(type, "GET", "\(R.path)/\(Self.escape(id))", nil)
    }

    /// - Parameter revision: if given, the update happens only when the resource is still at that revision number.
    package func update<R: NeutronResource>(
        _ type: R.Type, _ id: String, _ changes: R.Changes, ifRevision revision: Int? = nil
    ) async throws(NeutronClientError) -> R {
        let path = "\(R.path)/\(Self.escape(id))"
        let body = try Self.encode([R.member: changes], request: "PUT \(path)")
        return try await one(type, "PUT", path, body, headers: Self.ifMatch(revision))
    }

    package func delete<R: NeutronResource>(
        _: R.Type, _ id: String, ifRevision revision: Int? = nil
    ) async throws(NeutronClientError) {
        _ = try await succeed("DELETE", "\(R.path)/\(Self.escape(id))", headers: Self.ifMatch(revision))
    }

    /// Replaces all tags of a resource.
    package func setTags<R: NeutronResource>(
        _: R.Type, _ id: String, _ tags: [String]
    ) async throws(NeutronClientError) {
        let path = "\(R.path)/\(Self.escape(id))/tags"
        _ = try await succeed("PUT", path, body: try Self.encode(["tags": tags], request: "PUT \(path)"))
    }

    private func one<R: NeutronResource>(
        _: R.Type, _ method: String, _ path: String, _ body: [UInt8]?, headers: [String: String] = [:]
    ) async throws(NeutronClientError) -> R {
        let answer = try await succeed(method, path, body: body, headers: headers)
        let request = "\(method) \(path)"
        guard let value = try Self.decode([String: R].self, from: answer, request: request)[R.member] else {
            throw .invalidAnswer(request: request, reason: "it has no '\(R.member)'")
        }
        return value
    }

    private static func many<R: NeutronResource>(_ answer: [UInt8], request: String) throws(NeutronClientError) -> [R] {
        try decode(Collection<R>.self, from: answer, request: request).elements
    }

    private static func ifMatch(_ revision: Int?) -> [String: String] {
        revision.map { ["If-Match": "revision_number=\($0)"] } ?? [:]
    }

    /// Everything but RFC 3986's unreserved characters as %XX.
    static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return String(
            text.utf8.flatMap { byte -> [Character] in
                switch Unicode.Scalar(byte) {
                case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": [Character(Unicode.Scalar(byte))]
                default: ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        )
    }
}

/// `{"networks": […]}`, with or without links to other pages.
private struct Collection<R: NeutronResource>: Decodable {
    let elements: [R]

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        elements = try container.decode([R].self, forKey: Name(stringValue: R.collection))
    }
}
