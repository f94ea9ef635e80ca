import Resources
import Synchronization

/// Wakes a session; several wake-ups before it looks count as one.
final class SessionSignal: Sendable {
    /// What there is to look at.
    struct Reasons: OptionSet, Sendable {
        let rawValue: UInt8
        static let topology = Reasons(rawValue: 1)
        static let ports = Reasons(rawValue: 2)
        static let superseded = Reasons(rawValue: 4)
        /// The manager stops.
        static let stopping = Reasons(rawValue: 8)
        /// The host was removed.
        static let removed = Reasons(rawValue: 16)
    }

    let wakeUps: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let reasons = Mutex(Reasons())

    init() {
        (wakeUps, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ new: Reasons) { reasons.withLock { $0.formUnion(new) } }

    func wake() { continuation.yield() }

    func take() -> Reasons {
        reasons.withLock { reasons in
            defer { reasons = [] }
            return reasons
        }
    }
}

/// The sessions of the hosts' agents: one per host, the newest.
struct SessionRegistry: Sendable {
    struct Session: Sendable {
        var number: UInt64
        var signal: SessionSignal
    }

    /// Outlives the session.
    struct Trace: Sendable {
        /// Of the host's last session.
        var number: UInt64
        var lastSeen: Timestamp
        var acknowledged: UInt64?
    }

    private(set) var sessions: [HostID: Session] = [:]
    private(set) var traces: [HostID: Trace] = [:]
    /// Hosts of which some interface waits for its port to be made or freed.
    private var awaitingPorts: Set<HostID> = []
    private var lastNumber: UInt64 = 0

    /// - Returns: the session's number, and the one that it takes the place of.
    mutating func open(
        _ host: HostID, _ signal: SessionSignal, at now: Timestamp
    ) -> (number: UInt64, superseded: SessionSignal?) {
        lastNumber += 1
        let old = sessions.updateValue(Session(number: lastNumber, signal: signal), forKey: host)
        traces[host] = Trace(number: lastNumber, lastSeen: now, acknowledged: nil)
        awaitingPorts.remove(host)
        old?.signal.add(.superseded)
        return (lastNumber, old?.signal)
    }

    /// - Returns: false if a newer session of the host is there.
    mutating func close(_ host: HostID, _ number: UInt64) -> Bool {
        guard sessions[host]?.number == number else { return false }
        sessions[host] = nil
        awaitingPorts.remove(host)
        return true
    }

    /// Whether the host has been without a session since that one ended; nil: since the manager started.
    func isLost(_ host: HostID, since number: UInt64?) -> Bool {
        sessions[host] == nil && traces[host]?.number == number
    }

    func isCurrent(_ host: HostID, _ number: UInt64) -> Bool { sessions[host]?.number == number }

    mutating func heard(_ host: HostID, at now: Timestamp, acknowledged: UInt64? = nil) {
        traces[host]?.lastSeen = now
        if let acknowledged { traces[host]?.acknowledged = acknowledged }
    }

    mutating func setAwaitsPorts(_ host: HostID, _ number: UInt64, _ awaits: Bool) {
        guard isCurrent(host, number) else { return }
        if awaits { awaitingPorts.insert(host) } else { awaitingPorts.remove(host) }
    }

    mutating func forget(_ host: HostID) -> SessionSignal? {
        traces[host] = nil
        awaitingPorts.remove(host)
        let session = sessions.removeValue(forKey: host)
        session?.signal.add(.removed)
        return session?.signal
    }

    /// The caller wakes them.
    func endAll() -> [SessionSignal] {
        sessions.values.map { session in
            session.signal.add(.stopping)
            return session.signal
        }
    }

    /// Marks what there is to look at; the caller wakes them once it has let go of the state.
    func signals(of touched: Set<HostID>, portsChanged: Bool) -> [SessionSignal] {
        var reasons = Dictionary(uniqueKeysWithValues: touched.map { ($0, SessionSignal.Reasons.topology) })
        if portsChanged { for host in awaitingPorts { reasons[host, default: []].insert(.ports) } }
        return reasons.compactMap { host, reasons in
            guard let signal = sessions[host]?.signal else { return nil }
            signal.add(reasons)
            return signal
        }
    }
}
