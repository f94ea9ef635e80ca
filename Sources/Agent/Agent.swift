import Addresses
import AgentProtocol
import CForwardingPipeline
import Datapath
import ForwardingTables
import Glibc
import LinuxNetworking
import Logging
import Resources
import VirtualTopology

/// One host's agent: keeps the kernel's tables equal to what its slice of the virtual topology says.
///
/// Everything that happens (the manager's messages, the kernel's events, requests) changes what is desired or what is
/// known, and then `converge` brings the kernel there. There is one such path: starting, following, recovering.
package actor Agent {
    let configuration: AgentConfiguration
    let log: Logger
    let netlink: RouteNetlink
    let pipeline: LoadedPipeline
    let ownDevice: UInt32
    /// The next hops of the underlay that are kept resolved: whoever follows the kernel's events looks here.
    let watchedNextHops = WatchedNextHops()

    private(set) var identity: HostIdentity
    private(set) var interfaces: HostInterfaces
    private(set) var state: ForwardingTablesState
    private(set) var ports: OwnPorts
    private var tunnelEnds: TunnelEnds
    private var tunnelAddress: IPAddress
    private var journal: TopologyJournal

    // What the kernel has.
    private(set) var tables: KernelTables
    /// Changes of the tables that are not in the kernel yet.
    private var pending: [TableDelta] = []
    /// Programs by interface.
    private(set) var programs: [UInt32: String] = [:]
    private var programProblems: [UInt32: String] = [:]
    private var neighbours = UnderlayNeighbours()
    /// Interfaces of ports that have been set up once; who takes one down later has reasons.
    private var raised: Set<UInt32> = []

    // What has to be looked at in the next convergence.
    private var viewIsStale = true
    private var programsAreStale = true
    private var neighboursAreStale = true
    private var unreported: Set<PortID> = []

    private(set) var lastError = ""
    private var hostProblem = ""
    private var tablesProblem = ""

    // The manager.
    private var outbox: ManagerOutbox?
    private var session: ManagerSession?
    private var storeID: StoreID?
    private(set) var revision: UInt64 = 0
    /// False until a topology is known: until then the tables are left as they were found.
    private(set) var holdsTopology = false

    /// Takes over what an earlier process left in the kernel and on disk. Nothing is written to the tables yet.
    package init(
        configuration: AgentConfiguration, identity: HostIdentity, netlink: RouteNetlink, log: Logger
    ) throws {
        self.configuration = configuration
        self.identity = identity
        self.netlink = netlink
        self.log = log
        journal = TopologyJournal(path: configuration.journalPath)
        pipeline = try Self.loadPipeline(configuration.pinDirectory, log)
        tables = KernelTables(pipeline)
        ownDevice = try OwnDevice.ensure(with: netlink, log)
        let interfaces = HostInterfaces(
            links: try netlink.links(), addresses: try netlink.addresses(), chosenUplinks: configuration.uplinks)
        self.interfaces = interfaces

        var topology = Topology()
        var loaded = journal.load()
        // An older topology is better than none after a power cut, but no reason to undo what the kernel knows.
        if case .torn(let content) = loaded {
            let known = try pipeline.rows(of: .bridges) + pipeline.rows(of: .interfaces)
            loaded = known.isEmpty ? .content(content) : .damaged(reason: "its last record is cut off")
        }
        switch loaded {
        case .nothing, .torn: break
        case .content(let content):
            (storeID, revision, topology) = (content.storeID, content.revision, content.topology)
            holdsTopology = true
        case .damaged(let reason):
            log.error(
                "the topology journal is not to be trusted; the tables stay as they are until the manager is there",
                metadata: ["path": "\(configuration.journalPath)", "reason": "\(reason)"])
        }
        guard
            let tunnelAddress = TunnelAddress(configuration, identity).choose(among: interfaces.hostAddresses, netlink)
        else { throw AgentError.noTunnelAddress(manager: identity.manager) }
        self.tunnelAddress = tunnelAddress
        self.identity.tunnelAddress = tunnelAddress
        let ports = OwnPorts(host: identity.hostID, topology: topology)
        self.ports = ports
        tunnelEnds = TunnelEnds(host: identity.hostID, topology: topology)
        state = ForwardingTablesState(
            host: interfaces.view(
                host: identity.hostID, tunnelAddress: tunnelAddress, ports: ports, lookupInterface: ownDevice),
            topology: topology)
        unreported = ports.ids
    }

    /// Tables of another layout (an upgrade that changed it) can't be adopted. They are made anew and filled before any
    /// interface's program is swapped, so established and new connections go on by the old tables until then; what the
    /// old ones counted is lost.
    private static func loadPipeline(_ directory: String, _ log: Logger) throws -> LoadedPipeline {
        var remade: Set<String> = []
        while true {
            do throws(DatapathError) {
                return try LoadedPipeline(pinDirectory: directory)
            } catch .incompatibleTable(let name, let path, let differences) where !remade.contains(name) {
                log.critical(
                    "a table of another version's layout is made anew: its counters are lost, floods may be interrupted",
                    metadata: ["table": "\(name)", "path": "\(path)", "differences": "\(differences)"])
                remade.insert(name)
                try PinDirectory(directory).removeTable(name)
            } catch {
                throw AgentError.datapath(error)
            }
        }
    }

    // MARK: What happens

    /// The kernel said that links or addresses changed: read them all, decide anew.
    package func hostChanged() {
        do {
            interfaces = HostInterfaces(
                links: try netlink.links(), addresses: try netlink.addresses(), chosenUplinks: configuration.uplinks)
            hostProblem = ""
        } catch {
            hostProblem = "the host's links are unknown: \(error)"
        }
        followTunnelAddress()
        viewIsStale = true
        programsAreStale = true
        neighboursAreStale = true
        unreported = ports.ids
        say { $0.describe(description, interfaces: interfaces.announcements) }
        converge()
    }

    /// The kernel said that routes changed, or that a neighbour of ours went.
    package func routesChanged() {
        neighboursAreStale = true
        keepNeighbours()
    }

    /// An address that was found (not one that was given) may move with the host.
    private func followTunnelAddress() {
        guard !interfaces.hostAddresses.contains(tunnelAddress),
            let chosen = TunnelAddress(configuration, identity).choose(among: interfaces.hostAddresses, netlink),
            chosen != tunnelAddress
        else { return }
        log.notice(
            "tunnels to this host end at another address now",
            metadata: ["old": "\(tunnelAddress)", "new": "\(chosen)"])
        tunnelAddress = chosen
        identity.tunnelAddress = chosen
        saveIdentity()
    }

    package func handle(_ event: ManagerChannel.Event) throws {
        switch event {
        case .opened(let outbox): try open(outbox)
        case .closed:
            outbox = nil
            session = nil
            notifyObservers()
        case .renewed(let renewed):
            identity.privateKey = renewed.privateKey
            identity.certificate = renewed.certificate
            identity.caCertificate = renewed.caCertificate
            saveIdentity()
            log.info("the host's certificate was renewed")
        case .message(let message): try handle(message)
        }
    }

    private func open(_ outbox: ManagerOutbox) throws {
        let session = ManagerSession(host: description, interfaces: interfaces.announcements)
        var resume: Resume?
        if holdsTopology, let storeID {
            resume = Resume(storeID: storeID, revision: revision, digest: try state.topology.digest)
        }
        outbox.send(session.hello(hostName: identity.hostName, resume: resume))
        self.outbox = outbox
        self.session = session
    }

    private func handle(_ message: ManagerMessage) throws {
        switch message {
        case .welcome(let welcome):
            log.notice(
                "connected to the manager",
                metadata: ["host": "\(welcome.hostName)", "resumed": "\(welcome.resumed)"])
            session?.welcomed(to: welcome.storeID)
            say { $0.describe(description, interfaces: interfaces.announcements) }
            // Otherwise a snapshot is under way, and what the ports do is known after it.
            unreported = ports.ids
            if welcome.resumed { reportPorts() }
        case .update(let part):
            if let update = try session?.take(part, held: storeID) { apply(update) }
        case .interfaceAnswer(let answer):
            session?.take(answer)
            if let reason = session?.refusals[answer.interfaceName] {
                log.warning(
                    "the manager refuses an interface",
                    metadata: ["interface": "\(answer.interfaceName)", "reason": "\(reason)"])
            }
        case .heartbeat: session?.heartbeatAnswered()
        }
        notifyObservers()
    }

    private func apply(_ update: TopologyUpdate) {
        var delta = update.delta
        if update.isSnapshot {
            let kept = Set(update.delta.changed.map(\.key))
            delta.removed = state.topology.objects.keys.filter { !kept.contains($0) }
        }
        pending.append(state.update(delta))
        // With the snapshot, not with the welcome: a revision counts only together with its store.
        if update.isSnapshot { storeID = session?.storeID }
        revision = update.revision
        holdsTopology = true
        record(update)

        let touched = ports.apply(delta)
        if !touched.isEmpty { viewIsStale = true }
        unreported.formUnion(touched)
        for id in touched where ports[id] == nil { session?.forget(id) }
        if tunnelEnds.apply(delta) { neighboursAreStale = true }

        converge()
        if tablesProblem.isEmpty {
            outbox?.send(.acknowledge(revision: update.revision))
        } else {
            outbox?.send(.reject(revision: update.revision, reason: tablesProblem))
        }
    }

    /// Before the kernel hears of it; see `TopologyJournal`. Without a journal a restart has to wait for the manager, which
    /// is no reason not to forward now.
    private func record(_ update: TopologyUpdate) {
        guard let storeID else { return }
        do { try journal.record(update, whole: state.topology, of: storeID) } catch {
            log.error("the topology could not be kept on disk", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Bringing the kernel there

    /// Makes the kernel what it should be, from whatever it is. Takes no arguments: it reads what is desired and what
    /// is there. A failure is kept for `status` and the next call tries again from what the kernel then has.
    package func converge() {
        if viewIsStale {
            viewIsStale = false
            pending.append(
                state.update(
                    host: interfaces.view(
                        host: identity.hostID, tunnelAddress: tunnelAddress, ports: ports, lookupInterface: ownDevice)))
        }
        let plan = programPlan()
        attach(plan.attach)
        if writeTables() {
            attach(plan.swap)
            detach(plan)
        }
        raisePorts()
        keepNeighbours()
        concludeConvergence()
        reportPorts()
        notifyObservers()
    }

    /// - Returns: whether the tables hold what they can hold of what is desired.
    private func writeTables() -> Bool {
        // Without a topology nothing is desired; what an earlier process left is the best there is.
        guard holdsTopology else {
            pending = []
            return false
        }
        let isFirst = tables.adoption == nil
        let refused = tables.unwritten.keys
        defer { pending = [] }
        do {
            try tables.converge(pending, to: state.tables)
        } catch {
            tablesProblem = error.description
            return false
        }
        tablesProblem = tables.complaint
        if !refused.isEmpty || !tables.unwritten.isEmpty { unreported = ports.ids }
        if isFirst, let adoption = tables.adoption {
            log.notice(
                "took over the kernel's tables",
                metadata: ["right": "\(adoption.right)", "mended": "\(adoption.mended)"])
        }
        return true
    }

    private func concludeConvergence() {
        let problems = [hostProblem, tablesProblem] + programProblems.sorted { $0.key < $1.key }.map(\.value)
        let error = problems.filter { !$0.isEmpty }.joined(separator: "; ")
        guard error != lastError else { return }
        lastError = error
        unreported = ports.ids
        if error.isEmpty {
            log.notice("the datapath is as it should be again")
        } else {
            log.error("the datapath is not as it should be", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Programs

    private func programPlan() -> ProgramPlan {
        guard programsAreStale else { return ProgramPlan() }
        let places =
            interfaces.portLinks.values.map { ProgramPlan.Place(index: $0.index, name: $0.name, program: "from_port") }
            + interfaces.uplinks.map { ProgramPlan.Place(index: $0.index, name: $0.name, program: "from_uplink") }
        programProblems = [:]
        do throws(DatapathError) {
            let running = try pipeline.attachedInterfaces().map {
                ProgramPlan.Running(index: $0.isStale ? nil : $0.interfaceIndex, program: $0.program)
            }
            programs = [:]
            for one in running { if let index = one.index { programs[index] = one.program ?? "" } }
            return ProgramPlan(actual: running, wanted: places)
        } catch {
            programProblems[0] = error.description
            return ProgramPlan()
        }
    }

    private func attach(_ places: [ProgramPlan.Place]) {
        for place in places {
            do throws(DatapathError) {
                try pipeline.attach(program: place.program, to: place.index, name: place.name)
                programs[place.index] = place.program
            } catch .noSuchInterface {
                // Gone since it was listed; the event that says so is on its way.
            } catch {
                programProblems[place.index] = error.description
            }
        }
    }

    /// After the rows of interfaces that are no longer ours are gone.
    private func detach(_ plan: ProgramPlan) {
        for index in plan.detach {
            do throws(DatapathError) {
                try pipeline.detach(interfaceIndex: index)
                programs[index] = nil
            } catch {
                programProblems[index] = error.description
            }
        }
        do throws(DatapathError) {
            if plan.hasStale { try pipeline.sweepStaleLinks() }
        } catch {
            programProblems[0] = error.description
        }
        programsAreStale = !programProblems.isEmpty
    }

    /// An interface that a port was given is set up, once: hypervisors leave that to whoever binds it.
    private func raisePorts() {
        let bound = Set(state.host.interfaces.values.map(\.index))
        raised.formIntersection(bound)
        for index in bound where raised.insert(index).inserted {
            guard let link = interfaces.links[index], !link.isUp else { continue }
            do { try netlink.setLink(index, up: true) } catch {
                if error.errno != ENODEV { programProblems[index] = "\(error)" }
            }
        }
    }

    private func keepNeighbours() {
        guard neighboursAreStale else { return }
        neighboursAreStale = false
        let before = neighbours.problems
        neighbours.keep(tunnelEnds.addresses, on: interfaces, with: netlink)
        watchedNextHops.replace(by: neighbours.wanted)
        guard neighbours.problems != before else { return }
        for (remote, reason) in neighbours.problems where before[remote] != reason {
            log.warning("no way to a tunnel's end", metadata: ["remote": "\(remote)", "reason": "\(reason)"])
        }
        for remote in before.keys where neighbours.problems[remote] == nil {
            log.notice("there is a way to a tunnel's end again", metadata: ["remote": "\(remote)"])
        }
    }

    // MARK: Telling the manager

    private var description: HostDescription {
        HostDescription(
            tunnelAddress: tunnelAddress, underlayMTU: interfaces.underlayMTU(tunnelAddress: tunnelAddress),
            addresses: interfaces.hostAddresses, uplinkMTU: interfaces.uplinkMTU)
    }

    private func say(_ messages: (inout ManagerSession) -> [AgentMessage]) {
        guard var session, let outbox else { return }
        for message in messages(&session) { outbox.send(message) }
        self.session = session
    }

    private func reportPorts() {
        guard session?.isOpen == true else { return }
        var reports: [PortStatusReport] = []
        for id in unreported {
            guard let port = ports[id]?.port else { continue }
            if state.host.interfaces[id] == nil {
                // The manager knows from the interface's disappearance, and the port may be no longer this host's.
                session?.forget(id)
            } else {
                reports.append(report(on: port))
            }
        }
        unreported = []
        say { $0.report(reports) }
    }

    /// What a port of this host really does, as the kernel has it.
    func report(on port: DevicePort) -> PortStatusReport {
        let reason = whyNotForwarding(port)
        return PortStatusReport(port: port.id, active: reason.isEmpty, reason: reason)
    }

    private func whyNotForwarding(_ port: DevicePort) -> String {
        guard let interface = state.host.interfaces[port.id], let link = interfaces.links[interface.index] else {
            return "no interface"
        }
        if !port.adminStateUp { return "administratively down" }
        if let problem = programProblems[interface.index] { return problem }
        if programs[interface.index] == nil { return "no program on its interface" }
        if let error = tables.unwritten.first(where: { isRow($0.key, of: port.id) })?.value { return error.description }
        do throws(DatapathError) {
            let row = try pipeline.table("interfaces", key: UInt32.self, value: interface_entry.self).lookup(link.index)
            if row?.port != port.number { return tablesProblem.isEmpty ? "not in the datapath yet" : tablesProblem }
        } catch {
            return error.description
        }
        return link.isRunning ? "" : "its interface is down"
    }

    private func isRow(_ key: TableKey, of port: PortID) -> Bool {
        state.origins(of: key).contains(.object(.port(port)))
    }

    // MARK: Waiting for the agent's own state

    /// The manager's refusal of an interface, in words.
    func refusal(of interfaceName: String) -> String? { session?.refusals[interfaceName] }
    var isConnected: Bool { session?.isOpen == true }

    /// Suspends until `condition` holds; it is looked at whenever something changed.
    func wait(until condition: @escaping @Sendable (isolated Agent) -> Bool) async throws {
        if condition(self) { return }
        let number = nextObserver
        nextObserver += 1
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        changes[number] = continuation
        defer { changes[number] = nil }
        for await _ in stream where condition(self) { return }
        throw CancellationError()
    }

    /// Returns when the manager has dealt with everything said so far, or is away.
    func waitForManager() async throws {
        guard isConnected, let outbox else { return }
        let number = outbox.sendHeartbeat()
        try await wait { agent in
            guard agent.outbox === outbox, let session = agent.session else { return true }
            return session.heartbeatsAnswered >= number
        }
    }

    private var changes: [Int: AsyncStream<Void>.Continuation] = [:]
    private var nextObserver = 0

    private func notifyObservers() {
        for continuation in changes.values { continuation.yield() }
    }

    // MARK: Identity

    func saveIdentity() {
        do { try identity.save(to: configuration.dataDirectory) } catch {
            log.error("the host's identity could not be kept on disk", metadata: ["error": "\(error)"])
        }
    }
}
