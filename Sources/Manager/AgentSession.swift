import AgentProtocol

/// One agent's stream, as a value: what came in, what goes out. Time, I/O and the site's state are outside.
///
/// One update is in flight: the next one is asked for when the last was acknowledged, and then holds all that happened
/// in between. So a slow agent costs no memory.
struct AgentSession: Sendable {
    enum Event: Hashable, Sendable {
        case message(AgentMessage)
        /// The site knows the host now. `position`: the revision up to which the agent's own state is good.
        case opened(Welcome, position: UInt64?)
        case topologyChanged
        /// Ports were made, changed or deleted.
        case portsChanged
        case stepped(HostFeed.Step)
        case answered(InterfaceAnnouncement, InterfaceAnswer)
    }

    enum Effect: Hashable, Sendable {
        case send(ManagerMessage)
        /// Take the host in; then `opened`.
        case open(Hello)
        case describe(HostDescription)
        /// Try to give the interface its port; then `answered`.
        case bind(InterfaceAnnouncement)
        case unbind(interfaceName: String)
        case report(PortStatusReport)
        /// Fetch what follows; nil: everything. Then `stepped`.
        case step(after: UInt64?)
        case acknowledged(UInt64)
        case rejected(UInt64, reason: String)
        /// Whether some interface waits for its port.
        case awaitPorts(Bool)
        case fail(String)
    }

    private enum Phase: Hashable {
        case awaitingHello
        case opening([InterfaceAnnouncement])
        case open
        case failed
    }

    private var phase = Phase.awaitingHello
    /// What the agent holds once the update in flight is applied; nil: nothing that counts.
    private var position: UInt64?
    private var inFlight: TopologyUpdate.Mark?
    /// A snapshot was rejected: sending it again before anything changes would be rejected again.
    private var isStuck = false
    private var interfaces: [String: InterfaceAnnouncement] = [:]
    private var refused: [String: InterfaceAnswer] = [:]

    init() {}

    mutating func on(_ event: Event) -> [Effect] {
        switch (phase, event) {
        case (.failed, _):
            return []
        case (.awaitingHello, .message(.hello(let hello))):
            phase = .opening(hello.interfaces)
            return [.open(hello)]
        case (_, .message(.hello)):
            return fail("a second hello")
        case (.awaitingHello, .message), (.opening, .message):
            return fail("the first message must be hello, and the next one must wait for the welcome")
        case (.opening(let announced), .opened(let welcome, let position)):
            phase = .open
            self.position = position
            for announcement in announced { interfaces[announcement.interfaceName] = announcement }
            return [.send(.welcome(welcome)), .step(after: position)] + announced.map { .bind($0) }
        case (.open, .message(let message)):
            return on(message)
        case (.open, .topologyChanged):
            isStuck = false
            return next()
        case (.open, .portsChanged):
            return interfaces.values.filter { refused[$0.interfaceName] != nil }.map { .bind($0) }
        case (.open, .stepped(let step)):
            return on(step)
        case (.open, .answered(let announcement, let answer)):
            return on(answer, to: announcement)
        case (_, .opened), (_, .topologyChanged), (_, .portsChanged), (_, .stepped), (_, .answered):
            return []
        }
    }

    private mutating func on(_ message: AgentMessage) -> [Effect] {
        switch message {
        case .hello: return []
        case .hostChanged(let host): return [.describe(host)]
        case .interfaceAppeared(let announcement):
            interfaces[announcement.interfaceName] = announcement
            return [.bind(announcement)]
        case .interfaceDisappeared(let name):
            interfaces[name] = nil
            let wait = forgetRefusal(of: name)
            return [.unbind(interfaceName: name)] + wait
        case .portStatus(let report): return [.report(report)]
        case .acknowledge(let revision):
            // An agent may also confirm what it resumed with; then nothing is in flight.
            guard let mark = inFlight, mark.revision == revision else { return [] }
            inFlight = nil
            return [.acknowledged(revision)] + next()
        case .reject(let revision, let reason):
            guard let mark = inFlight, mark.revision == revision else { return [] }
            inFlight = nil
            position = nil
            isStuck = mark.isSnapshot
            return [.rejected(revision, reason: reason)] + next()
        case .heartbeat: return [.send(.heartbeat)]
        }
    }

    private func next() -> [Effect] {
        inFlight == nil && !isStuck ? [.step(after: position)] : []
    }

    private mutating func on(_ step: HostFeed.Step) -> [Effect] {
        // Two events may each have asked; the second answer is stale.
        guard inFlight == nil, case .update(let update) = step else { return [] }
        inFlight = update.mark
        position = update.revision
        return [.send(.update(update))]
    }

    private mutating func on(_ answer: InterfaceAnswer, to announcement: InterfaceAnnouncement) -> [Effect] {
        let name = announcement.interfaceName
        guard interfaces[name] == announcement else {
            // It went away, or announced another port, while this one was being bound.
            return interfaces[name] == nil ? [.unbind(interfaceName: name)] : []
        }
        guard case .refused = answer.result else {
            return forgetRefusal(of: name) + [.send(.interfaceAnswer(answer))]
        }
        let isFirst = refused.isEmpty
        let old = refused.updateValue(answer, forKey: name)
        var effects: [Effect] = old == answer ? [] : [.send(.interfaceAnswer(answer))]
        if isFirst { effects.append(.awaitPorts(true)) }
        return effects
    }

    private mutating func forgetRefusal(of name: String) -> [Effect] {
        guard refused.removeValue(forKey: name) != nil, refused.isEmpty else { return [] }
        return [.awaitPorts(false)]
    }

    private mutating func fail(_ reason: String) -> [Effect] {
        phase = .failed
        return [.fail(reason)]
    }
}

extension TopologyUpdate {
    /// An update without its contents.
    fileprivate struct Mark: Hashable, Sendable {
        var revision: UInt64
        var isSnapshot: Bool
    }

    fileprivate var mark: Mark { Mark(revision: revision, isSnapshot: isSnapshot) }
}
