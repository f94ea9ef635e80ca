import AgentProtocol
import Resources
import Synchronization

// How sessions meet the site's state.

extension SiteController {
    struct OpenedSession: Sendable {
        var number: UInt64
        /// The revision up to which the agent's own state is good; nil: it needs a snapshot.
        var position: UInt64?
    }

    /// Makes this the host's session. The one before, if any, is told to end.
    func openSession(_ host: HostID, resume: Resume?, signal: SessionSignal) throws -> OpenedSession {
        let (number, superseded) = state.withLock { state in
            state.hosts.open(host)
            return state.sessions.open(host, signal, at: clock.now())
        }
        superseded?.wake()
        guard let resume else { return OpenedSession(number: number, position: nil) }
        // The digest costs a pass over the slice: not while others wait for the state. If the slice changes meanwhile,
        // the digest is of no use, and the revision decides.
        let (slice, revision) = state.withLock { ($0.hosts.slice(of: host), $0.head) }
        let digest = try slice.digest
        let position = state.withLock { state in
            let position = state.hosts.position(
                of: resume, on: host, in: storeID, sliceDigest: state.head == revision ? digest : [0])
            // It resumes with what it had acknowledged to an earlier session.
            if let position { state.sessions.heard(host, at: clock.now(), acknowledged: position) }
            return position
        }
        return OpenedSession(number: number, position: position)
    }

    /// Whether the host has been without a session since that one ended; nil: since the manager started.
    func isLost(_ host: HostID, since number: UInt64?) -> Bool {
        state.withLock { $0.sessions.isLost(host, since: number) }
    }

    /// - Returns: whether the host has no session now.
    func closeSession(_ host: HostID, _ number: UInt64) -> Bool {
        state.withLock { $0.sessions.close(host, number) }
    }

    func step(of host: HostID, after position: UInt64?) -> HostFeed.Step {
        state.withLock { $0.hosts.step(of: host, after: position) }
    }

    func heard(_ host: HostID, acknowledged: UInt64? = nil) {
        state.withLock { $0.sessions.heard(host, at: clock.now(), acknowledged: acknowledged) }
    }

    /// While some interface waits for its port, the session is woken when ports change.
    func setAwaitsPorts(_ host: HostID, _ number: UInt64, _ awaits: Bool) {
        state.withLock { $0.sessions.setAwaitsPorts(host, number, awaits) }
    }

    /// Tells the host's session, if any, to end.
    func endSession(_ host: HostID) {
        state.withLock { $0.sessions.forget(host) }?.wake()
    }

    /// Tells all sessions to end.
    func endSessions() {
        for signal in state.withLock({ $0.sessions.endAll() }) { signal.wake() }
    }
}
