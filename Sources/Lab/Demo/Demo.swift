import Addresses
import LinuxNetworking

/// `tombolo demo`: the sources' demo on this machine, told step by step and checked.
package struct Demo: Sendable {
    package struct Options: Sendable {
        package var lab = "demo"
        /// The operations guide's procedure for router peering, instead of the slides' demo.
        package var guide = false
        /// Leave the lab as it is after the checks, instead of taking everything away.
        package var keep = false
        /// The path of `tombolo`; nil: this process's program.
        package var binary: String?
        /// Where the WAN's tunnel packets are written.
        package var pcap: String?

        package init() {}
    }

    private let options: Options
    private let narrator: Narrator

    package init(_ options: Options, write: @escaping @Sendable (String) -> Void) {
        self.options = options
        narrator = Narrator(write)
    }

    /// Throws when anything was not as it must be. Whatever happens, nothing is left, unless it is to be kept.
    package func run() async throws {
        let start = ContinuousClock.now
        narrator.say(
            options.guide
                ? "Router peering by the operations guide: gateway devices, L2 gateways and a multi-site network."
                : "Two sites, two tenants with the same addresses, one machine.")
        narrator.title("The lab: hosts and VMs are network namespaces, managers and agents are real")
        let definition =
            try options.guide
            ? GuideScene.definition(lab: options.lab) : DemoScene.definition(lab: options.lab)
        let lab = try await Lab.up(definition, binary: options.binary) { [narrator] in narrator.say("  \($0)") }
        do {
            if options.guide { try await performGuide(in: lab) } else { try await perform(in: lab) }
            if options.keep {
                tellHowToEnter(lab)
                return try narrator.score()
            }
        } catch {
            // Our task may be cancelled; its cleaning up must not be.
            try await Task { try await lab.down() }.value
            throw error
        }
        try await Task { try await takeDown(lab) }.value
        try narrator.score()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        narrator.say("\nAll checks passed in \((seconds * 10).rounded() / 10) s.")
    }

    private func perform(in lab: Lab) async throws {
        narrator.show(try lab.description().text)
        let tables = DemoTables(lab: lab, narrator: narrator)
        let before = try await tables.counts()
        var resources: [DemoResources] = []
        for site in DemoScene.sites {
            let api = NarratedAPI(site: site.name, client: try lab.client(site: site.name), narrator: narrator)
            var made = DemoResources(site: site, api: api)
            try await made.createTenants(in: lab)
            try await made.createPeerings()
            resources.append(made)
        }
        for site in DemoScene.sites { try await lab.waitUntilHostsFollow(site: site.name) }
        var checks = try DemoChecks(lab: lab, narrator: narrator)
        try await checks.pings()
        try await checks.isolation()
        try await checks.trace()
        try await checks.wire(pcap: options.pcap)
        try await checks.drops()
        if options.keep { return }
        for made in resources { try await made.delete(in: lab) }
        try await tables.check(against: before)
    }

    /// The chapter, site by site, and back (S1-01, S1-11).
    private func performGuide(in lab: Lab) async throws {
        narrator.show(try lab.description().text)
        let tables = DemoTables(lab: lab, narrator: narrator)
        let before = try await tables.counts()
        let checks = try GuideChecks(lab: lab, narrator: narrator)
        var sites = try GuideScene.sites.map { site in
            GuideResources(
                site: site,
                api: NarratedAPI(site: site.name, client: try lab.client(site: site.name), narrator: narrator))
        }
        for index in sites.indices {
            try await sites[index].createTenant(in: lab)
            try await sites[index].createGateway()
            try await sites[index].createPeerRouter()
            if index == 0 { try await checks.unreachable() }
            try await sites[index].createRemoteSite()
        }
        try await checks.reachable()
        try await checks.trace()
        try await checks.wire(pcap: options.pcap)
        if options.keep { return }
        for site in sites { try await site.deletePeering() }
        for site in sites { try await site.deleteTenant(in: lab) }
        try await tables.check(against: before)
    }

    private func takeDown(_ lab: Lab) async throws {
        narrator.title("The lab goes")
        try await lab.down()
        let left = try Lab.remains(of: lab.name)
        narrator.check(
            "no namespace, link, mount, pin, file or process is left", left.isEmpty, left.joined(separator: ", "))
    }

    private func tellHowToEnter(_ lab: Lab) {
        narrator.title("The lab stays")
        narrator.show(
            """
            tombolo lab show \(lab.name)
            tombolo lab exec --lab \(lab.name) \(options.guide ? GuideScene.siteA.vm : "a1") -- ip address
            tombolo lab exec --lab \(lab.name) \(options.guide ? "sitea" : "site1")/gateway -- ip route
            tombolo lab down \(lab.name)
            """)
    }
}
