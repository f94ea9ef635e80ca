import VirtualTopology

/// Translation ②, kept up to date: changes of the slice or of the host in, changes of the tables out.
///
/// Each origin's rows are computed by a `Derivation`, which records what it looked at. A change recomputes the origins
/// that looked at what changed, and nothing else; so incremental and from scratch are the same code.
package struct ForwardingTablesState: Sendable {
    private struct Claim {
        var origin: RowOrigin
        var claimed: ClaimedValue
    }

    private var facts: Facts
    /// What each row's claimants say; the winner first.
    private var claims: [TableKey: [Claim]] = [:]
    private var keys: [RowOrigin: Set<TableKey>] = [:]
    private var reads: [RowOrigin: Set<Dependency>] = [:]
    private var readers: [Dependency: Set<RowOrigin>] = [:]
    package private(set) var tables = ForwardingTables()
    /// Origins recomputed so far: the work done, for tests and metrics.
    package private(set) var derivations = 0

    package var host: HostView { facts.host }
    package var topology: Topology { facts.topology }

    package init(host: HostView, topology: Topology = Topology()) {
        facts = Facts(host: host)
        _ = recompute([.host], breaksBeforeMaking: false)
        _ = update(TopologyDelta(changed: Array(topology.objects.values)))
    }

    /// What the row was made from; the first is the one it shows.
    package func origins(of key: TableKey) -> [RowOrigin] { claims[key]?.map(\.origin) ?? [] }

    package mutating func update(_ delta: TopologyDelta) -> TableDelta {
        let breaks = delta.reusesNumber(in: facts.topology)
        var dirty: Set<RowOrigin> = []
        for key in delta.removed { set(nil, for: key, &dirty) }
        for object in delta.changed { set(object, for: object.key, &dirty) }
        return recompute(dirty, breaksBeforeMaking: breaks)
    }

    private mutating func set(_ object: TopologyObject?, for key: TopologyKey, _ dirty: inout Set<RowOrigin>) {
        let changed = facts.set(object, for: key)
        if !changed.isEmpty { dirty.insert(.object(key)) }
        for dependency in changed { dirty.formUnion(readers[dependency] ?? []) }
    }

    /// Another host's view replaces everything.
    package mutating func update(host: HostView) -> TableDelta {
        guard host.hostID == facts.host.hostID else {
            let old = tables
            self = ForwardingTablesState(host: host, topology: facts.topology)
            return TableDelta.between(actual: old, desired: tables)
        }
        let breaks = host.reusesInterface(of: facts.host)
        var dirty: Set<RowOrigin> = []
        for dependency in facts.set(host) { dirty.formUnion(readers[dependency] ?? []) }
        return recompute(dirty, breaksBeforeMaking: breaks)
    }

    private mutating func recompute(_ dirty: Set<RowOrigin>, breaksBeforeMaking: Bool) -> TableDelta {
        var touched: Set<TableKey> = []
        let senders = facts.takeReachabilityChanges().map { RowOrigin.tunnelSender($0.device, $0.host) }
        for origin in dirty.union(senders) {
            derivations += 1
            var derivation = Derivation(facts: facts)
            derivation.derive(origin)
            record(derivation, of: origin, &touched)
        }
        var delta = TableDelta(breaksBeforeMaking: breaksBeforeMaking)
        for key in touched {
            let now = claims[key]?.first?.claimed.value
            guard now != tables[key] else { continue }
            tables[key] = now
            if let now {
                delta.changed.append(TableRow(key: key, value: now))
            } else {
                delta.removed.append(key)
            }
        }
        return delta
    }

    private mutating func record(_ derivation: Derivation, of origin: RowOrigin, _ touched: inout Set<TableKey>) {
        let oldKeys = keys[origin] ?? []
        for key in oldKeys where derivation.rows[key] == nil {
            withdraw(key, origin)
            touched.insert(key)
        }
        for (key, claimed) in derivation.rows {
            withdraw(key, origin)
            let index = claims[key]?.firstIndex { claimed < $0.claimed } ?? claims[key]?.count ?? 0
            claims[key, default: []].insert(Claim(origin: origin, claimed: claimed), at: index)
            touched.insert(key)
        }
        keys[origin] = derivation.rows.isEmpty ? nil : Set(derivation.rows.keys)

        let before = reads[origin] ?? []
        let now = exists(origin) ? derivation.reads : []
        for dependency in before.subtracting(now) { readers.remove(origin, from: dependency) }
        for dependency in now.subtracting(before) { readers[dependency, default: []].insert(origin) }
        reads[origin] = now.isEmpty ? nil : now
    }

    /// What does not exist needs no watch: it is computed when it comes. What exists without rows waits for what it lacks.
    private func exists(_ origin: RowOrigin) -> Bool {
        switch origin {
        case .host: true
        case .object(let key): facts.topology[key] != nil
        case .tunnelSender(let device, let host): facts.reachability.hosts(reaching: device).contains(host)
        }
    }

    /// Everything remembered, for a test that nothing is remembered of what is gone.
    var retained: Int { claims.count + keys.count + reads.count + readers.count + facts.retained }

    private mutating func withdraw(_ key: TableKey, _ origin: RowOrigin) {
        claims[key]?.removeAll { $0.origin == origin }
        if claims[key]?.isEmpty == true { claims[key] = nil }
    }
}
