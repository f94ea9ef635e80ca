import ArgumentParser
import Telemetry

@main
struct Tombolo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tombolo",
        abstract: "Private networks for tenants on Linux hosts, joined across sites.",
        discussion: """
            A site has one manager (the API and the control plane) and an agent on each host (the datapath, eBPF in \
            the kernel). Tenants' packets travel in VXLAN between hosts and, over VTEP routers, between sites.

            To see it work on this machine, with nothing but this program: tombolo demo
            """,
        version: BuildVersion.current,
        subcommands: [
            ManagerCommand.self, AgentCommand.self, PortCommand.self, LabCommand.self, DemoCommand.self,
        ])
}
