import Resources

extension TopologySlices {
    /// Takes a change of the topology in, and says what it is to each host that hears of it. A host that is not among the
    /// answer's keys hears nothing (invariant 10).
    ///
    /// - Parameters:
    ///   - topology: with `delta` applied.
    ///   - wanted: hosts that listen; for others no delta is made.
    package mutating func update(
        _ delta: TopologyDelta, topology: Topology, for wanted: (HostID) -> Bool = { _ in true }
    ) -> [HostID: TopologyDelta] {
        var keys = Set(delta.removed).union(delta.changed.map(\.key))
        // A neighbour goes where its port goes.
        for case .port(let port) in Array(keys) {
            for address in neighbours[port] ?? [] { keys.insert(.neighbour(port, address)) }
        }
        var before: [TopologyKey: Set<HostID>] = [:]
        var touched: Set<SliceDevice> = []
        for key in keys {
            before[key] = has(key) ? audience(of: key) : []
            touched.formUnion(devices(of: key, topology[key]))
        }
        let oldIDs = Set(touched.compactMap { componentOf[$0] })
        let old = oldIDs.compactMap { components[$0] }

        var relinked = false
        for key in keys where set(key, topology[key]) { relinked = true }

        var newIDs = oldIDs
        let appeared = touched.filter { componentOf[$0] == nil }
        if relinked || touched.contains(where: { nodes[$0]?.isEmpty == true }) {
            newIDs = rebuild(old.reduce(into: touched) { $0.formUnion($1.devices) })
        } else if !appeared.isEmpty {
            newIDs.formUnion(rebuild(appeared))
        }
        let new = newIDs.compactMap { components[$0] }

        var answer = SliceAnswer(topology: topology)
        for (key, audienceBefore) in before {
            let audienceNow = topology[key] == nil ? [] : audience(of: key)
            for host in audienceNow where wanted(host) { answer.give(key, to: host) }
            for host in audienceBefore.subtracting(audienceNow) where wanted(host) { answer.take(key, from: host) }
        }
        passDevices(from: old, to: new, except: keys, &answer, wanted)
        passHosts(from: old, to: new, newIDs, &answer, wanted)
        return answer.deltas
    }

    /// What hangs on devices whose audience changed, and did not change itself.
    private func passDevices(
        from old: [SliceComponent], to new: [SliceComponent], except changed: Set<TopologyKey>,
        _ answer: inout SliceAnswer, _ wanted: (HostID) -> Bool
    ) {
        var pairs: [SliceDevice: (old: Int?, new: Int?)] = [:]
        for (index, component) in old.enumerated() where !isSame(component, new) {
            for device in component.devices { pairs[device, default: (nil, nil)].old = index }
        }
        for (index, component) in new.enumerated() where !isSame(component, old) {
            for device in component.devices { pairs[device, default: (nil, nil)].new = index }
        }
        // Devices move in groups: what a group gains and loses is found once.
        var groups: [SliceMove: [SliceDevice]] = [:]
        for (device, pair) in pairs { groups[SliceMove(old: pair.old, new: pair.new), default: []].append(device) }
        for (move, devices) in groups {
            let hostsBefore = move.old.map { Set(old[$0].hosts.keys) } ?? []
            let hostsNow = move.new.map { Set(new[$0].hosts.keys) } ?? []
            let gaining = hostsNow.subtracting(hostsBefore).filter(wanted)
            let losing = hostsBefore.subtracting(hostsNow).filter(wanted)
            guard !gaining.isEmpty || !losing.isEmpty else { continue }
            for device in devices {
                for key in keys(of: device) where !changed.contains(key) {
                    for host in gaining { answer.give(key, to: host) }
                    for host in losing { answer.take(key, from: host) }
                }
            }
        }
    }

    /// Hosts that others now see for the first time, or no more.
    private func passHosts(
        from old: [SliceComponent], to new: [SliceComponent], _ newIDs: Set<Int>, _ answer: inout SliceAnswer,
        _ wanted: (HostID) -> Bool
    ) {
        func sawBefore(_ host: HostID, _ other: HostID) -> Bool {
            old.contains { $0.hosts[host] != nil && $0.hosts[other] != nil }
                || isTogether(host, other) { !newIDs.contains($0) }
        }
        Self.forEachNewPair(in: new, comparedWith: old) { one, other in
            if wanted(one), !sawBefore(one, other) { answer.give(.host(other), to: one) }
            if wanted(other), !sawBefore(other, one) { answer.give(.host(one), to: other) }
        }
        Self.forEachNewPair(in: old, comparedWith: new) { one, other in
            guard wanted(one) || wanted(other), !isTogether(one, other, { _ in true }) else { return }
            if wanted(one) { answer.take(.host(other), from: one) }
            if wanted(other) { answer.take(.host(one), from: other) }
        }
    }

    /// Pairs of hosts (a host with itself, too) of a component that were not together in the component it mostly comes
    /// from: all pairs that are new, and a few more.
    private static func forEachNewPair(
        in components: [SliceComponent], comparedWith others: [SliceComponent], _ body: (HostID, HostID) -> Void
    ) {
        for component in components {
            let origin = others.map { other in component.hosts.keys.filter { other.hosts[$0] != nil } }
                .max { $0.count < $1.count }
            let together = Set(origin ?? [])
            guard together.count < component.hosts.count else { continue }
            for host in component.hosts.keys where !together.contains(host) {
                for other in component.hosts.keys { body(host, other) }
            }
        }
    }

    private func isTogether(_ host: HostID, _ other: HostID, _ counts: (Int) -> Bool) -> Bool {
        guard let mine = componentsOfHost[host], let theirs = componentsOfHost[other] else { return false }
        let (few, many) = mine.count < theirs.count ? (mine, theirs) : (theirs, mine)
        return few.contains { many.contains($0) && counts($0) }
    }

    private func isSame(_ component: SliceComponent, _ others: [SliceComponent]) -> Bool {
        others.contains { $0.hosts.count == component.hosts.count && $0 == component }
    }
}

/// From which component to which a device moved, by position.
private struct SliceMove: Hashable {
    var old: Int?
    var new: Int?
}

/// The hosts' deltas in the making.
private struct SliceAnswer {
    let topology: Topology
    private var changed: [HostID: [TopologyKey: TopologyObject]] = [:]
    private var removed: [HostID: Set<TopologyKey>] = [:]

    init(topology: Topology) { self.topology = topology }

    mutating func give(_ key: TopologyKey, to host: HostID) {
        if let object = topology[key] { changed[host, default: [:]][key] = object }
    }

    mutating func take(_ key: TopologyKey, from host: HostID) {
        removed[host, default: []].insert(key)
    }

    var deltas: [HostID: TopologyDelta] {
        var deltas: [HostID: TopologyDelta] = [:]
        for (host, objects) in changed { deltas[host, default: TopologyDelta()].changed = Array(objects.values) }
        for (host, keys) in removed { deltas[host, default: TopologyDelta()].removed = Array(keys) }
        return deltas
    }
}
