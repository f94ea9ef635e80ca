import Resources

/// The topology of an inventory, kept true change by change. Equal at any time to ``TopologyTranslation/topology(of:)``.
package struct VirtualTopologyState: Sendable {
    package private(set) var topology: Topology

    package init(_ inventory: Inventory = Inventory()) {
        topology = TopologyTranslation.topology(of: inventory)
    }

    /// - Returns: what changed; empty if the changes concern no device.
    package mutating func update(
        _ changes: [ResourceChange], before: Inventory, after: Inventory
    ) -> TopologyDelta {
        refresh(TopologyTranslation.affectedKeys(by: changes, before: before, after: after), after)
    }

    /// Applies `changes` to `inventory` and to the topology. Keeps no copy of the inventory, so the cost is that of the
    /// change alone.
    package mutating func apply(_ changes: [ResourceChange], to inventory: inout Inventory) -> TopologyDelta {
        let before = TopologyTranslation.affectedKeys(by: changes, in: inventory)
        inventory.apply(changes)
        return refresh(before.union(TopologyTranslation.affectedKeys(by: changes, in: inventory)), inventory)
    }

    private mutating func refresh(_ keys: Set<TopologyKey>, _ inventory: Inventory) -> TopologyDelta {
        var delta = TopologyDelta()
        for key in keys {
            let object = TopologyTranslation.object(for: key, in: inventory)
            guard object != topology[key] else { continue }
            if let object { delta.changed.append(object) } else { delta.removed.append(key) }
        }
        topology.apply(delta)
        return delta
    }
}
