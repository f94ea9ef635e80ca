import Addresses
import AgentProtocol
import Resources
import Synchronization

// What agents write: themselves, which ports their interfaces have, and what the ports do.

extension SiteController {
    /// The host as it describes itself; new, changed, or as it was.
    func describe(_ host: EnrolledHost, _ description: HostDescription) async throws {
        try await writeSite { [clock] (state, _) throws(ResourceError) in
            let record = HostRecord(
                id: host.id, name: host.name, tunnelAddress: description.tunnelAddress,
                underlayMTU: description.underlayMTU, addresses: description.addresses, joinedAt: clock.now(),
                uplinkMTU: description.uplinkMTU)
            return SitePlan(value: (), transaction: try state.inventory.upserting(host: record).1)
        }
    }

    /// Gives an announced interface its port.
    func bind(_ announcement: InterfaceAnnouncement, on host: HostID) async throws -> InterfaceAnswer {
        try await writeSite { [clock] (state, _) throws(ResourceError) in
            let answer = { (result: InterfaceAnswer.Result, detail: String) in
                InterfaceAnswer(interfaceName: announcement.interfaceName, result: result, detail: detail)
            }
            guard let record = state.inventory.hosts[host] else {
                return SitePlan(value: answer(.refused(.unknownPort), "the host is not known"))
            }
            let port: Port
            switch state.inventory.port(named: announcement.port) {
            case .none:
                return SitePlan(value: answer(.refused(.unknownPort), "no port \(announcement.port)"))
            case .several:
                return SitePlan(value: answer(.refused(.ambiguous), "several ports begin with \(announcement.port)"))
            case .one(let found): port = found
            }
            guard !port.isManaged else {
                return SitePlan(value: answer(.refused(.notPluggable), "port \(port.id) is of \(port.deviceOwner)"))
            }
            guard port.bindingHostID.isEmpty || port.bindingHostID == record.name else {
                return SitePlan(
                    value: answer(.refused(.boundElsewhere), "port \(port.id) is bound to host \(port.bindingHostID)"))
            }
            let old = state.announcements[port.id]
            if let old, old.host == host, old.interfaceName != announcement.interfaceName {
                return SitePlan(
                    value: answer(.refused(.boundElsewhere), "interface \(old.interfaceName) has port \(port.id)"))
            }
            var plan = SitePlan(value: answer(.port(port.id), ""))
            let madeBinding = port.bindingHostID.isEmpty || (old?.host == host && old?.madeBinding == true)
            let new = Announcement(
                host: host, interfaceName: announcement.interfaceName, madeBinding: madeBinding)
            if new != old { plan.announcements = [port.id: new] }
            if port.bindingHostID.isEmpty {
                plan.transaction = try state.inventory.settingBinding(port: port.id, host: record.name, at: clock.now())
                    .1
            }
            return plan
        }
    }

    /// The host no longer has these interfaces.
    func unbind(from host: HostID, where isGone: @escaping @Sendable (String) -> Bool) async throws {
        try await writeSite { [clock] (state, _) throws(ResourceError) in
            var plan = SitePlan(value: ())
            var steps = TransactionSteps()
            let now = clock.now()
            for (id, announcement) in state.announcements
            where announcement.host == host && isGone(announcement.interfaceName) {
                plan.announcements.updateValue(nil, forKey: id)
                guard let port = state.inventory.ports[id] else { continue }
                // Bound to another host since: its status is that host's to say.
                guard port.bindingHostID == state.inventory.hosts[host]?.name else { continue }
                let (_, step) =
                    announcement.madeBinding
                    ? try state.inventory.settingBinding(port: id, host: "", at: now)
                    : try state.inventory.settingStatus(port: id, .down, at: now)
                steps.append(step)
            }
            plan.transaction = steps.transaction
            return plan
        }
    }

    /// - Returns: false if the port is not the host's to report on.
    func report(_ report: PortStatusReport, from host: HostID) async throws -> Bool {
        let status: PortStatus = report.active ? .active : .down
        // Most reports, after a reconnect, say what is known: no need to wait for a turn.
        let known = read { inventory -> Bool? in
            guard let port = inventory.ports[report.port], port.bindingHostID == inventory.hosts[host]?.name else {
                return false
            }
            return port.status == status ? true : nil
        }
        if let known { return known }
        return try await writeSite { [clock] (state, _) throws(ResourceError) in
            guard let port = state.inventory.ports[report.port],
                port.bindingHostID == state.inventory.hosts[host]?.name
            else { return SitePlan(value: false) }
            return SitePlan(
                value: true,
                transaction: try state.inventory.settingStatus(port: port.id, status, at: clock.now()).1)
        }
    }

    /// The host's ports are down as far as anyone can tell; their bindings stay. Nothing if it has a session again.
    func markDown(_ host: HostID) async throws {
        try await writeSite { [clock] (state, _) throws(ResourceError) in
            guard state.sessions.sessions[host] == nil, let name = state.inventory.hosts[host]?.name else {
                return SitePlan(value: ())
            }
            var steps = TransactionSteps()
            for id in state.inventory.portIDs(onHostNamed: name).sorted()
            where state.inventory.ports[id]?.status == .active {
                steps.append(try state.inventory.settingStatus(port: id, .down, at: clock.now()).1)
            }
            return SitePlan(value: (), transaction: steps.transaction)
        }
    }
}

extension Inventory {
    fileprivate enum PortMatch {
        case none
        case one(Port)
        case several
    }

    /// By the full id, or the 11 characters of it that fit into an interface's name.
    fileprivate func port(named text: String) -> PortMatch {
        if let id = PortID(text) { return ports[id].map(PortMatch.one) ?? .none }
        if let port = port(idPrefix: text) { return .one(port) }
        // Eight digits, a dash, two digits: the first 40 of 128 bits.
        guard let prefix = PortID("\(text)00-0000-0000-000000000000") else { return .none }
        return ports.keys.contains { $0.value >> 88 == prefix.value >> 88 } ? .several : .none
    }
}
