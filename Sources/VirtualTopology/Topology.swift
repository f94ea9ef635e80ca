/// A virtual topology or a host's slice of one.
package struct Topology: Hashable, Sendable {
    package private(set) var objects: [TopologyKey: TopologyObject]

    package init(_ objects: some Sequence<TopologyObject> = []) {
        self.objects = [:]
        for object in objects { self.objects[object.key] = object }
    }

    package subscript(key: TopologyKey) -> TopologyObject? { objects[key] }

    package mutating func apply(_ delta: TopologyDelta) {
        for key in delta.removed { objects[key] = nil }
        for object in delta.changed { objects[object.key] = object }
    }
}

/// What changes a topology into another; `changed` holds new objects and new versions of old ones.
package struct TopologyDelta: Hashable, Sendable {
    package var changed: [TopologyObject]
    package var removed: [TopologyKey]

    package init(changed: [TopologyObject] = [], removed: [TopologyKey] = []) {
        self.changed = changed
        self.removed = removed
    }

    package var isEmpty: Bool { changed.isEmpty && removed.isEmpty }
}
