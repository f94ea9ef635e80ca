import Addresses
import Telemetry

/// What `tombolo agent` is told at its start.
package struct AgentConfiguration: Sendable {
    /// Identity, certificate and the last topology live here.
    package var dataDirectory: String
    /// A directory on a BPF filesystem; the tables, programs and links are pinned in it.
    package var pinDirectory: String
    /// Where `tombolo port …` and `tombolo agent drops …` reach the agent.
    package var controlSocket: String
    /// The host's name in the site; used when it joins.
    package var hostName: String
    /// Needed once, to join.
    package var joinToken: String?
    /// Where the manager listens for agents (`HOST:PORT`); by default what the join token said.
    package var manager: String?
    /// Where the site's tunnels to this host end; by default the address it reaches the manager from.
    package var tunnelAddress: IPAddress?
    /// Underlay interfaces; empty: every interface with an address that is Ethernet and neither ours
    /// nor a loopback or dummy.
    package var uplinks: [String]
    /// Where Prometheus finds `/metrics`; nil: nowhere.
    package var metrics: MetricsServer.Listener?

    package static let metricsPort = 9700

    package init(
        dataDirectory: String, pinDirectory: String, controlSocket: String, hostName: String, joinToken: String? = nil,
        manager: String? = nil, tunnelAddress: IPAddress? = nil, uplinks: [String] = [],
        metrics: MetricsServer.Listener? = nil
    ) {
        self.dataDirectory = dataDirectory
        self.pinDirectory = pinDirectory
        self.controlSocket = controlSocket
        self.hostName = hostName
        self.joinToken = joinToken
        self.manager = manager
        self.tunnelAddress = tunnelAddress
        self.uplinks = uplinks
        self.metrics = metrics
    }
}

extension AgentConfiguration {
    var journalPath: String { dataDirectory + "/topology.journal" }
}
