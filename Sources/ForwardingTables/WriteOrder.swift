/// One write to the kernel.
package enum TableWrite: Hashable, Sendable {
    /// Sets the row; in a `createOnly` table only if there is none.
    case put(TableRow)
    /// It is no error if the row is gone already.
    case remove(TableKey)
}

extension TableID {
    /// The order in which rows are put; they are removed in reverse.
    ///
    /// A packet walks from an entrance (an interface, a tunnel source) over a bridge to a router, its routes, a neighbour
    /// and out. Rows are put from the exit towards the entrance, so no packet ever finds a row that leads to one that is
    /// not there yet, and no device is entered before it is complete:
    ///
    /// - `settings` and `hostAddresses` refer to nothing, and every encapsulated packet needs them;
    /// - counters and budgets come before anything is counted, so that "received = sum of what became of it" holds from
    ///   a port's first packet; the drops swept with them go last;
    /// - `neighbours` hold where a routed packet leaves; `routes` name their ports; `fdb` leads into routers. A router
    ///   whose MAC is in the `fdb` thus has its routes, and these their neighbours;
    /// - `bridgeNeighbours` only answer ARP, after which packets come to the MAC answered: before `fdb` a first packet
    ///   would be flooded, so the answer comes after;
    /// - `floodLists` before `bridges`, whose count says how long the list is: a longer list is complete before it is
    ///   counted, a shorter count is written before the rest of the list is removed;
    /// - `tunnelEndpoints` only explain drops; `tunnelSources` and `interfaces` let packets in and come last;
    /// - `allowedSources` come before their port's interface: a port never drops its own VM's packets as spoofed, and
    ///   removals start with the interface, so a source is never allowed on a port that lost it.
    package static let writeOrder: [TableID] = [
        .settings, .hostAddresses, .drops, .portCounters, .puntBudgets, .routerPorts, .neighbours, .routes, .fdb,
        .bridgeNeighbours, .floodLists, .bridges, .tunnelEndpoints, .allowedSources, .tunnelSources, .interfaces,
    ]

    private static let positions: [TableID: Int] = Dictionary(
        uniqueKeysWithValues: writeOrder.enumerated().map { ($0.element, $0.offset) })

    /// In `writeOrder`.
    var writePosition: Int { Self.positions[self] ?? 0 }
}

extension TableDelta {
    /// The delta as writes, in an order that neither leaks nor loops (DESIGN §6, 5).
    ///
    /// Make before break: a prefix that is split, or an address that moves, is never without a row. But when a number
    /// changed hands, rows of its old owner would meet traffic of the new one; then break before make.
    package var writes: [TableWrite] {
        let puts = changed.sorted { $0.table.writePosition < $1.table.writePosition }.map(TableWrite.put)
        let removes = (removed + sweptDrops).sorted { $0.table.writePosition > $1.table.writePosition }.map(
            TableWrite.remove)
        return breaksBeforeMaking ? removes + puts : puts + removes
    }

    /// What the datapath may have counted under the ports that go: it makes these rows, so nobody knows which there are.
    private var sweptDrops: [TableKey] {
        let listed = Set(removed.filter { $0.table == .drops })
        return removed.filter { $0.table == .portCounters }
            .flatMap { counters in
                DropReason.allCases.map {
                    TableKey(table: .drops, bytes: counters.bytes + rawBytes(of: $0.rawValue))
                }
            }
            .filter { !listed.contains($0) }
    }
}
