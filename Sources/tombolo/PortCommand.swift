import Agent
import ArgumentParser

struct PortCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "port",
        abstract: "Plugs a port into a container's or VM's network namespace on this host.",
        subcommands: [PortPlugCommand.self, PortUnplugCommand.self])
}

struct PortPlugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plug",
        abstract: "Makes an interface for a port in a network namespace.",
        discussion: """
            The host's agent makes a veth pair: one end, named "tap" and the first 11 characters of the port's id, stays \
            in the host; the other gets the port's MAC, MTU, addresses and routes in the namespace. The command ends \
            when the port forwards. Doing it again does no harm.
            """)

    @Argument(help: "The port's id, as the API gave it.")
    var port: String

    @Option(help: ArgumentHelp("A name of `ip netns`, or the id of a process in the namespace.", valueName: "netns"))
    var netns: String

    @Option(help: ArgumentHelp("The interface's name in the namespace.", valueName: "name"))
    var ifname: String = "eth0"

    @Flag(help: "Leave addresses and routes to DHCP in the namespace.")
    var noAddress = false

    @Option(help: ArgumentHelp("How long to wait until the port forwards.", valueName: "seconds"))
    var timeout: Int = 15

    @OptionGroup var control: ControlOptions

    func validate() throws {
        if !(1...15).contains(ifname.utf8.count) { throw ValidationError("--ifname must have 1 to 15 characters") }
        if timeout < 1 { throw ValidationError("--timeout must be positive") }
    }

    func run() throws {
        let request = PlugRequest(
            port: port, namespace: netns, interfaceName: ifname, configuresAddresses: !noAddress,
            timeoutSeconds: timeout)
        guard case .plugged(let plugged) = try control.ask(.plug(request)) else { throw CommandError.unexpectedReply }
        try Output.json(plugged)
    }
}

struct PortUnplugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unplug",
        abstract: "Removes the interface that `plug` made.",
        discussion: "The port itself stays in the API. A port that is not plugged is left as it is.")

    @Argument(help: "The port's id.")
    var port: String

    @OptionGroup var control: ControlOptions

    func run() throws {
        guard case .done = try control.ask(.unplug(port: port)) else { throw CommandError.unexpectedReply }
    }
}
