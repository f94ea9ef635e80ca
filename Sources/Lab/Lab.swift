import Addresses
import Glibc
import LinuxNetworking
import NeutronClient
import Synchronization

/// Sites, hosts, a WAN and VMs, made of network namespaces on this machine. The managers and agents are the real ones:
/// this binary, started in those namespaces. They go on when this value and its process are gone; `down` ends them.
package final class Lab: Sendable {
    package let directory: LabDirectory
    package let plan: LabPlan
    /// The path of `tombolo`.
    package let binary: String
    private let state: Mutex<LabState>
    /// One per site: a log in takes a tenth of a second on purpose.
    private let sessions = Mutex<[String: NeutronClient.Session]>([:])

    init(_ state: LabState, binary: String) {
        plan = state.plan
        directory = LabDirectory(lab: state.plan.name)
        self.binary = binary
        self.state = Mutex(state)
    }

    package var name: String { plan.name }

    /// One that is up.
    package static func open(_ name: String, binary: String? = nil) throws -> Lab {
        guard let state = try LabState.load(LabDirectory(lab: name)) else { throw LabError.unknown(lab: name) }
        return Lab(state, binary: try binary ?? ownBinary)
    }

    /// The one that is up when `name` is nil; an error when there are several.
    package static func only(_ name: String?) throws -> String {
        if let name { return name }
        let labs = try LabDirectory.list()
        guard labs.count == 1, let lab = labs.first else { throw LabError.ambiguous(labs: labs) }
        return lab
    }

    /// This process's program.
    package static var ownBinary: String {
        get throws(LabError) {
            let link = "/proc/self/exe"
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(link, &buffer, buffer.count)
            guard count > 0 else { throw .file(path: link, reason: describe(errno)) }
            let path = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard access(path, X_OK) == 0 else { throw .file(path: path, reason: describe(errno)) }
            return path
        }
    }

    // MARK: Members

    package func site(_ name: String) throws(LabError) -> LabPlan.Site {
        guard let site = plan.sites.first(where: { $0.name == name }) else {
            throw .noSuchMember(name: "site \(name)", known: plan.sites.map(\.name))
        }
        return site
    }

    package func host(_ name: String, at site: String) throws(LabError) -> LabPlan.Host {
        let site = try self.site(site)
        guard let host = site.hosts.first(where: { $0.name == name }) else {
            throw .noSuchMember(name: "host \(name)", known: site.hosts.map { "\(site.name)/\($0.name)" })
        }
        return host
    }

    package func vm(_ name: String, at site: String) throws(LabError) -> LabPlan.VM {
        let site = try self.site(site)
        guard let vm = site.vms.first(where: { $0.name == name }) else {
            throw .noSuchMember(name: "VM \(name)", known: site.vms.map { "\(site.name)/\($0.name)" })
        }
        return vm
    }

    /// The namespace of a VM, host or site, as people name it: `a1`, `site1/a1`, `site1`, `wan`.
    package func namespace(of name: String) throws(LabError) -> String {
        if name == LabPlan.wanName { return plan.wan.netns }
        if let site = plan.sites.first(where: { $0.name == name }) { return site.netns }
        let members = plan.sites.flatMap { site in
            (site.vms.map { ($0.name, $0.netns) } + site.hosts.map { ($0.name, $0.netns) })
                .map { (site: site.name, name: $0.0, netns: $0.1) }
        }
        let found = members.filter { $0.name == name || "\($0.site)/\($0.name)" == name }
        guard let member = found.first else {
            throw .noSuchMember(name: name, known: members.map { "\($0.site)/\($0.name)" })
        }
        guard found.count == 1 else { throw .ambiguousMember(name: name, sites: found.map(\.site)) }
        return member.netns
    }

    /// Of the site's API, from the root namespace, as the site's admin.
    package func client(site name: String) throws -> NeutronClient {
        let clouds = directory.clouds(name)
        let session = sessions.withLock { sessions in
            if let known = sessions[name] { return known }
            let session = NeutronClient.Session { () throws(NeutronClientError) in try CloudsFile.admin(clouds) }
            sessions[name] = session
            return session
        }
        return try NeutronClient(endpoint: try site(name).endpoint, session: session)
    }

    // MARK: State

    package var ports: [String: LabState.PluggedPort] { state.withLock { $0.ports } }

    func setPort(_ port: LabState.PluggedPort?, of vm: String, at site: String) throws {
        try state.withLock { state in
            state.ports["\(site)/\(vm)"] = port
            try state.save(directory)
        }
    }
}
