import AgentProtocol
import Resources

/// What was said on one stream to the manager, as a value: what there is to say next follows from it. Nothing is said
/// between the hello and the welcome; what changed meanwhile is said after it.
struct ManagerSession: Sendable {
    /// The manager's store; nil before the welcome.
    private(set) var storeID: StoreID?
    var isOpen: Bool { storeID != nil }
    /// Interface name -> part of the port's id.
    private var announced: [String: String]
    private var described: HostDescription
    private var reported: [PortID: PortStatusReport] = [:]
    /// The manager's refusals of interfaces, in words.
    private(set) var refusals: [String: String] = [:]
    private(set) var heartbeatsAnswered: UInt64 = 0
    private var assembler = UpdateAssembler()

    init(host: HostDescription, interfaces: [String: String]) {
        described = host
        announced = interfaces
    }

    func hello(hostName: String, resume: Resume?) -> AgentMessage {
        .hello(
            Hello(
                hostName: hostName, host: described, resume: resume,
                interfaces: announced.sorted { $0.key < $1.key }
                    .map { InterfaceAnnouncement(interfaceName: $0.key, port: $0.value) }))
    }

    mutating func welcomed(to store: StoreID) { storeID = store }

    /// - Parameter held: the store whose topology the agent holds.
    /// - Returns: the whole update once its last part is there.
    /// - Throws: also for a step that does not continue what the agent holds.
    mutating func take(_ part: TopologyUpdate, held: StoreID?) throws(WireError) -> TopologyUpdate? {
        guard part.isSnapshot || (held != nil && held == storeID) else {
            throw WireError("update", .invalid("a step from a topology that this host does not have"))
        }
        return try assembler.add(part)
    }

    mutating func take(_ answer: InterfaceAnswer) {
        switch answer.result {
        case .port: refusals[answer.interfaceName] = nil
        case .refused(let refusal):
            // An answer to what is gone again says nothing.
            guard announced[answer.interfaceName] != nil else { return }
            refusals[answer.interfaceName] = answer.detail.isEmpty ? "\(refusal)" : answer.detail
        }
    }

    mutating func heartbeatAnswered() { heartbeatsAnswered += 1 }

    /// What is to be said about the host and its interfaces.
    mutating func describe(_ host: HostDescription, interfaces: [String: String]) -> [AgentMessage] {
        guard isOpen else { return [] }
        var messages: [AgentMessage] = []
        for name in announced.keys.sorted() where interfaces[name] == nil {
            messages.append(.interfaceDisappeared(interfaceName: name))
            refusals[name] = nil
        }
        for (name, port) in interfaces.sorted(by: { $0.key < $1.key }) where announced[name] != port {
            messages.append(.interfaceAppeared(InterfaceAnnouncement(interfaceName: name, port: port)))
        }
        announced = interfaces
        if host != described {
            described = host
            messages.append(.hostChanged(host))
        }
        return messages
    }

    /// What is to be said about ports: what has not been said yet.
    mutating func report(_ reports: [PortStatusReport]) -> [AgentMessage] {
        guard isOpen else { return [] }
        var messages: [AgentMessage] = []
        for report in reports where reported[report.port] != report {
            reported[report.port] = report
            messages.append(.portStatus(report))
        }
        return messages
    }

    /// The port is no longer this host's to speak of.
    mutating func forget(_ port: PortID) { reported[port] = nil }
}
