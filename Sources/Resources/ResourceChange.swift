/// One step of a transaction. `put` creates or replaces.
package enum ResourceChange: Hashable, Sendable {
    case put(Resource)
    case delete(ResourceKey)

    package var key: ResourceKey {
        switch self {
        case .put(let resource): resource.key
        case .delete(let key): key
        }
    }
}

extension ResourceChange: Codable {
    private enum CodingKeys: String, CodingKey {
        case put, delete
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let key = try container.decodeIfPresent(ResourceKey.self, forKey: .delete) {
            self = .delete(key)
        } else {
            self = .put(try container.decode(Resource.self, forKey: .put))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .put(let resource): try container.encode(resource, forKey: .put)
        case .delete(let key): try container.encode(key, forKey: .delete)
        }
    }
}
