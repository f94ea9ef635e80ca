import Addresses
import Glibc
import LinuxNetworking

extension Lab {
    /// Makes the lab and returns when everything in it works. When it fails or its task is cancelled, nothing is left.
    ///
    /// - Parameters:
    ///   - binary: the path of `tombolo`; this process's own program unless told.
    ///   - progress: hears what has been done, one line each.
    package static func up(
        _ definition: LabDefinition, binary: String? = nil, progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Lab {
        guard geteuid() == 0 else { throw LabError.notRoot }
        let binary = try binary ?? ownBinary
        let directory = LabDirectory(lab: definition.name)
        // Also what a lab left whose directory is gone.
        guard try LabSweep(directory).findings().isEmpty else {
            throw LabError.exists(lab: definition.name)
        }
        try directory.create()
        return try await LabLock.whileHolding(directory) {
            do {
                let plan = try choosePlan(definition, directory)
                let lab = Lab(LabState(plan: plan), binary: binary)
                try await lab.build(definition, progress)
                return lab
            } catch {
                // Our task may be cancelled; its cleaning up must not be.
                try await Task { try await sweep(directory) }.value
                throw error
            }
        }
    }

    /// Nothing else may choose addresses in the root namespace until the choice is on disk.
    private static func choosePlan(_ definition: LabDefinition, _ directory: LabDirectory) throws -> LabPlan {
        try LabLock.whileHoldingMachine {
            let others = try LabDirectory.list().compactMap { try LabState.load(LabDirectory(lab: $0))?.plan }
            let subnets = try AccessSubnets.choose(definition.sites.count, root: RouteNetlink(), plans: others)
            let plan = LabPlan(definition, accessSubnets: subnets)
            try LabState(plan: plan).save(directory)
            return plan
        }
    }

    private func build(_ definition: LabDefinition, _ progress: @escaping @Sendable (String) -> Void) async throws {
        try LabDirectory.make(directory.bpf)
        try Mount.mountBPF(at: directory.bpf)
        try LabNetwork(plan).create()
        progress("\(plan.namespaces.count) namespaces, their links and addresses")
        for site in plan.sites {
            try LabDirectory.make(directory.site(site.name))
            for host in site.hosts { try LabDirectory.make(directory.host(site.name, host.name)) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (site, declared) in zip(plan.sites, definition.sites) {
                group.addTask {
                    try await self.startAndWait(.manager(site: site.name))
                    progress("manager of \(site.name) at \(site.endpoint)")
                    try await self.startAgents(site)
                    progress("agents of \(site.name): \(site.hosts.map(\.name).joined(separator: ", "))")
                    try await self.declare(declared)
                    try await self.waitUntilHostsFollow(site: site.name)
                }
            }
            // The first failure ends the others.
            try await group.waitForAll()
        }
    }

    private func startAgents(_ site: LabPlan.Site) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in site.hosts {
                group.addTask { try await self.startAndWait(.agent(site: site.name, host: host.name)) }
            }
            try await group.waitForAll()
        }
    }
}
