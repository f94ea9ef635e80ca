import ArgumentParser
import Lab

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows two sites with two peered tenants on this machine, step by step.",
        discussion: """
            Tenants A and B have the same addresses at both sites, the same peering subnet, and routers with the same IP \
            and MAC; only the VNI tells them apart. The demo builds the sites out of network namespaces, makes everything \
            through the API, pings, proves that the tenants cannot reach each other, traces the route, decodes the \
            tunnel's packets, and takes everything away.

            With --guide it is the operations guide's chapter on router peering instead: sites A and B, gateway devices, \
            L2 gateways and a multi-site network, step by step in the chapter's order, and down again.

            The exit status is 0 when every check passed. Needs root, and no other program.
            """)

    @Flag(help: "Show router peering by the operations guide instead.")
    var guide = false

    @Flag(help: "Leave the lab running, and say how to enter it.")
    var keep = false

    @Option(help: ArgumentHelp("Write the packets on the WAN to a file for tcpdump or Wireshark.", valueName: "file"))
    var pcap: String?

    @Option(help: ArgumentHelp("The lab's name.", valueName: "name"))
    var name: String = "demo"

    func run() async throws {
        var options = Demo.Options()
        options.lab = name
        options.guide = guide
        options.keep = keep
        options.pcap = pcap
        let demo = Demo(options) { say($0) }
        try await untilInterrupted { try await demo.run() }
    }
}
